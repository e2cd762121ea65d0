#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "functions/kernel.h"

/// Makes kernels of plain C++ functions over one row:
///
///   std::optional<int32_t> LastDay(int32_t days);              RunRows<LastDay>
///   std::string Upper(std::string_view text);                  RunRows<Upper>
///   std::optional<int64_t> Parse(Row& row, std::string_view);  may call row.Fail and return nothing
///
/// A null argument gives null and the function is not called. No result (nullopt) is null. Arguments are read by their
/// C++ type: std::string_view for strings and binaries, else the physical type named in kernel.h.
namespace firesteel::functions {

/// The row being computed, for functions that need the call or fail.
class Row {
 public:
  explicit Row(KernelContext& context) : context_(context) {}
  const KernelCall& call() const { return context_.call(); }
  EvalMode mode() const { return context_.call().mode; }
  template <class T>
  const T& prepared() const {
    return context_.prepared<T>();
  }
  std::nullopt_t Fail(std::string condition, ErrorParameters parameters, ErrorClass error_class,
                      bool with_origin = true) {
    context_.Fail(index, std::move(condition), std::move(parameters), error_class, with_origin);
    return std::nullopt;
  }
  size_t index = 0;

 private:
  KernelContext& context_;
};

namespace row_kernel {

template <class T>
T Read(const VectorView& view, size_t row) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return view.Text(row);
  } else {
    return view.Get<T>(row);
  }
}

template <class T>
void Write(ResultVector& result, size_t row, T&& value) {
  using Value = std::remove_cvref_t<T>;
  if constexpr (std::is_convertible_v<Value, std::string_view>) {
    result.SetText(row, value);
  } else {
    result.Data<Value>()[row] = value;
  }
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
void WriteAny(ResultVector& result, size_t row, T&& value) {
  if constexpr (IsOptional<std::remove_cvref_t<T>>::value) {
    if (value) {
      Write(result, row, *std::forward<T>(value));
    } else {
      result.SetNull(row);
    }
  } else {
    Write(result, row, std::forward<T>(value));
  }
}

template <auto F, class Signature = decltype(F)>
struct Loop;

template <auto F, class R, class... A>
struct Loop<F, R (*)(A...)> {
  static void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
    Each(context, arguments, rows, result, std::index_sequence_for<A...>());
  }

 private:
  template <size_t... I>
  static void Each(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
                   std::index_sequence<I...>) {
    if (!(arguments[I].validity || ... || false)) {
      for (size_t row = 0; row < rows; ++row) {
        WriteAny(result, row, F(Read<std::remove_cvref_t<A>>(arguments[I], row)...));
      }
      return;
    }
    for (size_t row = 0; row < rows; ++row) {
      if ((arguments[I].IsValid(row) && ...)) {
        WriteAny(result, row, F(Read<std::remove_cvref_t<A>>(arguments[I], row)...));
      } else {
        result.SetNull(row);
      }
    }
  }
};

template <auto F, class R, class... A>
struct Loop<F, R (*)(Row&, A...)> {
  static void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
    Each(context, arguments, rows, result, std::index_sequence_for<A...>());
  }

 private:
  template <size_t... I>
  static void Each(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
                   std::index_sequence<I...>) {
    Row row(context);
    for (row.index = 0; row.index < rows; ++row.index) {
      if ((arguments[I].IsValid(row.index) && ...)) {
        WriteAny(result, row.index, F(row, Read<std::remove_cvref_t<A>>(arguments[I], row.index)...));
        if (context.failed()) return;
      } else {
        result.SetNull(row.index);
      }
    }
  }
};

}  // namespace row_kernel

template <auto F>
void RunRows(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  row_kernel::Loop<F>::Run(context, arguments, rows, result);
}

template <auto F>
constexpr Kernel RowKernel(bool fallible = false, PrepareFunction prepare = nullptr) {
  return Kernel{RunRows<F>, prepare, fallible};
}

}  // namespace firesteel::functions
