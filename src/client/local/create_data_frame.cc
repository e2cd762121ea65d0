#include <utility>

#include "arrow/c_data.h"
#include "arrow/element_copy.h"
#include "arrow/type_mapping.h"
#include "client/local/local_table.h"
#include "client/local/value_writer.h"
#include "client/plan/access.h"
#include "client/plan/relation.h"
#include "client/types/server_types.h"
#include "firesteel/dataframe.h"
#include "firesteel/session.h"

namespace firesteel::client {
namespace {

// Rows between two looks at how much there is.
constexpr int64_t kRowsAtOnce = 1024;

DataFrame FrameOf(const std::shared_ptr<SessionState>& state, std::function<void(proto::Relation*)> write) {
  return internal::Access::Make(
      state, internal::MakeRelation(state, {}, {},
                                    [write = std::move(write)](const internal::RelationNode&, proto::Relation* out,
                                                               internal::PlanBuilder&) { write(out); }));
}

Error DoesNotFit(const Value& value, const StructField& field, size_t row) {
  const std::string place = "The value of column " + field.name + " in row " + std::to_string(row);
  if (value.is_null()) return Error::Invalid(place + " is null, which the column may not be.");
  return Error::Invalid(place + " is of type " + value.type().simple_string() + " and does not fit the column's type " +
                        field.type.simple_string() + ".");
}

Result<Schema> TypesByValues(const std::vector<Row>& rows, const std::vector<std::string>& names) {
  const size_t columns = rows.front().size();
  if (!names.empty() && names.size() != columns) {
    return Error::Invalid(std::to_string(names.size()) + " names for rows of " + std::to_string(columns) + " values.");
  }
  std::vector<DataType> types(columns);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != columns) {
      return Error::Invalid("Row " + std::to_string(i) + " has " + std::to_string(rows[i].size()) +
                            " values, the first one has " + std::to_string(columns) + ".");
    }
    for (size_t column = 0; column < columns; ++column) {
      if (rows[i][column].is_null()) continue;
      const DataType type = rows[i][column].type();
      std::optional<DataType> common = CommonType(types[column], type);
      if (!common) {
        return Error::Invalid("Column " + std::to_string(column) + " has values of the types " +
                              types[column].simple_string() + " and " + type.simple_string() + ".");
      }
      types[column] = *std::move(common);
    }
  }
  const Schema* named = rows.front().schema().get();
  std::vector<StructField> fields;
  for (size_t column = 0; column < columns; ++column) {
    if (types[column].is(TypeKind::kNull)) {
      return Error::Invalid("Column " + std::to_string(column) + " has only nulls: its type must be given.");
    }
    std::string name = "_" + std::to_string(column + 1);
    if (!names.empty()) {
      name = names[column];
    } else if (named && column < named->size()) {
      name = (*named)[column].name;
    }
    fields.push_back({std::move(name), types[column]});
  }
  return Schema(std::move(fields));
}

/// One batch of a foreign stream into the table.
Result<void> AddBatch(const ArrowSchema& schema, const ArrowArray& batch, const firesteel::Schema& types,
                      LocalTable& table) {
  for (int64_t i = 0; i < schema.n_children; ++i) {
    ArrowArray column = *batch.children[i];  // the struct's own window on it
    column.offset += batch.offset;
    column.length = batch.length;
    if (batch.offset != 0) column.null_count = -1;
    arrow::CopyElements(*schema.children[i], column, types[static_cast<size_t>(i)].type,
                        table.columns()[static_cast<size_t>(i)]);
  }
  return table.AddRows(batch.length);
}

/// Throws what the server's modules throw.
Result<DataFrame> FromStream(const std::shared_ptr<SessionState>& state, ArrowArrayStream* stream) {
  const auto failure = [&](int code) {
    const char* text = stream->get_last_error(stream);
    return Error::Invalid("The Arrow stream failed with error " + std::to_string(code) +
                          (text && *text ? ": " + std::string(text) : std::string(".")));
  };
  arrow::Owned<ArrowSchema> schema;
  if (const int code = stream->get_schema(stream, schema.get()); code != 0) return failure(code);
  if (std::string_view(schema->format) != "+s") return Error::Invalid("The Arrow stream is not one of record batches.");
  const firesteel::Schema types = arrow::SchemaFromArrow(*schema.get());
  LocalTable table(*state, Schema(FromServerType(firesteel::DataType::Struct(types)).fields()));
  while (true) {
    arrow::Owned<ArrowArray> batch;
    if (const int code = stream->get_next(stream, batch.get()); code != 0) return failure(code);
    if (batch.empty()) break;
    Result<void> added = AddBatch(*schema.get(), *batch.get(), types, table);
    if (!added) return added.error();
  }
  Result<std::function<void(proto::Relation*)>> write = table.Finish(/*with_schema=*/false);
  if (!write) return write.error();
  return FrameOf(state, *std::move(write));
}

}  // namespace

Result<DataFrame> Session::create_data_frame(const std::vector<Row>& rows, const Schema& schema) const {
  if (rows.empty()) {
    return FrameOf(state_,
                   [text = schema.json()](proto::Relation* out) { out->mutable_local_relation()->set_schema(text); });
  }
  try {
    LocalTable table(*state_, schema);
    int64_t added = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].size() != schema.size()) {
        return Error::Invalid("Row " + std::to_string(i) + " has " + std::to_string(rows[i].size()) +
                              " values, the schema has " + std::to_string(schema.size()) + " columns.");
      }
      for (size_t column = 0; column < schema.size(); ++column) {
        const StructField& field = schema[column];
        const Value& value = rows[i][column];
        const bool fits =
            (!value.is_null() || field.nullable) && AppendValue(value, field.type, table.columns()[column]);
        if (!fits) return DoesNotFit(value, field, i);
      }
      if (++added < kRowsAtOnce && i + 1 < rows.size()) continue;
      Result<void> counted = table.AddRows(std::exchange(added, 0));
      if (!counted) return counted.error();
    }
    Result<std::function<void(proto::Relation*)>> write = table.Finish(/*with_schema=*/true);
    if (!write) return write.error();
    return FrameOf(state_, *std::move(write));
  } catch (const std::exception& error) {
    return Error::Invalid(error.what());
  }
}

Result<DataFrame> Session::create_data_frame(const std::vector<Row>& rows,
                                             const std::vector<std::string>& names) const {
  if (rows.empty()) return Error::Invalid("Types cannot be known from no rows: give a schema.");
  Result<Schema> schema = TypesByValues(rows, names);
  if (!schema) return schema.error();
  return create_data_frame(rows, *schema);
}

Result<DataFrame> Session::create_data_frame(ArrowArrayStream* stream) const {
  arrow::Owned<ArrowArrayStream> owned;
  *owned.get() = *stream;
  stream->release = nullptr;
  try {
    return FromStream(state_, owned.get());
  } catch (const std::exception& error) {
    return Error::Invalid(error.what());
  }
}

Result<DataFrame> Session::create_data_frame(const ArrowTable& table) const {
  if (table.batches().empty()) return empty_data_frame(table.schema());
  ArrowArrayStream stream;
  table.export_to(&stream);
  return create_data_frame(&stream);
}

Result<DataFrame> Session::empty_data_frame(const Schema& schema) const {
  return create_data_frame(std::vector<Row>(), schema);
}

}  // namespace firesteel::client
