#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "functions/formats/xml/xpath_functions.h"
#include "functions/kernels/xml/xml.h"

namespace firesteel::functions {
namespace {

/// A path as it was read, or what is wrong with it: that is told for the first row that needs it.
struct Path {
  explicit Path(std::string_view given) : text(given) {
    try {
      expression = xpath::Parse(text);
    } catch (const xpath::Fault& found) {
      fault = found.text;
    }
  }
  std::string text;
  xpath::ExpressionPtr expression;
  std::string fault;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  const std::optional<Value>& path = call.constants.size() > 1 ? call.constants[1] : std::nullopt;
  if (!path || path->is_null()) return nullptr;
  return std::make_shared<const Path>(path->text());
}

/// One row's document and the path's value in it.
class Rows {
 public:
  Rows(KernelContext& context, std::span<const VectorView> arguments)
      : context_(context),
        arguments_(arguments),
        constant_(static_cast<const Path*>(context.call().prepared.get())),
        document_(XmlDocument::Purpose::kTree) {}

  /// Calls `use` with the value and the tree of a row; false where there is none: null, a failure, a cancelled query.
  template <class F>
  bool Each(size_t row, F&& use) {
    if (!arguments_[0].IsValid(row) || !arguments_[1].IsValid(row)) return false;
    std::string_view text = arguments_[0].Text(row);
    const Path& path = PathOf(row);
    if (text.empty() || path.text.empty()) return false;
    if (!path.fault.empty()) {
      return Fail(row, "_LEGACY_ERROR_XPATH_SYNTAX", {{"path", path.text}, {"fault", path.fault}});
    }
    std::string repaired;
    if (!IsValidUtf8(text)) text = repaired = DecodeUtf8LikeJava(text);
    document_.Parse(text);
    if (document_.events().back().kind == XmlEventKind::kError) {
      return Fail(row, "_LEGACY_ERROR_XPATH_DOCUMENT", {{"path", path.text}});
    }
    const xpath::Tree tree(document_);
    try {
      use(xpath::Evaluate(*path.expression, tree, [this] { return context_.cancelled(); }), tree);
    } catch (const xpath::Fault& fault) {
      return Fail(row, "_LEGACY_ERROR_XPATH_EVALUATION", {{"fault", fault.text}, {"document", std::string(text)}});
    } catch (const xpath::Interrupted&) {
      return false;
    }
    return true;
  }

 private:
  bool Fail(size_t row, std::string condition, ErrorParameters parameters) {
    context_.Fail(row, std::move(condition), std::move(parameters), ErrorClass::kRuntime, false);
    return false;
  }
  /// The path of a row: almost always the constant, else the one before again.
  const Path& PathOf(size_t row) {
    if (constant_) return *constant_;
    const std::string_view text = arguments_[1].Text(row);
    if (!own_ || own_->text != text) own_.emplace(text);
    return *own_;
  }

  KernelContext& context_;
  const std::span<const VectorView> arguments_;
  const Path* const constant_;
  std::optional<Path> own_;
  XmlDocument document_;
};

void RunList(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Rows each(context, arguments);
  for (size_t row = 0; row < rows && !context.failed(); ++row) {
    const bool has_value = each.Each(row, [&](const xpath::Result& value, const xpath::Tree& tree) {
      const xpath::NodeSet& nodes = xpath::ToNodes(value);
      uint64_t at = result.AppendList(row, nodes.size());
      for (const xpath::NodeId node : nodes) {
        if (const auto text = tree.NodeValue(node)) {
          result.Child(0).SetText(at, *text);
        } else {
          result.Child(0).SetNull(at);
        }
        ++at;
      }
    });
    if (has_value) continue;
    result.SetList(row, 0, 0);
    result.SetNull(row);
  }
}

/// Double.intValue and longValue: toward zero, cut at the ends, NaN is 0.
template <class T>
T Cut(double value) {
  if (std::isnan(value)) return 0;
  if (value >= -static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::max();
  if (value <= static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
  return static_cast<T>(value);
}

bool Convert(const xpath::Result& value, const xpath::Tree&, bool*) { return xpath::ToBoolean(value); }
int16_t Convert(const xpath::Result& value, const xpath::Tree& tree, int16_t*) {
  return static_cast<int16_t>(Cut<int32_t>(xpath::ToNumber(value, tree)));
}
int32_t Convert(const xpath::Result& value, const xpath::Tree& tree, int32_t*) {
  return Cut<int32_t>(xpath::ToNumber(value, tree));
}
int64_t Convert(const xpath::Result& value, const xpath::Tree& tree, int64_t*) {
  return Cut<int64_t>(xpath::ToNumber(value, tree));
}
float Convert(const xpath::Result& value, const xpath::Tree& tree, float*) {
  return static_cast<float>(xpath::ToNumber(value, tree));
}
double Convert(const xpath::Result& value, const xpath::Tree& tree, double*) { return xpath::ToNumber(value, tree); }

template <class T>
void RunScalar(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Rows each(context, arguments);
  for (size_t row = 0; row < rows && !context.failed(); ++row) {
    const bool has_value = each.Each(row, [&](const xpath::Result& value, const xpath::Tree& tree) {
      result.Data<T>()[row] = Convert(value, tree, static_cast<T*>(nullptr));
    });
    if (!has_value) result.SetNull(row);
  }
}

void RunText(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Rows each(context, arguments);
  for (size_t row = 0; row < rows && !context.failed(); ++row) {
    const bool has_value = each.Each(row, [&](const xpath::Result& value, const xpath::Tree& tree) {
      result.SetText(row, xpath::ToText(value, tree));
    });
    if (!has_value) result.SetNull(row);
  }
}

}  // namespace

const Kernel kXPathList{RunList, Prepare, true};
const Kernel kXPathBoolean{RunScalar<bool>, Prepare, true};
const Kernel kXPathShort{RunScalar<int16_t>, Prepare, true};
const Kernel kXPathInt{RunScalar<int32_t>, Prepare, true};
const Kernel kXPathLong{RunScalar<int64_t>, Prepare, true};
const Kernel kXPathFloat{RunScalar<float>, Prepare, true};
const Kernel kXPathDouble{RunScalar<double>, Prepare, true};
const Kernel kXPathString{RunText, Prepare, true};

}  // namespace firesteel::functions
