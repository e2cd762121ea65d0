#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "connect/data_type.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"
#include "spark/connect/catalog.pb.h"
#include "types/type_text.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

/// The 36 calls have scalar arguments, but for options (a map, taken as `options.<key>`) and schemas and storage levels
/// (messages, taken as text); one reading by field name serves them all.
void AddArgument(const google::protobuf::Message& call, const google::protobuf::FieldDescriptor& field,
                 const DecodeContext& context, plan::CatalogCall* node) {
  using Field = google::protobuf::FieldDescriptor;
  const auto* reflection = call.GetReflection();
  if (field.is_map()) {
    std::vector<std::pair<std::string, std::optional<std::string>>> entries;
    for (int i = 0; i < reflection->FieldSize(call, &field); ++i) {
      const auto& entry = reflection->GetRepeatedMessage(call, &field, i);
      const auto* entry_reflection = entry.GetReflection();
      entries.emplace_back(field.name() + "." + entry_reflection->GetString(entry, entry.GetDescriptor()->map_key()),
                           entry_reflection->GetString(entry, entry.GetDescriptor()->map_value()));
    }
    std::sort(entries.begin(), entries.end());
    node->arguments.insert(node->arguments.end(), entries.begin(), entries.end());
    return;
  }
  std::optional<std::string> value;
  if (!field.has_presence() || reflection->HasField(call, &field)) {
    switch (field.cpp_type()) {
      case Field::CPPTYPE_STRING:
        value = reflection->GetString(call, &field);
        break;
      case Field::CPPTYPE_BOOL:
        value = reflection->GetBool(call, &field) ? "true" : "false";
        break;
      case Field::CPPTYPE_MESSAGE:
        if (field.message_type() == proto::DataType::descriptor()) {
          value = TypeToJson(
              DecodeDataType(static_cast<const proto::DataType&>(reflection->GetMessage(call, &field)), context));
          break;
        }
        [[fallthrough]];
      default:
        value = reflection->GetMessage(call, &field).ShortDebugString();
    }
  }
  node->arguments.emplace_back(field.name(), std::move(value));
}

}  // namespace

RelationNode DecodeCatalog(const proto::Relation& relation, const DecodeContext& context) {
  const proto::Catalog& catalog = relation.catalog();
  const auto* chosen =
      catalog.GetReflection()->GetOneofFieldDescriptor(catalog, proto::Catalog::descriptor()->oneof_decl(0));
  if (chosen == nullptr) ThrowOneOfNotSet("spark.connect.Catalog", "CATTYPE_NOT_SET");
  plan::CatalogCall node;
  node.method = chosen->name();
  const auto& call = catalog.GetReflection()->GetMessage(catalog, chosen);
  for (int i = 0; i < call.GetDescriptor()->field_count(); ++i) {
    AddArgument(call, *call.GetDescriptor()->field(i), context, &node);
  }
  return node;
}

}  // namespace firesteel::connect
