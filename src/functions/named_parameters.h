#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "types/value.h"

namespace firesteel::functions {

/// A parameter that may be given by name: mask(str => 'a', upperChar => 'Z').
struct NamedParameter {
  std::string_view name;
  std::optional<std::string_view> default_text = {};  ///< of text parameters that may be left out
  bool default_is_null = false;
  bool default_is_true = false;
  std::optional<int32_t> default_int = {};

  bool is_required() const { return !default_text && !default_is_null && !default_is_true && !default_int; }
  TypedValue default_value() const;
};

/// The parameters of a function whose arguments may be given by name; empty for all others. By the row's name.
std::span<const NamedParameter> NamedParametersOf(std::string_view function);

}  // namespace firesteel::functions
