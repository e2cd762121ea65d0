#pragma once

#include "functions/kernel.h"

/// Kernels of XML texts.
namespace firesteel::functions {

extern const Kernel kXPathList;     ///< (text, path) → array of texts
extern const Kernel kXPathBoolean;  ///< (text, path) → boolean
extern const Kernel kXPathShort;    ///< (text, path) → number; those of integers take numbers as Java converts them
extern const Kernel kXPathInt;
extern const Kernel kXPathLong;
extern const Kernel kXPathFloat;
extern const Kernel kXPathDouble;
extern const Kernel kXPathString;  ///< (text, path) → text
/// (text, case sensitive [, options]) → struct; the last two are constants
extern const Kernel kFromXml;
/// (text, case sensitive, timestamps are TIMESTAMP_NTZ [, options]) → the type's SQL text; all but the first constants
extern const Kernel kSchemaOfXml;
/// (struct [, options]) → text
extern const Kernel kToXml;

}  // namespace firesteel::functions
