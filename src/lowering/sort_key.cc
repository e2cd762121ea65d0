#include "lowering/sort_key.h"

#include "functions/lower/once.h"

namespace firesteel::lowering {
namespace {

/// The key of a part, with its presence first. `level` keeps the names of nested lambdas apart.
std::string Part(const std::string& sql, const DataType& type, int level);

std::string Key(const std::string& sql, const DataType& type, int level) {
  if (type.Is(TypeKind::kArray)) {
    const std::string element = "k" + std::to_string(level);
    return "list_transform(" + sql + ", lambda " + element + ": " + Part(element, type.element_type(), level + 1) + ")";
  }
  if (type.Is(TypeKind::kStruct) && !type.fields().empty()) {
    std::string parts;
    for (size_t i = 0; i < type.fields().size(); ++i) {
      if (i > 0) parts += ", ";
      parts += "f" + std::to_string(i) + " := " +
               Part("struct_extract_at(" + sql + ", " + std::to_string(i + 1) + ")", type.fields()[i].type, level);
    }
    return "(CASE WHEN " + sql + " IS NULL THEN NULL ELSE struct_pack(" + parts + ") END)";
  }
  return sql;
}

std::string Part(const std::string& sql, const DataType& type, int level) {
  return "struct_pack(f0 := " + sql + " IS NOT NULL, f1 := " + Key(sql, type, level) + ")";
}

}  // namespace

std::string SortKeySql(const std::string& sql, const DataType& type) {
  if (!type.Is(TypeKind::kStruct)) return Key(sql, type, 0);
  return functions::Once(sql, [&](const std::string& value) { return Key(value, type, 0); });
}

}  // namespace firesteel::lowering
