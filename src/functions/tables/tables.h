#pragma once

#include <span>

#include "functions/function.h"

/// The groups of rows. Each file of this folder holds one, as constant data.
namespace firesteel::functions {

std::span<const Function> ArithmeticRows();
std::span<const Function> ComparisonRows();
std::span<const Function> ConditionalRows();
std::span<const Function> CastRows();
std::span<const Function> MathRows();
std::span<const Function> StringRows();
std::span<const Function> PatternRows();
std::span<const Function> DatetimeRows();
std::span<const Function> CollectionRows();
std::span<const Function> HigherOrderRows();
std::span<const Function> HashRows();
std::span<const Function> AggregateRows();
std::span<const Function> StatisticRows();
std::span<const Function> SketchRows();
std::span<const Function> VectorRows();
std::span<const Function> TextFunctionRows();
std::span<const Function> UrlRows();
std::span<const Function> CryptoRows();
std::span<const Function> TimeRows();
std::span<const Function> TimestampRows();
std::span<const Function> GeospatialRows();
std::span<const Function> WindowRows();
std::span<const Function> GeneratorRows();
std::span<const Function> TextFormatRows();
std::span<const Function> VariantRows();
std::span<const Function> XmlRows();
std::span<const Function> OptionalModuleRows();
std::span<const Function> MiscRows();
std::span<const Function> RandomRows();
/// Listed and described, but no call by name: syntax and functions that are relations.
std::span<const Function> UncallableRows();
/// Rows that operators turn into; not found by name, not listed.
std::span<const Function> InternalRows();
std::span<const Function> PlacedRows();  ///< internal, too
std::span<const Function> PandasRows();  ///< internal, too

}  // namespace firesteel::functions
