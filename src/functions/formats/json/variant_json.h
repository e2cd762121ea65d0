#pragma once

#include "functions/formats/json/json_tokenizer.h"
#include "types/variant/variant_builder.h"

namespace firesteel::functions {

/// Appends the JSON value at the tokenizer's current token to the builder and goes to the value's end. False on what is
/// malformed: no JSON, a key given twice, half a surrogate pair, a text longer than Jackson takes. What was appended is
/// worth nothing then. Throws VariantTooLarge.
bool AppendJsonAsVariant(JsonTokenizer& tokenizer, VariantBuilder& builder);

/// The first JSON value of a text; what follows it is not looked at. As above.
bool ParseJsonAsVariant(JsonTokenizer& tokenizer, std::string_view text, VariantBuilder& builder);

/// How parse_json reads: JSON and nothing beside it.
const JsonOptions& StrictJsonOptions();

}  // namespace firesteel::functions
