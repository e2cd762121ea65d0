#include "client/result/record_batch.h"

#include <cstring>
#include <string>
#include <utility>

namespace firesteel::client {
namespace {

/// What an exported schema owns.
struct OwnedSchema {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary{};
};

/// What an exported array owns: a share of the memory.
struct OwnedArray {
  std::shared_ptr<const void> keep;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

template <class T>
void ReleaseChild(T* child) {
  if (child->release) child->release(child);
}

void ReleaseSchema(ArrowSchema* schema) {
  auto* owned = static_cast<OwnedSchema*>(schema->private_data);
  for (ArrowSchema* child : owned->child_pointers) ReleaseChild(child);
  ReleaseChild(&owned->dictionary);
  delete owned;
  schema->release = nullptr;
}

void ReleaseArray(ArrowArray* array) {
  auto* owned = static_cast<OwnedArray*>(array->private_data);
  for (ArrowArray* child : owned->child_pointers) ReleaseChild(child);
  delete owned;
  array->release = nullptr;
}

/// The bytes of a field's metadata, whose form has its own lengths.
std::string MetadataBytes(const char* metadata) {
  if (!metadata) return "";
  const auto number = [&](size_t place) {
    int32_t value = 0;
    std::memcpy(&value, metadata + place, sizeof value);
    return value;
  };
  size_t size = sizeof(int32_t);
  for (int32_t left = 2 * number(0); left > 0; --left) size += sizeof(int32_t) + static_cast<size_t>(number(size));
  return {metadata, size};
}

}  // namespace

void CopySchema(const ArrowSchema& from, ArrowSchema* to) {
  auto* owned = new OwnedSchema;
  owned->format = from.format;
  owned->name = from.name ? from.name : "";
  owned->metadata = MetadataBytes(from.metadata);
  owned->children.resize(static_cast<size_t>(from.n_children));
  for (size_t i = 0; i < owned->children.size(); ++i) {
    CopySchema(*from.children[i], &owned->children[i]);
    owned->child_pointers.push_back(&owned->children[i]);
  }
  if (from.dictionary) CopySchema(*from.dictionary, &owned->dictionary);
  *to = from;
  to->format = owned->format.c_str();
  to->name = owned->name.c_str();
  to->metadata = from.metadata ? owned->metadata.data() : nullptr;
  to->children = owned->child_pointers.data();
  to->dictionary = from.dictionary ? &owned->dictionary : nullptr;
  to->release = ReleaseSchema;
  to->private_data = owned;
}

void ShareArray(const ArrowArray& from, const std::shared_ptr<const void>& keep, ArrowArray* to) {
  auto* owned = new OwnedArray;
  owned->keep = keep;
  owned->buffers.assign(from.buffers, from.buffers + from.n_buffers);
  owned->children.resize(static_cast<size_t>(from.n_children));
  for (size_t i = 0; i < owned->children.size(); ++i) {
    ShareArray(*from.children[i], keep, &owned->children[i]);
    owned->child_pointers.push_back(&owned->children[i]);
  }
  *to = from;
  to->buffers = owned->buffers.data();
  to->children = owned->child_pointers.data();
  to->release = ReleaseArray;
  to->private_data = owned;
}

int64_t RecordBatch::rows() const { return data_ ? data_->array->length : 0; }

const Schema& RecordBatch::schema() const {
  static const Schema none;
  return data_ ? *data_->schema : none;
}

const ArrowArray& RecordBatch::array() const {
  static const ArrowArray none{};
  return data_ ? *data_->array.get() : none;
}

const ArrowSchema& RecordBatch::arrow_schema() const {
  static const ArrowSchema none{};
  return data_ ? *data_->arrow_schema : none;
}

Result<void> RecordBatch::export_to(ArrowArray* array, ArrowSchema* schema) const {
  if (!data_) return Error::Invalid("An empty handle has no batch to export.");
  if (schema) CopySchema(*data_->arrow_schema, schema);
  if (array) ShareArray(*data_->array.get(), data_, array);
  return {};
}

Row RecordBatch::row(int64_t index) const {
  const internal::ColumnView root{data_->array.get(), data_->arrow_schema};
  std::vector<Value> values;
  values.reserve(data_->columns.size());
  for (size_t i = 0; i < data_->columns.size(); ++i) {
    values.push_back(data_->columns[i].Read(root.Child(static_cast<int64_t>(i)), index + root.array->offset));
  }
  return Row(data_->schema, std::move(values));
}

std::vector<Row> RecordBatch::to_rows() const {
  std::vector<Row> all;
  all.reserve(static_cast<size_t>(rows()));
  for (int64_t i = 0; i < rows(); ++i) all.push_back(row(i));
  return all;
}

namespace internal {

Error DoesNotFit(const ArrowSchema& root, size_t columns) {
  return Error::Invalid("The result has " + std::to_string(root.n_children) +
                        " columns, the type that its rows shall " + "become has " + std::to_string(columns) + ".");
}

Error DoesNotFit(const ArrowSchema& column, size_t index, const std::string& kind) {
  return Error::Invalid("Column " + std::to_string(index) + " (" + (column.name ? column.name : "") +
                        ") cannot become " + kind + ": its Arrow format is '" + column.format + "'.");
}

Error HasNull(const ArrowSchema& column, size_t index, int64_t row) {
  return Error::Invalid("Column " + std::to_string(index) + " (" + (column.name ? column.name : "") +
                        ") has a null in row " + std::to_string(row) +
                        " of a batch, where the type has no std::optional.");
}

}  // namespace internal

}  // namespace firesteel::client
