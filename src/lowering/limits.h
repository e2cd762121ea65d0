#pragma once

/// Measured limits of the engine's binder (see DESIGN.md, "Shape of the lowered SQL").
namespace firesteel::lowering {

/// A computed column is put into the place of its single use only as long as the result is not deeper than this.
inline constexpr int kMaxCollapsedDepth = 32;
/// Deeper expressions are refused. The optimizer cuts what it can into stages far below.
inline constexpr int kMaxExpressionDepth = 400;
/// Nested SELECTs beyond this become a chain of WITH entries.
inline constexpr int kMaxNesting = 100;
/// The engine's parser and binder would take too long, or too much memory, beyond this.
inline constexpr size_t kMaxSqlBytes = 256 << 20;

}  // namespace firesteel::lowering
