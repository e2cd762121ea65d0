#include "engine/relabel_function.h"

#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/common/serializer/deserializer.hpp"
#include "duckdb/common/serializer/serializer.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/parser/parsed_data/create_scalar_function_info.hpp"
#include "duckdb/planner/expression.hpp"

namespace firesteel::engine {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

bool SameLayout(const LogicalType& a, const LogicalType& b) {
  if (a.InternalType() != b.InternalType()) return false;
  if (a.id() == LogicalTypeId::STRUCT) {
    if (b.id() != LogicalTypeId::STRUCT) return false;
    const auto& left = duckdb::StructType::GetChildTypes(a);
    const auto& right = duckdb::StructType::GetChildTypes(b);
    if (left.size() != right.size()) return false;
    for (size_t i = 0; i < left.size(); ++i) {
      if (!SameLayout(left[i].second, right[i].second)) return false;
    }
    return true;
  }
  if (a.id() == LogicalTypeId::LIST || a.id() == LogicalTypeId::MAP) {
    return a.id() == b.id() && SameLayout(duckdb::ListType::GetChildType(a), duckdb::ListType::GetChildType(b));
  }
  return !b.IsNested();
}

struct RelabelBinding : duckdb::FunctionData {
  explicit RelabelBinding(LogicalType type) : type(std::move(type)) {}
  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override { return duckdb::make_uniq<RelabelBinding>(type); }
  bool Equals(const duckdb::FunctionData& other) const override { return type == other.Cast<RelabelBinding>().type; }
  const LogicalType type;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext&, duckdb::ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  const LogicalType target = arguments[1]->return_type;
  const LogicalType source = arguments[0]->return_type;
  if (!SameLayout(source, target)) {
    throw duckdb::InvalidInputException("%s has not the layout of %s", source.ToString(), target.ToString());
  }
  function.arguments = {source, target};
  duckdb::Function::EraseArgument(function, arguments, 1);
  function.SetReturnType(target);
  return duckdb::make_uniq<RelabelBinding>(target);
}

void Serialize(duckdb::Serializer& serializer, const duckdb::optional_ptr<duckdb::FunctionData> data,
               const duckdb::ScalarFunction&) {
  serializer.WriteProperty(100, "type", data->Cast<RelabelBinding>().type);
}

duckdb::unique_ptr<duckdb::FunctionData> Deserialize(duckdb::Deserializer& deserializer,
                                                     duckdb::ScalarFunction& function) {
  auto type = deserializer.ReadProperty<LogicalType>(100, "type");
  function.SetReturnType(type);
  return duckdb::make_uniq<RelabelBinding>(std::move(type));
}

void Execute(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
  result.Reinterpret(arguments.data[0]);
}

}  // namespace

void RegisterRelabelFunction(duckdb::ClientContext& context) {
  duckdb::ScalarFunction function("fs_as", {LogicalType::ANY, LogicalType::ANY}, LogicalType::ANY, Execute, Bind);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetSerializeCallback(Serialize);
  function.SetDeserializeCallback(Deserialize);
  duckdb::CreateScalarFunctionInfo info(function);
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace firesteel::engine
