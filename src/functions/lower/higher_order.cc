#include <utility>

#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/collection.h"

/// Functions with lambdas, on the engine's list_transform, list_filter and list_reduce. What these lack is made of
/// them: a lambda of several parameters goes over structs, a value that is used twice is bound as the only element of a
/// list.
namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// The engine counts elements from 1.
const Function kIndexFromZero{.name = "index_from_zero",
                              .aliases = "",
                              .since = "",
                              .signatures = "(long) -> int",
                              .lowering = LowerSql{"CAST({0} - 1 AS INTEGER)"},
                              .description = "",
                              .example = ""};

const bound::Lambda& LambdaOf(const ExpressionPtr& expression) { return *expression->As<bound::Lambda>(); }

ExpressionPtr Reference(const bound::LambdaParameter& parameter, const DataType& type) {
  return bound::Make(bound::LambdaRef{parameter.id, parameter.name}, type, true);
}

ExpressionPtr Field(const ExpressionPtr& value, size_t ordinal) {
  const StructField& field = value->type.fields()[ordinal];
  return bound::Make(bound::GetField{value, static_cast<int32_t>(ordinal), field.name, false}, field.type, true);
}

/// The body with other expressions for the lambda's parameters.
ExpressionPtr Substitute(const bound::Lambda& lambda, const std::vector<ExpressionPtr>& values) {
  return bound::TransformUp(lambda.body, [&](const ExpressionPtr& node) -> ExpressionPtr {
    const bound::LambdaRef* reference = node->As<bound::LambdaRef>();
    for (size_t i = 0; reference && i < values.size(); ++i) {
      if (lambda.parameters[i].id == reference->id) return values[i];
    }
    return nullptr;
  });
}

class HigherOrderWriter {
 public:
  HigherOrderWriter(const ExpressionPtr& expression, SqlWriter& writer)
      : expression_(expression), call_(*expression->As<bound::Call>()), writer_(writer) {}

  std::string Write() {
    const std::string_view name = call_.function->name;
    if (name == "transform") return "list_transform(" + Argument(0) + ", " + ElementLambda() + ")";
    if (name == "filter") return "list_filter(" + Argument(0) + ", " + ElementLambda() + ")";
    if (name == "exists" || name == "forall") return Quantified(name == "exists" ? kAnyTrue : kAllTrue);
    if (name == "zip_with") return ZipWith();
    if (name == "aggregate") return Reduced();
    if (name == "array_sort") return Sorted();
    if (name == "map_filter") return MapFilter();
    if (name == "map_zip_with") return MapZipWith();
    return TransformMap(name == "transform_keys");
  }

 private:
  std::string Argument(size_t i) { return writer_.Sql(call_.arguments[i]); }
  const DataType& TypeOf(size_t i) const { return call_.arguments[i]->type; }
  const bound::Lambda& Last() const { return LambdaOf(call_.arguments.back()); }

  std::string LambdaText(std::vector<bound::LambdaParameter> parameters, ExpressionPtr body) {
    bound::Lambda lambda;
    for (size_t i = 0; i < parameters.size(); ++i) lambda.parameter_types.push_back(DataType::Null());
    lambda.parameters = std::move(parameters);
    lambda.body = std::move(body);
    const DataType type = lambda.body->type;
    return writer_.Sql(bound::Make(std::move(lambda), type, true));
  }

  /// x -> body, or (x, i) -> body with i from 0.
  std::string ElementLambda() {
    const bound::Lambda& lambda = Last();
    if (lambda.parameters.size() < 2) return LambdaText(lambda.parameters, lambda.body);
    const ExpressionPtr position = Reference(lambda.parameters[1], DataType::Long());
    bound::Call index{&kIndexFromZero, {position}, EvalMode::kTry, {}};
    const ExpressionPtr from_zero = bound::Make(std::move(index), DataType::Int(), false);
    return LambdaText(lambda.parameters,
                      Substitute(lambda, {Reference(lambda.parameters[0], lambda.parameter_types[0]), from_zero}));
  }

  /// e -> body, where e is a struct of the parameters' values.
  std::string StructLambda(const bound::Lambda& lambda, const DataType& element) {
    const ExpressionPtr whole = Reference(lambda.parameters[0], element);
    std::vector<ExpressionPtr> values;
    for (size_t i = 0; i < lambda.parameters.size(); ++i) values.push_back(Field(whole, i));
    return LambdaText({lambda.parameters[0]}, Substitute(lambda, values));
  }

  /// `text(v)` where v stands for the value of `sql` and is evaluated once.
  template <class Text>
  std::string Once(const std::string& sql, Text&& text) {
    const std::string name = "v" + std::to_string(Last().parameters[0].id);
    return "list_extract(list_transform(list_value(" + sql + "), lambda " + name + ": " + text(name) + "), 1)";
  }

  std::string KernelText(const Kernel& kernel, std::vector<std::string> sql, std::vector<DataType> types,
                         const DataType& result) {
    return writer_.Kernel(kernel, sql, types, result, *expression_);
  }

  std::string Quantified(const Kernel& kernel) {
    const std::string answers = "list_transform(" + Argument(0) + ", " + ElementLambda() + ")";
    return KernelText(kernel, {answers}, {DataType::Array(DataType::Boolean())}, DataType::Boolean());
  }

  std::string ZipWith() {
    const DataType element =
        DataType::Struct({{"0", TypeOf(0).element_type(), true, ""}, {"1", TypeOf(1).element_type(), true, ""}});
    const std::string zipped =
        KernelText(kArraysZip, {Argument(0), Argument(1)}, {TypeOf(0), TypeOf(1)}, DataType::Array(element, false));
    return "list_transform(" + zipped + ", " + StructLambda(Last(), element) + ")";
  }

  /// aggregate(array, zero, merge, finish): NULL for no array, whatever the finish makes of NULL.
  std::string Reduced() {
    const bound::Lambda& finish = Last();
    const bound::LambdaRef* identity = finish.body->As<bound::LambdaRef>();
    const bool is_identity = identity && identity->id == finish.parameters[0].id;
    if (is_identity) return Merged(Argument(0));
    return Once(Argument(0), [&](const std::string& list) {
      const std::string merged = "list_value(" + Merged(list) + ")";
      const std::string finished =
          "list_extract(list_transform(" + merged + ", " + LambdaText(finish.parameters, finish.body) + "), 1)";
      return "CASE WHEN " + list + " IS NULL THEN NULL ELSE " + finished + " END";
    });
  }

  /// The engine's list_reduce wants one type for elements and result: where they differ, structs of both.
  std::string Merged(const std::string& list) {
    const bound::Lambda& merge = LambdaOf(call_.arguments[2]);
    const DataType& zero = TypeOf(1);
    const DataType& element = TypeOf(0).element_type();
    const std::string zero_type = writer_.TypeSql(zero);
    const std::string element_type = writer_.TypeSql(element);
    if (zero_type == element_type) {
      return "list_reduce(" + list + ", " + LambdaText(merge.parameters, merge.body) + ", " + Argument(1) + ")";
    }
    const DataType both = DataType::Struct({{"zero", zero, true, ""}, {"element", element, true, ""}});
    auto pack = [](const std::string& result, const std::string& item) {
      return "struct_pack(f0 := " + result + ", f1 := " + item + ")";
    };
    const std::string no_element = "NULL::" + element_type;
    const std::string items = "list_transform(" + list + ", lambda e: " + pack("NULL::" + zero_type, "e") + ")";
    const ExpressionPtr body = Substitute(
        merge, {Field(Reference(merge.parameters[0], both), 0), Field(Reference(merge.parameters[1], both), 1)});
    const std::string merged = "(lambda " + LambdaName(merge, 0) + ", " + LambdaName(merge, 1) + ": " +
                               pack(writer_.Sql(body), no_element) + ")";
    return "struct_extract_at(list_reduce(" + items + ", " + merged + ", " + pack(Argument(1), no_element) + "), 1)";
  }

  /// The engine's name of a lambda's parameter.
  std::string LambdaName(const bound::Lambda& lambda, size_t i) {
    return writer_.Sql(Reference(lambda.parameters[i], lambda.parameter_types[i]));
  }

  /// The comparator cannot be called from a sort: it is asked about every pair first.
  std::string Sorted() {
    if (call_.arguments.size() == 1) return KernelText(kArraySort, {Argument(0)}, {TypeOf(0)}, expression_->type);
    return Once(Argument(0), [&](const std::string& list) {
      const bound::Lambda& comparator = Last();
      const std::string line =
          "list_transform(" + list + ", " + LambdaText({comparator.parameters[1]}, comparator.body) + ")";
      const std::string matrix = "list_transform(" + list + ", lambda " + LambdaName(comparator, 0) + ": " + line + ")";
      const DataType lines = DataType::Array(DataType::Array(DataType::Int()));
      return KernelText(kSortByMatrix, {list, matrix}, {TypeOf(0), lines}, expression_->type);
    });
  }

  static DataType EntryOf(const DataType& map) {
    return DataType::Struct({{"key", map.key_type(), false, ""}, {"value", map.value_type(), true, ""}});
  }

  std::string Entries(const std::string& map) {
    return KernelText(kMapEntries, {map}, {TypeOf(0)}, DataType::Array(EntryOf(TypeOf(0)), false));
  }

  std::string MapFilter() {
    const DataType entry = EntryOf(TypeOf(0));
    const std::string kept = "list_filter(" + Entries(Argument(0)) + ", " + StructLambda(Last(), entry) + ")";
    return KernelText(MapKernel("map_from_entries", writer_.settings()), {kept}, {DataType::Array(entry, false)},
                      expression_->type);
  }

  std::string MapOf(const std::string& keys, const std::string& values) {
    return KernelText(MapKernel("map_from_arrays", writer_.settings()), {keys, values},
                      {DataType::Array(expression_->type.key_type()), DataType::Array(expression_->type.value_type())},
                      expression_->type);
  }

  std::string TransformMap(bool keys) {
    return Once(Argument(0), [&](const std::string& map) {
      const std::string changed =
          "list_transform(" + Entries(map) + ", " + StructLambda(Last(), EntryOf(TypeOf(0))) + ")";
      return keys ? MapOf(changed, "map_values(" + map + ")") : MapOf("map_keys(" + map + ")", changed);
    });
  }

  std::string MapZipWith() {
    const DataType element = DataType::Struct({{"key", expression_->type.key_type(), false, ""},
                                               {"first", TypeOf(0).value_type(), true, ""},
                                               {"second", TypeOf(1).value_type(), true, ""}});
    const std::string zipped =
        KernelText(kMapZip, {Argument(0), Argument(1)}, {TypeOf(0), TypeOf(1)}, DataType::Array(element, false));
    return Once(zipped, [&](const std::string& entries) {
      return MapOf("list_transform(" + entries + ", lambda e: struct_extract_at(e, 1))",
                   "list_transform(" + entries + ", " + StructLambda(Last(), element) + ")");
    });
  }

  const ExpressionPtr& expression_;
  const bound::Call& call_;
  SqlWriter& writer_;
};

}  // namespace

std::string LowerHigherOrder(const ExpressionPtr& call, SqlWriter& writer) {
  return HigherOrderWriter(call, writer).Write();
}

}  // namespace firesteel::functions
