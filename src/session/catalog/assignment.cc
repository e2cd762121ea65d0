// Spark's store assignment: which types a column of a table takes, and the casts (TableOutputResolver).
#include "analyzer/name.h"
#include "base/error.h"
#include "functions/binding/binding.h"
#include "functions/function.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/quoting.h"
#include "types/store_assignment.h"

namespace firesteel::session {
namespace {

bound::ExpressionPtr Bind(const char* function, std::vector<bound::ExpressionPtr> arguments,
                          const bound::SessionSettings& settings) {
  const functions::Function* row = functions::Find(function);
  if (!row) throw InternalError(std::string("no function ") + function);
  return functions::Bind({*row, std::move(arguments), function, settings, nullptr, false, nullptr, {}, std::nullopt});
}

bound::ExpressionPtr TextLiteral(std::string text) {
  return bound::MakeLiteral(DataType::String(), Value{std::move(text)});
}

// A value that is too long loses spaces at its end; one that is still too long is an error. char is padded.
bound::ExpressionPtr WithLength(const bound::ExpressionPtr& value, const DataType& type,
                                const bound::SessionSettings& settings) {
  return functions::Bind({functions::InternalFunction("with_length_limit"),
                          {value, bound::MakeLiteral(DataType::Int(), Value{int64_t{type.length()}}),
                           bound::MakeLiteral(DataType::Boolean(), Value{type.Is(TypeKind::kChar)})},
                          "with_length_limit",
                          settings,
                          nullptr,
                          false,
                          nullptr,
                          {},
                          std::nullopt});
}

// Whether structs inside arrays and maps have their fields in the same order: those of another are not rearranged yet.
bool SameFieldOrder(const DataType& from, const DataType& to, bool case_sensitive) {
  if (from.Is(TypeKind::kArray) && to.Is(TypeKind::kArray)) {
    return SameFieldOrder(from.element_type(), to.element_type(), case_sensitive);
  }
  if (from.Is(TypeKind::kMap) && to.Is(TypeKind::kMap)) {
    return SameFieldOrder(from.key_type(), to.key_type(), case_sensitive) &&
           SameFieldOrder(from.value_type(), to.value_type(), case_sensitive);
  }
  if (!from.Is(TypeKind::kStruct) || !to.Is(TypeKind::kStruct)) return true;
  if (from.fields().size() != to.fields().size()) return false;
  for (size_t i = 0; i < from.fields().size(); ++i) {
    if (!analyzer::SameName(from.fields()[i].name, to.fields()[i].name, case_sensitive) ||
        !SameFieldOrder(from.fields()[i].type, to.fields()[i].type, case_sensitive)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bound::ExpressionPtr CatalogCommands::Assign(bound::ExpressionPtr value, const StructField& column, const Names& path,
                                             bool by_name, const Insert& insert) {
  const DataType& to = column.type;
  CheckAssignable(value->type, to, path, by_name, insert);
  if (!SameTypeIgnoringNullability(value->type, to)) {
    value = by_name && value->type.IsNested() ? ByName(std::move(value), to) : std::move(value);
    const DataType from = value->type;
    const bound::ExpressionPtr cast = bound::MakeCast(std::move(value), to, EvalMode::kAnsi, true);
    // A place of its own tells which cast failed.
    auto place = std::make_shared<const Origin>();
    assigned_[place.get()] = {from, to, path.back()};
    places_.push_back(place);
    value = std::make_shared<const bound::Expression>(bound::Expression{cast->node, cast->type, cast->nullable, place});
  }
  const DataType declared = DeclaredType(column);
  if (declared.Is(TypeKind::kChar) || declared.Is(TypeKind::kVarchar)) value = WithLength(value, declared, settings_);
  return value;
}

// A nested value with the fields of its structs in the order of `to`.
bound::ExpressionPtr CatalogCommands::ByName(bound::ExpressionPtr value, const DataType& to) {
  if (!value->type.Is(TypeKind::kStruct) || !to.Is(TypeKind::kStruct)) {
    if (SameFieldOrder(value->type, to, settings_.case_sensitive)) return value;
    ThrowUnsupported("writing by name into structs inside arrays or maps whose fields come in another order", origin_);
  }
  std::vector<bound::ExpressionPtr> arguments;
  for (const StructField& field : to.fields()) {
    for (size_t i = 0; i < value->type.fields().size(); ++i) {
      const StructField& given = value->type.fields()[i];
      if (!analyzer::SameName(given.name, field.name, settings_.case_sensitive)) continue;
      bound::ExpressionPtr part = bound::Make(bound::GetField{value, static_cast<int32_t>(i), given.name, false},
                                              given.type, given.nullable || value->nullable);
      arguments.push_back(TextLiteral(field.name));
      arguments.push_back(ByName(std::move(part), field.type));
    }
  }
  const bound::ExpressionPtr null = bound::MakeLiteral(DataType::Null(), Value{});
  bound::ExpressionPtr made = Bind("named_struct", std::move(arguments), settings_);
  if (!value->nullable) return made;
  return Bind("when", {Bind("isnull", {value}, settings_), bound::MakeLiteral(made->type, Value{}), made}, settings_);
}

void CatalogCommands::CheckAssignable(const DataType& from, const DataType& to, const Names& path, bool by_name,
                                      const Insert& insert) const {
  auto nested = [&](const std::string& part) {
    Names longer = path;
    longer.push_back(part);
    return longer;
  };
  if (from.Is(TypeKind::kArray) && to.Is(TypeKind::kArray)) {
    return CheckAssignable(from.element_type(), to.element_type(), nested("element"), by_name, insert);
  }
  if (from.Is(TypeKind::kMap) && to.Is(TypeKind::kMap)) {
    CheckAssignable(from.key_type(), to.key_type(), nested("key"), by_name, insert);
    return CheckAssignable(from.value_type(), to.value_type(), nested("value"), by_name, insert);
  }
  if (from.Is(TypeKind::kStruct) && to.Is(TypeKind::kStruct)) {
    for (size_t i = 0; i < to.fields().size(); ++i) {
      const StructField& field = to.fields()[i];
      const StructField* given = nullptr;
      if (by_name) {
        for (const StructField& candidate : from.fields()) {
          if (analyzer::SameName(candidate.name, field.name, settings_.case_sensitive)) given = &candidate;
        }
      } else if (i < from.fields().size()) {
        given = &from.fields()[i];
      }
      if (!given) {
        throw QueryError("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA",
                         {{"tableName", insert.name.Quoted()}, {"colName", QuoteIdentifiers(nested(field.name))}});
      }
      CheckAssignable(given->type, field.type, nested(field.name), by_name, insert);
    }
    if (from.fields().size() > to.fields().size()) {
      std::string extra;
      for (size_t i = to.fields().size(); i < from.fields().size(); ++i) {
        extra += (extra.empty() ? "" : ", ") + QuoteIdentifier(from.fields()[i].name);
      }
      throw QueryError(
          "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_STRUCT_FIELDS",
          {{"tableName", insert.name.Quoted()}, {"colName", QuoteIdentifiers(path)}, {"extraFields", extra}});
    }
    return;
  }
  const std::string policy = analyzer::FoldCase(state_.configuration().GetText("spark.sql.storeAssignmentPolicy"));
  const bool allowed = policy == "legacy"   ? CanCast(from, to, EvalMode::kLegacy)
                       : policy == "strict" ? CanUpCast(from, to)
                                            : CanStoreAssign(from, to);
  if (allowed) return;
  throw QueryError("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", {{"tableName", insert.name.Quoted()},
                                                                      {"colName", QuoteIdentifiers(path)},
                                                                      {"srcType", QuoteType(from)},
                                                                      {"targetType", QuoteType(to)}});
}

}  // namespace firesteel::session
