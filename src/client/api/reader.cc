#include "firesteel/reader.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "client/api/arguments.h"
#include "client/api/frames.h"
#include "client/types/type_proto.h"

namespace firesteel::client {

using internal::Access;
using internal::MakeRelation;
using internal::PlanBuilder;
using internal::RelationNode;

OptionValue::OptionValue(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  text_.assign(text, end);
  // As PySpark writes whole numbers.
  if (std::isfinite(value) && text_.find_first_of(".e") == std::string::npos) text_ += ".0";
}

DataFrameReader DataFrameReader::format(std::string source) const {
  DataFrameReader reader = *this;
  reader.format_ = std::move(source);
  return reader;
}

DataFrameReader DataFrameReader::schema(const Schema& schema) const {
  DataFrameReader reader = *this;
  reader.schema_text_ = internal::JsonOf(schema.type());
  reader.schema_ = {schema};
  return reader;
}

DataFrameReader DataFrameReader::schema(std::string ddl) const {
  DataFrameReader reader = *this;
  reader.schema_text_ = std::move(ddl);
  reader.schema_.clear();
  return reader;
}

DataFrameReader DataFrameReader::option(std::string name, const OptionValue& value) const {
  DataFrameReader reader = *this;
  reader.options_.insert_or_assign(std::move(name), value.text());
  return reader;
}

DataFrameReader DataFrameReader::options(const Options& options) const {
  DataFrameReader reader = *this;
  for (const auto& [name, value] : options) reader.options_.insert_or_assign(name, value.text());
  return reader;
}

DataFrame DataFrameReader::load() const { return load_from({}, {}); }
DataFrame DataFrameReader::load(const std::vector<std::string>& paths) const { return load_from(paths, {}); }

DataFrame DataFrameReader::load_from(const std::vector<std::string>& paths,
                                     const std::vector<std::string>& predicates) const {
  return Access::Make(executor_, MakeRelation(executor_, {}, {},
                                              [format = format_, schema = schema_text_, options = options_, paths,
                                               predicates](const RelationNode&, proto::Relation* out, PlanBuilder&) {
                                                auto* source = out->mutable_read()->mutable_data_source();
                                                if (!format.empty()) source->set_format(format);
                                                source->set_schema(schema);
                                                source->mutable_options()->insert(options.begin(), options.end());
                                                for (const std::string& path : paths) source->add_paths(path);
                                                for (const std::string& predicate : predicates) {
                                                  source->add_predicates(predicate);
                                                }
                                              }));
}

DataFrame DataFrameReader::table(std::string name) const {
  return Access::Make(executor_, MakeRelation(executor_, {}, {},
                                              [name = std::move(name), options = options_](
                                                  const RelationNode&, proto::Relation* out, PlanBuilder&) {
                                                auto* table = out->mutable_read()->mutable_named_table();
                                                table->set_unparsed_identifier(name);
                                                table->mutable_options()->insert(options.begin(), options.end());
                                              }));
}

DataFrame DataFrameReader::changes(std::string table) const {
  if (!schema_text_.empty()) {
    return Access::Make(executor_, internal::InvalidRelation(
                                       executor_, Error::Invalid("changes() does not take a schema of the user's.")));
  }
  return Access::Make(executor_, MakeRelation(executor_, {}, {},
                                              [table = std::move(table), options = options_](
                                                  const RelationNode&, proto::Relation* out, PlanBuilder&) {
                                                auto* changes = out->mutable_relation_changes();
                                                changes->set_unparsed_identifier(table);
                                                changes->mutable_options()->insert(options.begin(), options.end());
                                              }));
}

DataFrame DataFrameReader::text(const std::vector<std::string>& paths) const {
  // Always said, as PySpark does.
  const bool said = options_.contains("wholetext");
  return (said ? *this : option("wholetext", false)).format("text").load(paths);
}

DataFrame DataFrameReader::json(const DataFrame& texts) const { return parse(texts, proto::Parse::PARSE_FORMAT_JSON); }
DataFrame DataFrameReader::csv(const DataFrame& texts) const { return parse(texts, proto::Parse::PARSE_FORMAT_CSV); }
DataFrame DataFrameReader::xml(const DataFrame& texts) const { return parse(texts, proto::Parse::PARSE_FORMAT_XML); }

DataFrame DataFrameReader::parse(const DataFrame& texts, int format) const {
  std::optional<Schema> schema;
  if (!schema_.empty()) {
    schema = schema_[0];
  } else if (!schema_text_.empty()) {
    Result<Schema> parsed = Schema::parse(schema_text_);
    if (!parsed) return internal::Broken(texts, parsed.error());
    schema = *std::move(parsed);
  }
  return internal::Chain(texts, [format, schema = std::move(schema), options = options_](
                                    const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::Parse* parse = out->mutable_parse();
    builder.Add(self.inputs[0], parse->mutable_input());
    parse->set_format(static_cast<proto::Parse::ParseFormat>(format));
    if (schema) ToProto(*schema, parse->mutable_schema());
    parse->mutable_options()->insert(options.begin(), options.end());
  });
}

DataFrame DataFrameReader::jdbc(std::string url, std::string table,
                                const std::map<std::string, std::string>& properties) const {
  return jdbc(std::move(url), std::move(table), std::vector<std::string>(), properties);
}

DataFrame DataFrameReader::jdbc(std::string url, std::string table, std::string column, const OptionValue& lower_bound,
                                const OptionValue& upper_bound, int32_t partitions,
                                const std::map<std::string, std::string>& properties) const {
  return option("partitionColumn", std::move(column))
      .option("lowerBound", lower_bound)
      .option("upperBound", upper_bound)
      .option("numPartitions", partitions)
      .jdbc(std::move(url), std::move(table), properties);
}

DataFrame DataFrameReader::jdbc(std::string url, std::string table, const std::vector<std::string>& predicates,
                                const std::map<std::string, std::string>& properties) const {
  DataFrameReader reader = format("jdbc");
  for (const auto& [name, value] : properties) reader.options_.insert_or_assign(name, value);
  reader.options_.insert_or_assign("url", std::move(url));
  reader.options_.insert_or_assign("dbtable", std::move(table));
  return reader.load_from({}, predicates);
}

}  // namespace firesteel::client
