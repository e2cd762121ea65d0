#include "analyzer/file_columns.h"

#include <array>
#include <optional>
#include <utility>

#include "analyzer/analysis.h"
#include "functions/binding/binding.h"
#include "types/value_text.h"

namespace firesteel::analyzer {
namespace {

constexpr const char* kMetadataText = R"({"__file_source_metadata_col":true,"__metadata_col":"_metadata"})";

// What the scan itself gives, one value for each file, as columns that no user can name. Their ids follow those of the
// hidden columns.
enum Raw : uint8_t { kPath, kName, kSize, kTime, kUrl, kRow, kRawCount };
constexpr std::array<const char*, 4> kHiddenNames = {"_metadata", "input_file_name()", "input_file_block_start()",
                                                     "input_file_block_length()"};

DataType RawType(Raw raw) {
  if (raw == kSize || raw == kRow) return DataType::Long();
  return raw == kTime ? DataType::Timestamp() : DataType::String();
}

bool HasRows(const std::string& format) { return format == "parquet"; }

DataType MetadataType(const std::string& format) {
  std::vector<StructField> fields{
      {"file_path", DataType::String(), false, ""},       {"file_name", DataType::String(), false, ""},
      {"file_size", DataType::Long(), false, ""},         {"file_block_start", DataType::Long(), false, ""},
      {"file_block_length", DataType::Long(), false, ""}, {"file_modification_time", DataType::Timestamp(), false, ""}};
  if (HasRows(format)) fields.push_back({"row_index", DataType::Long(), false, ""});
  return DataType::Struct(std::move(fields));
}

// A path as java.net.URI writes it: what may not stand in a URI becomes %XX; letters of other alphabets stay.
std::string UrlText(const std::string& path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool quoted =
        byte <= 0x20 || byte == 0x7f || std::string_view("\"#%<>?[\\]^`{|}").find(c) != std::string_view::npos;
    if (!quoted) {
      text += c;
      continue;
    }
    constexpr char kDigits[] = "0123456789ABCDEF";
    text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

std::string RawText(Raw raw, const bound::Scan& scan, size_t file) {
  const std::string path = UrlText(scan.files[file]);
  switch (raw) {
    case kPath:
      return "file:" + path;
    case kUrl:
      return "file://" + path;
    case kName:
      return path.substr(path.rfind('/') + 1);
    case kSize:
      return std::to_string(file < scan.file_sizes.size() ? scan.file_sizes[file] : 0);
    case kTime: {
      // Spark knows milliseconds.
      const int64_t micros = file < scan.file_times.size() ? scan.file_times[file] / 1000 * 1000 : 0;
      return CastText(DataType::Timestamp(), Value{micros}, "UTC") + "Z";
    }
    default:
      return "";
  }
}

}  // namespace

std::vector<bound::Attribute> FileColumns(Analysis& analysis, const std::string& format) {
  std::vector<bound::Attribute> columns;
  columns.push_back(analysis.NewAttribute(kHiddenNames[0], MetadataType(format), false, kMetadataText));
  columns.push_back(analysis.NewAttribute(kHiddenNames[1], DataType::String(), false, ""));
  columns.push_back(analysis.NewAttribute(kHiddenNames[2], DataType::Long(), false, ""));
  columns.push_back(analysis.NewAttribute(kHiddenNames[3], DataType::Long(), false, ""));
  for (int raw = 0; raw < kRawCount; ++raw) analysis.NewAttribute("", DataType::String(), false, "");
  return columns;
}

bool IsFileColumn(const bound::Attribute& attribute) {
  if (attribute.name == kFileMetadata) return attribute.metadata == kMetadataText;
  return attribute.name.starts_with("input_file_") && attribute.name.ends_with("()");
}

ScopePtr ExposeFileColumns(const ScopePtr& scope, const AttributeIds& ids) {
  const bound::Relation& relation = *scope->relation;
  bound::Scan scan = *relation.As<bound::Scan>();
  std::vector<bound::Attribute> output = relation.output;
  const bound::AttributeId first_raw = scope->hidden.back().id + 1;
  std::vector<bound::ExpressionPtr> raws;
  scan.partition_values.resize(scan.files.size());
  for (int i = 0; i < kRawCount; ++i) {
    const Raw raw = static_cast<Raw>(i);
    if (raw == kRow && !HasRows(scan.format)) continue;
    bound::Attribute attribute;
    attribute.id = first_raw + i;
    attribute.name = std::string(bound::kFileColumnPrefix) + std::to_string(i);
    attribute.type = RawType(raw);
    attribute.nullable = false;
    if (raw == kRow) attribute.name = bound::kRowIndexColumn;
    scan.column_names.push_back(attribute.name);
    if (!scan.field_ids.empty()) scan.field_ids.push_back(0);
    if (!scan.missing_values.empty()) scan.missing_values.emplace_back();
    if (raw != kRow) {
      scan.partition_columns.push_back(attribute.name);
      for (size_t file = 0; file < scan.files.size(); ++file) {
        scan.partition_values[file].emplace_back(RawText(raw, scan, file));
      }
    }
    raws.push_back(bound::MakeReference(attribute));
    output.push_back(std::move(attribute));
  }
  const bound::ExpressionPtr start = bound::MakeLiteral(DataType::Long(), Value{int64_t{0}});

  const DataType& type = scope->hidden[0].type;
  bound::Project project{bound::MakeRelation(std::move(scan), std::move(output), relation.origin), {}};
  for (const bound::Attribute& attribute : relation.output) {
    project.expressions.push_back({attribute, bound::MakeReference(attribute)});
  }
  std::vector<bound::ExpressionPtr> values{raws[kPath], raws[kName], raws[kSize], start, raws[kSize], raws[kTime]};
  if (values.size() < type.fields().size()) values.push_back(raws[kRow]);
  std::vector<bound::ExpressionPtr> arguments;
  for (size_t i = 0; i < values.size(); ++i) {
    arguments.push_back(bound::MakeLiteral(DataType::String(), Value{type.fields()[i].name}));
    arguments.push_back(values[i]);
  }
  const bound::SessionSettings settings;
  project.expressions.push_back(
      {scope->hidden[0], functions::BindByName("named_struct", std::move(arguments), settings, nullptr)});
  project.expressions.push_back({scope->hidden[1], raws[kUrl]});
  project.expressions.push_back({scope->hidden[2], start});
  project.expressions.push_back({scope->hidden[3], raws[kSize]});
  std::vector<bound::Attribute> all;
  for (const bound::NamedExpression& expression : project.expressions) all.push_back(expression.output);
  const ScopePtr whole =
      MakeScope(bound::MakeRelation(std::move(project), std::move(all), relation.origin), {}, Reach::kOpaque);

  std::vector<bound::Attribute> visible = scope->output;
  for (const bound::Attribute& hidden : scope->hidden) {
    if (ids.contains(hidden.id)) visible.push_back(hidden);
  }
  bound::Project chosen{whole->relation, {}};
  for (const bound::Attribute& attribute : visible) {
    chosen.expressions.push_back({attribute, bound::MakeReference(attribute)});
  }
  auto result = MakeScope(bound::MakeRelation(std::move(chosen), visible, relation.origin), {whole}, Reach::kProject);
  result->plan_ids = scope->plan_ids;
  for (const bound::Attribute& hidden : scope->hidden) {
    if (!ids.contains(hidden.id)) result->hidden.push_back(hidden);
  }
  return result;
}

bool ReadsFiles(const bound::Relation& relation) {
  if (relation.As<bound::Scan>()) return true;
  if (relation.As<bound::Aggregate>()) return false;
  for (const bound::RelationPtr& child : bound::Children(relation)) {
    if (ReadsFiles(*child)) return true;
  }
  return false;
}

}  // namespace firesteel::analyzer
