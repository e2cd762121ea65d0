#include "functions/kernels/variant/edit.h"

namespace firesteel::functions {
namespace {

class Editor {
 public:
  Editor(const Variant& root, std::span<const VariantStep> path, VariantEdit edit,
         const std::function<void(VariantBuilder&)>& append_value, VariantBuilder& out)
      : path_(path), edit_(edit), append_value_(append_value), out_(out), walk_(root.encoded()) {}

  /// Writes the value to which the first `depth` steps lead.
  void Edit(const Variant& value, size_t depth) {
    if (depth == path_.size()) return AppendElement(value, depth);
    const VariantStep& step = path_[depth];
    if (value.type() != (step.is_key ? VariantType::kObject : VariantType::kArray)) {
      if (edit_ == VariantEdit::kDelete) return Copy(value, depth);
      throw VariantPathMismatch{depth};
    }
    walk_.Visit(static_cast<int>(depth));
    if (step.is_key) {
      EditObject(value, depth);
    } else {
      EditArray(value, depth);
    }
  }

 private:
  bool IsLast(size_t depth) const { return depth + 1 == path_.size() && edit_ != VariantEdit::kAppendElement; }
  bool Creates() const { return edit_ == VariantEdit::kInsert || edit_ == VariantEdit::kSet; }
  void Copy(const Variant& value, size_t depth) { out_.AppendVariant(value, static_cast<int>(depth), walk_); }

  void EditObject(const Variant& object, size_t depth) {
    const std::string& key = path_[depth].key;
    const size_t start = out_.position();
    std::vector<VariantBuilder::Field> fields;
    bool found = false;
    for (size_t i = 0, count = object.size(); i < count; ++i) {
      const Variant::Field field = object.field(i);
      const bool is_target = field.key == key;
      found |= is_target;
      if (is_target && IsLast(depth)) {
        if (edit_ == VariantEdit::kInsert) ThrowDuplicateVariantKey(key);
        if (edit_ == VariantEdit::kDelete) continue;
      }
      fields.push_back({out_.AddKey(field.key), out_.OffsetFrom(start)});
      if (!is_target) {
        Copy(field.value, depth + 1);
      } else if (IsLast(depth)) {
        append_value_(out_);
      } else {
        Edit(field.value, depth + 1);
      }
    }
    if (!found && Creates()) {
      fields.push_back({out_.AddKey(key), out_.OffsetFrom(start)});
      Create(depth + 1);
    }
    out_.FinishObject(start, fields);
  }

  void EditArray(const Variant& array, size_t depth) {
    const auto index = static_cast<size_t>(path_[depth].index);
    const size_t start = out_.position();
    std::vector<uint32_t> offsets;
    const size_t count = array.size();
    for (size_t i = 0; i < count; ++i) {
      const bool is_target = i == index;
      if (is_target && IsLast(depth)) {
        if (edit_ == VariantEdit::kDelete) continue;
        offsets.push_back(out_.OffsetFrom(start));
        append_value_(out_);
        if (edit_ != VariantEdit::kInsert) continue;
      }
      offsets.push_back(out_.OffsetFrom(start));
      if (is_target && !IsLast(depth)) {
        Edit(array.element(i), depth + 1);
      } else {
        Copy(array.element(i), depth + 1);
      }
    }
    if (index >= count && Creates()) {
      AppendNulls(start, index - count, offsets);
      offsets.push_back(out_.OffsetFrom(start));
      Create(depth + 1);
    }
    out_.FinishArray(start, offsets);
  }

  /// What the steps from `depth` on lead to, where there was nothing.
  void Create(size_t depth) {
    if (depth > static_cast<size_t>(kVariantMaxDepth)) ThrowMalformedVariant();
    if (depth == path_.size()) return append_value_(out_);
    const VariantStep& step = path_[depth];
    const size_t start = out_.position();
    if (step.is_key) {
      std::vector<VariantBuilder::Field> fields{{out_.AddKey(step.key), 0}};
      Create(depth + 1);
      return out_.FinishObject(start, fields);
    }
    std::vector<uint32_t> offsets;
    AppendNulls(start, static_cast<size_t>(step.index), offsets);
    offsets.push_back(out_.OffsetFrom(start));
    Create(depth + 1);
    out_.FinishArray(start, offsets);
  }

  void AppendNulls(size_t start, size_t count, std::vector<uint32_t>& offsets) {
    // Each takes a byte and an offset: a wild index ends before memory is taken for it.
    const size_t offset_size = count > 0xFFFF ? 3 : 1;
    if (count > (kVariantSizeLimit - out_.position()) / (1 + offset_size)) throw VariantTooLarge();
    for (size_t i = 0; i < count; ++i) {
      offsets.push_back(out_.OffsetFrom(start));
      out_.AppendNull();
    }
  }

  void AppendElement(const Variant& value, size_t depth) {
    if (value.type() != VariantType::kArray) throw VariantPathMismatch{depth};
    walk_.Visit(static_cast<int>(depth));
    const size_t start = out_.position();
    std::vector<uint32_t> offsets;
    for (size_t i = 0, count = value.size(); i < count; ++i) {
      offsets.push_back(out_.OffsetFrom(start));
      Copy(value.element(i), depth + 1);
    }
    offsets.push_back(out_.OffsetFrom(start));
    append_value_(out_);
    out_.FinishArray(start, offsets);
  }

  const std::span<const VariantStep> path_;
  const VariantEdit edit_;
  const std::function<void(VariantBuilder&)>& append_value_;
  VariantBuilder& out_;
  VariantWalk walk_;
};

void Strip(const Variant& value, bool from_arrays, int depth, VariantWalk& walk, VariantBuilder& out) {
  const VariantType type = value.type();
  if (type != VariantType::kObject && type != VariantType::kArray) {
    return out.AppendVariant(value, depth, walk);
  }
  walk.Visit(depth);
  const size_t start = out.position();
  const size_t count = value.size();
  if (type == VariantType::kArray) {
    std::vector<uint32_t> offsets;
    for (size_t i = 0; i < count; ++i) {
      const Variant element = value.element(i);
      if (from_arrays && element.type() == VariantType::kNull) continue;
      offsets.push_back(out.OffsetFrom(start));
      Strip(element, from_arrays, depth + 1, walk, out);
    }
    return out.FinishArray(start, offsets);
  }
  std::vector<VariantBuilder::Field> fields;
  for (size_t i = 0; i < count; ++i) {
    const Variant::Field field = value.field(i);
    if (field.value.type() == VariantType::kNull) continue;
    fields.push_back({out.AddKey(field.key), out.OffsetFrom(start)});
    Strip(field.value, from_arrays, depth + 1, walk, out);
  }
  out.FinishObject(start, fields);
}

}  // namespace

void EditVariant(const Variant& root, std::span<const VariantStep> path, VariantEdit edit,
                 const std::function<void(VariantBuilder&)>& append_value, VariantBuilder& out) {
  out.Clear();
  Editor(root, path, edit, append_value, out).Edit(root, 0);
}

void StripVariantNulls(const Variant& root, bool from_arrays, VariantBuilder& out) {
  out.Clear();
  VariantWalk walk(root.encoded());
  Strip(root, from_arrays, 0, walk, out);
}

}  // namespace firesteel::functions
