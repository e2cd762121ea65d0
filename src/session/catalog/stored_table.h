#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/analyzer.h"
#include "catalog/table.h"
#include "session/catalog/catalogs.h"

/// How tables and views are kept in a catalog, and what comes back from there.
namespace firesteel::session {

/// The key of a column's metadata that has its type where that is char or varchar.
inline constexpr const char* kDeclaredTypeKey = "__CHAR_VARCHAR_TYPE_STRING";

/// A column as a catalog keeps it: nullable; char and varchar are strings whose metadata has the type.
StructField StoredColumn(StructField field);
/// A query's column as one of a table made from the query.
StructField ColumnOf(const bound::Attribute& attribute);
/// Throws INVALID_SCHEMA_OR_RELATION_NAME for what may not name a table or database.
void CheckValidName(const std::string& name);
/// The declared type of a stored column: char(5) where it was one.
DataType DeclaredType(const StructField& column);

/// Names of a managed table's columns in its files: those of the table, made to differ in more than case.
std::vector<std::string> FileColumnNames(const catalog::Table& table);
/// Gives field ids to the columns that have none yet (those behind the last that has one).
void AssignFieldIds(catalog::Table& table);

/// A persistent view as the analyzer wants it: its text parsed under the settings under which it was made.
std::shared_ptr<const analyzer::TemporaryView> PersistentView(const TableName& name, const catalog::Table& table,
                                                              const bound::SessionSettings& settings);
/// The settings that a view keeps.
catalog::Properties ViewSettings(const bound::SessionSettings& settings);

/// Where Spark would show the table: file:/… for a path.
std::string LocationText(const std::string& location);

/// A moment in UTC by a pattern of strftime.
std::string UtcText(int64_t micros, const char* pattern);

/// Properties as they are shown: values that look secret are hidden (spark.redaction.regex).
catalog::Properties Redacted(const catalog::Properties& properties);

/// The folder that LOCATION or the option path means: absolute.
std::string TablePath(const std::string& location);

}  // namespace firesteel::session
