#include "functions/binding/text.h"
#include "functions/kernels/string/text_format.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "url_funcs";

const Function kRows[] = {
    {.name = "url_encode",
     .aliases = "",
     .since = "3.4.0",
     .signatures = "(string) -> string",
     .lowering = LowerKernel{&kUrlEncode},
     .description = "The text in the form of a URL.",
     .example = "SELECT url_encode('https://spark.apache.org')",
     .nullability = Nullability::kAlways,
     .group = kGroup},
    {.name = "url_decode",
     .aliases = "",
     .since = "3.4.0",
     .signatures = "(string) -> string",
     .lowering = LowerKernel{&kUrlDecode},
     .description = "The text of a form of a URL.",
     .example = "SELECT url_decode('https%3A%2F%2Fspark.apache.org')",
     .nullability = Nullability::kAlways,
     .group = kGroup},
    {.name = "try_url_decode",
     .aliases = "",
     .since = "4.0.0",
     .signatures = "(string) -> string",
     .lowering = LowerKernel{&kUrlDecode},
     .description = "The text of a form of a URL, or NULL.",
     .example = "SELECT try_url_decode('https%3A%2F%2Fspark.apache.org')",
     .nullability = Nullability::kAlways,
     .bind = BindOfText,
     .group = kGroup},
    {.name = "parse_url",
     .aliases = "",
     .since = "2.0.0",
     .signatures = "(string, string) -> string | (string, string, string) -> string",
     .lowering = LowerKernel{&kParseUrl},
     .description = "A part of a URL, or the value of a key of its query.",
     .example = "SELECT parse_url('http://spark.apache.org/path?query=1', 'HOST')",
     .nullability = Nullability::kAlways,
     .bind = BindOfText,
     .group = kGroup},
    {.name = "try_parse_url",
     .aliases = "",
     .since = "4.0.0",
     .signatures = "(string, string) -> string | (string, string, string) -> string",
     .lowering = LowerKernel{&kParseUrl},
     .description = "A part of a URL, or NULL where it is none.",
     .example = "SELECT try_parse_url('http://spark.apache.org/path?query=1', 'HOST')",
     .nullability = Nullability::kAlways,
     .bind = BindOfText,
     .group = kGroup},
};

}  // namespace

std::span<const Function> UrlRows() { return kRows; }

}  // namespace firesteel::functions
