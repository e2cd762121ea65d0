#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

/// The fields of tuples and of structs without constructors, without macros. Internal to the library.
namespace firesteel::client::internal {

/// Becomes whatever a field's initializer needs to be; only in expressions that are never evaluated.
struct AnyField {
  template <class T>
  operator T() const;
};

template <class T, size_t... kIndex>
constexpr bool TakesFields(std::index_sequence<kIndex...>) {
  return requires { T{(static_cast<void>(kIndex), AnyField())...}; };
}

constexpr size_t kMostFields = 32;

/// How many fields the struct has: as many as its braces take.
template <class T, size_t kCount = kMostFields>
constexpr size_t CountFields() {
  if constexpr (kCount == 0 || TakesFields<T>(std::make_index_sequence<kCount>())) {
    return kCount;
  } else {
    return CountFields<T, kCount - 1>();
  }
}

template <class T>
struct IsTuple : std::false_type {};
template <class... Fields>
struct IsTuple<std::tuple<Fields...>> : std::true_type {};
template <class First, class Second>
struct IsTuple<std::pair<First, Second>> : std::true_type {};

/// References to the struct's fields, in order.
template <class T>
constexpr auto TieFields(T& value) {
  constexpr size_t kCount = CountFields<std::remove_const_t<T>>();
  static_assert(kCount > 0, "the struct has no fields, or more than 32");
  if constexpr (kCount == 1) {
    auto& [a1] = value;
    return std::tie(a1);
  } else if constexpr (kCount == 2) {
    auto& [a1, a2] = value;
    return std::tie(a1, a2);
  } else if constexpr (kCount == 3) {
    auto& [a1, a2, a3] = value;
    return std::tie(a1, a2, a3);
  } else if constexpr (kCount == 4) {
    auto& [a1, a2, a3, a4] = value;
    return std::tie(a1, a2, a3, a4);
  } else if constexpr (kCount == 5) {
    auto& [a1, a2, a3, a4, a5] = value;
    return std::tie(a1, a2, a3, a4, a5);
  } else if constexpr (kCount == 6) {
    auto& [a1, a2, a3, a4, a5, a6] = value;
    return std::tie(a1, a2, a3, a4, a5, a6);
  } else if constexpr (kCount == 7) {
    auto& [a1, a2, a3, a4, a5, a6, a7] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7);
  } else if constexpr (kCount == 8) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8);
  } else if constexpr (kCount == 9) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9);
  } else if constexpr (kCount == 10) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
  } else if constexpr (kCount == 11) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
  } else if constexpr (kCount == 12) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
  } else if constexpr (kCount == 13) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
  } else if constexpr (kCount == 14) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
  } else if constexpr (kCount == 15) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15);
  } else if constexpr (kCount == 16) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16);
  } else if constexpr (kCount == 17) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17);
  } else if constexpr (kCount == 18) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18);
  } else if constexpr (kCount == 19) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19);
  } else if constexpr (kCount == 20) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20);
  } else if constexpr (kCount == 21) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21);
  } else if constexpr (kCount == 22) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21,
                    a22);
  } else if constexpr (kCount == 23) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23] =
        value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23);
  } else if constexpr (kCount == 24) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24);
  } else if constexpr (kCount == 25) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25);
  } else if constexpr (kCount == 26) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26);
  } else if constexpr (kCount == 27) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26, a27] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26, a27);
  } else if constexpr (kCount == 28) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26, a27, a28] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26, a27, a28);
  } else if constexpr (kCount == 29) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26, a27, a28, a29] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26, a27, a28, a29);
  } else if constexpr (kCount == 30) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26, a27, a28, a29, a30] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26, a27, a28, a29, a30);
  } else if constexpr (kCount == 31) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26, a27, a28, a29, a30, a31] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26, a27, a28, a29, a30, a31);
  } else if constexpr (kCount == 32) {
    auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
           a24, a25, a26, a27, a28, a29, a30, a31, a32] = value;
    return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24, a25, a26, a27, a28, a29, a30, a31, a32);
  }
}

/// References to all fields of a tuple, pair or struct.
template <class T>
constexpr auto FieldsOf(T& value) {
  if constexpr (IsTuple<std::remove_const_t<T>>::value) {
    return std::apply([](auto&... fields) { return std::tie(fields...); }, value);
  } else {
    return TieFields(value);
  }
}

}  // namespace firesteel::client::internal
