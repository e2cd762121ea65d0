#pragma once

#include "functions/kernel.h"

/// Kernels of JSON and CSV texts. The last argument of those with options is a map<string,string> constant (or is
/// missing): KernelCall::constants.
namespace firesteel::functions {

extern const Kernel kToJson;    ///< (struct, array, map or variant [, options]) → text
extern const Kernel kToCsv;     ///< (struct [, options]) → a line without separator; null where univocity writes none
extern const Kernel kFromJson;  ///< (text [, options]) → struct, array or map
extern const Kernel kFromCsv;   ///< (text [, options]) → struct
extern const Kernel kSchemaOfJson;   ///< (text [, options]) → the type's SQL text
extern const Kernel kSchemaOfCsv;    ///< (text [, options]) → the type's SQL text
extern const Kernel kGetJsonObject;  ///< (text, path) → text
extern const Kernel kJsonTuple;      ///< (text, name, …) → struct of texts
extern const Kernel kJsonArrayLength;
extern const Kernel kJsonObjectKeys;

}  // namespace firesteel::functions
