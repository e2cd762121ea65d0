#include "lowering/write/file_query.h"

#include <set>
#include <string>

#include "base/ascii_case.h"
#include "base/error.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// The engine compares the names of columns and of struct fields without case.
void CheckNames(const std::vector<StructField>& fields) {
  std::set<std::string> names;
  for (const StructField& field : fields) {
    if (field.name.empty()) ThrowUnsupported("a Parquet column without a name");
    if (!names.insert(AsciiLower(field.name)).second) {
      ThrowUnsupported("Parquet columns whose names differ in case only (" + field.name + ")");
    }
  }
}

void CheckNames(const DataType& type) {
  if (type.Is(TypeKind::kArray)) return CheckNames(type.element_type());
  if (type.Is(TypeKind::kMap)) {
    CheckNames(type.key_type());
    return CheckNames(type.value_type());
  }
  if (!type.Is(TypeKind::kStruct)) return;
  CheckNames(type.fields());
  for (const StructField& field : type.fields()) CheckNames(field.type);
}

std::string FileColumn(const std::string& column, const DataType& type) {
  // Spark writes a column of nulls as an optional boolean.
  if (type.Is(TypeKind::kNull)) return "CAST(" + column + " AS BOOLEAN)";
  const std::string typed = "CAST(" + column + " AS " + TypeSql(type) + ")";
  const bool has_names = TypeSql(type) != FileTypeSql(type);
  return has_names ? "fs_as(" + typed + ", NULL::" + FileTypeSql(type) + ")" : typed;
}

/// Text that names a folder. What Spark keeps in one folder must be one value, for rows to come ordered by folders.
std::string FolderColumn(const std::string& column) {
  return "nullif(nullif(" + column + ", ''), '__HIVE_DEFAULT_PARTITION__')";
}

template <class F>
LoweredQuery Around(LoweredQuery query, size_t folder_columns, const F& file_column) {
  std::string columns;
  for (size_t i = 0; i < query.schema.size(); ++i) {
    const std::string column = "q.c" + std::to_string(i);
    columns += i == 0 ? "" : ", ";
    columns += i < folder_columns ? FolderColumn(column) : file_column(column, query.schema[i]);
  }
  query.sql = "SELECT " + columns + " FROM (" + query.sql + ") AS q";
  for (size_t i = 1; i <= folder_columns; ++i) query.sql += (i == 1 ? " ORDER BY " : ", ") + std::to_string(i);
  return query;
}

}  // namespace

LoweredQuery LowerParquetQuery(const bound::RelationPtr& relation, size_t folder_columns,
                               const bound::SessionSettings& settings) {
  LoweredQuery query = Lower(relation, settings);
  Schema in_files(query.schema.begin() + static_cast<std::ptrdiff_t>(folder_columns), query.schema.end());
  CheckNames(in_files);
  for (const StructField& field : in_files) CheckNames(field.type);
  return Around(std::move(query), folder_columns, [](const std::string& column, const StructField& field) {
    return FileColumn(column, field.type) + " AS " + QuoteName(field.name);
  });
}

LoweredQuery LowerLineQuery(const bound::RelationPtr& relation, size_t folder_columns,
                            const bound::SessionSettings& settings) {
  return Around(Lower(relation, settings), folder_columns,
                [](const std::string& column, const StructField&) { return column; });
}

}  // namespace firesteel::lowering
