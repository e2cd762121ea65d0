#include "functions/cast.h"
#include "analyzer/expression/resolver.h"
#include "types/coercion.h"
#include "types/holds_kind.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// CHAR(n) and VARCHAR(n) are strings in a query; their lengths matter only in tables.
DataType WithoutCharVarchar(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return DataType::String();
    case TypeKind::kArray:
      return DataType::Array(WithoutCharVarchar(type.element_type()), type.contains_null());
    case TypeKind::kMap:
      return DataType::Map(WithoutCharVarchar(type.key_type()), WithoutCharVarchar(type.value_type()),
                           type.value_contains_null());
    case TypeKind::kStruct: {
      std::vector<StructField> fields = type.fields();
      for (StructField& field : fields) field.type = WithoutCharVarchar(field.type);
      return DataType::Struct(std::move(fields));
    }
    default:
      return type;
  }
}

}  // namespace

bound::ExpressionPtr ExpressionResolver::MakeCheckedCast(const bound::ExpressionPtr& child, const DataType& type,
                                                         EvalMode mode, const OriginPtr& origin) {
  const DataType target = WithoutCharVarchar(type);
  const bool nullable = child->nullable || CastMayReturnNull(child->type, target, mode);
  const bound::ExpressionPtr cast = bound::Make(bound::Cast{child, mode, false}, target, nullable, origin);
  if (CanCast(child->type, target, mode)) return cast;
  functions::ThrowInvalidCast(QuotedSql(*cast, settings()), child->type, target, mode, origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::Cast& node, const plan::Expression& self) {
  const DataType type = node.type_text.empty() ? node.type : analysis_.environment().ParseDataType(node.type_text);
  if (HoldsKind(type, {TypeKind::kTime}) && !analysis_.environment().FlagSetting(kTimeTypeKey)) {
    throw QueryError("UNSUPPORTED_TIME_TYPE", {});
  }
  return MakeCheckedCast(Resolve(node.child), type, node.mode.value_or(default_mode()), self.origin);
}

}  // namespace firesteel::analyzer
