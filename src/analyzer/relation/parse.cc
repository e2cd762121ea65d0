// spark.read.json and spark.read.csv of a DataFrame of strings: one record a row, parsed as from_json and from_csv do.
#include <set>
#include <utility>

#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "functions/formats/csv/csv_inference.h"
#include "functions/formats/csv/csv_tokenizer.h"
#include "functions/formats/json/json_inference.h"
#include "functions/formats/json/json_options.h"
#include "types/type_text.h"

namespace firesteel::analyzer {
namespace {

constexpr const char* kLine = "value";
constexpr const char* kRecord = "record";

plan::ExpressionPtr Column(const char* name) {
  return plan::Make(plan::UnresolvedAttribute{{name}, std::nullopt, false});
}

plan::ExpressionPtr Text(std::string text) {
  return plan::Make(plan::Literal{{DataType::String(), Value{std::move(text)}}});
}

plan::ExpressionPtr Call(const char* name, std::vector<plan::ExpressionPtr> arguments) {
  plan::UnresolvedFunction call;
  call.name = {name};
  call.arguments = std::move(arguments);
  return plan::Make(std::move(call));
}

class TextRecords {
 public:
  TextRecords(Analysis& analysis, const plan::Parse& node)
      : analysis_(analysis), node_(node), options_(node.options), corrupt_(CorruptColumn()) {
    const plan::RelationPtr named = plan::MakeRelation(plan::ToDf{node.child, {kLine}});
    // What is empty is no record; NULL is a malformed one of JSON.
    plan::ExpressionPtr is_record = Call("<>", {Call("trim", {Column(kLine)}), Text("")});
    if (node.format == "json") is_record = Call("or", {Call("isnull", {Column(kLine)}), std::move(is_record)});
    lines_ = plan::MakeRelation(plan::Filter{named, std::move(is_record)});
  }

  ScopePtr Read() {
    DataType schema = node_.format == "json" ? JsonSchema() : CsvSchema();
    plan::RelationPtr lines = lines_;
    if (header_) lines = plan::MakeRelation(plan::Filter{lines, Call("<>", {Column(kLine), Text(*header_)})});
    std::vector<plan::ExpressionPtr> arguments = {Column(kLine), Text(TypeToJson(schema))};
    if (plan::ExpressionPtr options = Options()) arguments.push_back(std::move(options));
    const char* function = node_.format == "json" ? "from_json" : "from_csv";
    plan::ExpressionPtr record = plan::Make(plan::Alias{Call(function, std::move(arguments)), {kRecord}, ""});
    const plan::RelationPtr records = plan::MakeRelation(plan::Project{lines, {std::move(record)}});
    plan::UnresolvedStar fields;
    fields.target = {kRecord};
    return analysis_.Resolve(plan::MakeRelation(plan::Project{records, {plan::Make(std::move(fields))}}));
  }

 private:
  std::string CorruptColumn() const { return options_.Text("columnNameOfCorruptRecord", "_corrupt_record"); }

  // Of the reader's options those that mean something for records; the rest is about files and inference.
  plan::ExpressionPtr Options() const {
    static const std::set<std::string> kOfReader = {"header", "inferschema", "samplingratio", "linesep", "multiline"};
    std::vector<plan::ExpressionPtr> entries;
    for (const auto& [key, value] : node_.options) {
      if (kOfReader.contains(FoldCase(key))) continue;
      entries.push_back(Text(key));
      entries.push_back(Text(value));
    }
    return entries.empty() ? nullptr : Call("map", std::move(entries));
  }

  std::vector<std::string> Lines(const plan::RelationPtr& relation) {
    std::vector<std::string> lines;
    for (std::vector<Value>& row : analysis_.environment().RunQuery(analysis_.Resolve(relation)->relation)) {
      lines.push_back(row.at(0).is_null() ? "" : row.at(0).text());
    }
    return lines;
  }

  DataType JsonSchema() {
    const functions::JsonOptions json(options_, corrupt_);
    if (node_.schema) return *node_.schema;
    const bound::SessionSettings& settings = analysis_.settings();
    functions::JsonInference inference(json, options_, settings.time_zone, settings.now_micros,
                                       settings.timestamp_ntz_default);
    for (const std::string& line : Lines(lines_)) inference.Add(line.empty() ? "malformed" : line);
    return DataType::Struct(inference.Result());
  }

  DataType CsvSchema() {
    const functions::CsvOptions csv(options_, corrupt_);
    const bool has_header = options_.Flag("header", false);
    if (node_.schema && !has_header) return *node_.schema;
    const std::vector<std::string> first =
        Lines(plan::MakeRelation(plan::Limit{lines_, plan::Make(plan::Literal{{DataType::Int(), Value{int64_t{1}}}})}));
    if (has_header && !first.empty()) header_ = first[0];
    if (node_.schema) return *node_.schema;
    if (first.empty()) return DataType::Struct({});
    functions::CsvTokenizer tokenizer(csv, "");
    tokenizer.Next(first[0], true);
    const std::vector<std::string> names =
        functions::CsvColumnNames(tokenizer.fields(), csv, analysis_.case_sensitive());
    std::vector<DataType> types(names.size(), DataType::String());
    if (options_.Flag("inferSchema", false)) {
      const bound::SessionSettings& settings = analysis_.settings();
      functions::CsvInference inference(csv, options_, settings.time_zone, settings.now_micros,
                                        settings.timestamp_ntz_default, names.size());
      for (const std::string& line : Lines(lines_)) {
        if (header_ == line) continue;
        if (tokenizer.Next(line, true) == functions::CsvTokenizer::Result::kRecord) inference.Add(tokenizer.fields());
      }
      types = inference.Types();
    }
    std::vector<StructField> fields;
    for (size_t i = 0; i < names.size(); ++i) fields.push_back({names[i], types[i], true, ""});
    return DataType::Struct(std::move(fields));
  }

  Analysis& analysis_;
  const plan::Parse& node_;
  const functions::FormatOptions options_;
  const std::string corrupt_;
  plan::RelationPtr lines_;
  std::optional<std::string> header_;
};

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Parse& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  if (child->output.size() != 1 || !child->output[0].type.IsStringLike() || node.format == "xml" ||
      FoldCase(functions::FormatOptions(node.options).Text("mode", "")) == "dropmalformed") {
    ThrowUnsupported("reading " + node.format + " in this way from a DataFrame", self.origin);
  }
  return TextRecords(analysis, node).Read();
}

}  // namespace firesteel::analyzer
