#pragma once

namespace firesteel {

/// 128-bit integers hold unscaled decimals. GCC and Clang have them on every 64-bit target; `__extension__` quiets
/// -Wpedantic.
__extension__ typedef __int128 int128_t;
__extension__ typedef unsigned __int128 uint128_t;

}  // namespace firesteel
