#include "functions/binding/optional_module.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kModule = "it needs a module that a Spark without extra packages has not, either";
constexpr std::string_view kJava = "it calls a Java class, and no Java runs here";

/// Functions that are known by name and refused: some by Spark itself, some because there is no Java.
const Function kRows[] = {
    {.name = "from_avro",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kScalar,
     .signatures = "(any, any, any?) -> any",
     .lowering = LowerUnsupported{kModule},
     .description = "The value of Avro bytes; refused as by a Spark without its Avro module.",
     .example = "SELECT from_avro(X'02', '\"int\"')",
     .nullability = Nullability::kAlways,
     .bind = BindAvro,
     .group = "avro_funcs"},
    {.name = "to_avro",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kScalar,
     .signatures = "(any, any?) -> binary",
     .lowering = LowerUnsupported{kModule},
     .description = "A value as Avro bytes; refused as by a Spark without its Avro module.",
     .example = "SELECT to_avro(1)",
     .nullability = Nullability::kAlways,
     .bind = BindAvro,
     .group = "avro_funcs"},
    {.name = "schema_of_avro",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kScalar,
     .signatures = "(any, any?) -> string",
     .lowering = LowerUnsupported{kModule},
     .description = "The schema of an Avro schema; refused as by a Spark without its Avro module.",
     .example = "SELECT schema_of_avro('\"int\"')",
     .nullability = Nullability::kAlways,
     .bind = BindAvro,
     .group = "avro_funcs"},
    {.name = "from_protobuf",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kScalar,
     .signatures = "(any, any, any?, any?) -> any",
     .lowering = LowerUnsupported{kModule},
     .description = "The value of Protobuf bytes; refused as by a Spark without its Protobuf module.",
     .example = "SELECT from_protobuf(X'0801', 'Person', '/path/to/descriptor.desc')",
     .nullability = Nullability::kAlways,
     .bind = BindProtobuf,
     .group = "protobuf_funcs"},
    {.name = "to_protobuf",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kScalar,
     .signatures = "(any, any, any?, any?) -> binary",
     .lowering = LowerUnsupported{kModule},
     .description = "A struct as Protobuf bytes; refused as by a Spark without its Protobuf module.",
     .example = "SELECT to_protobuf(named_struct('id', 1), 'Person', '/path/to/descriptor.desc')",
     .nullability = Nullability::kAlways,
     .bind = BindProtobuf,
     .group = "protobuf_funcs"},
    {.name = "reflect",
     .aliases = "java_method",
     .since = "2.0.0",
     .kind = Kind::kScalar,
     .signatures = "(string, string, any...) -> string",
     .lowering = LowerUnsupported{kJava},
     .description = "What a static Java method gives; there is no Java here.",
     .example = "SELECT reflect('java.util.UUID', 'randomUUID')",
     .display_name = "*",
     .nullability = Nullability::kAlways,
     .group = "misc_funcs"},
    {.name = "try_reflect",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kScalar,
     .signatures = "(string, string, any...) -> string",
     .lowering = LowerUnsupported{kJava},
     .description = "What a static Java method gives, or NULL; there is no Java here.",
     .example = "SELECT try_reflect('java.util.UUID', 'randomUUID')",
     .nullability = Nullability::kAlways,
     .group = "misc_funcs"},
};

}  // namespace

std::span<const Function> OptionalModuleRows() { return kRows; }

}  // namespace firesteel::functions
