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
///   void Hex(TextOut& out, std::string_view text);             writes its text in place (also with Row& before it)
///   std::string_view Trim(std::string_view text);              SharingKernel<Trim>: a part of the argument, not copied
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

/// The text of the row being computed. One of Set, Share, Commit and SetNull is called, once a row.
class TextOut {
 public:
  explicit TextOut(ResultVector& result) : result_(result) {}
  void Set(std::string_view text) { result_.SetText(index, text); }
  /// A part of an argument, or static; the kernel is made with `shares_text`.
  void Share(std::string_view text) { result_.ShareText(index, text); }
  void SetNull() { result_.SetNull(index); }
  /// Where up to `most` bytes can be written; Commit says how many there are.
  char* Room(size_t most) { return result_.Room(most); }
  void Commit(size_t length) { result_.CommitText(index, length); }
  size_t index = 0;

 private:
  ResultVector& result_;
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

template <bool kShare = false, class T>
void Write(ResultVector& result, size_t row, T&& value) {
  using Value = std::remove_cvref_t<T>;
  if constexpr (kShare) {
    static_assert(std::is_same_v<Value, std::string_view>, "only parts of arguments are shared");
    result.ShareText(row, value);
  } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
    result.SetText(row, value);
  } else {
    result.Data<Value>()[row] = value;
  }
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <bool kShare = false, class T>
void WriteAny(ResultVector& result, size_t row, T&& value) {
  if constexpr (IsOptional<std::remove_cvref_t<T>>::value) {
    if (value) {
      Write<kShare>(result, row, *std::forward<T>(value));
    } else {
      result.SetNull(row);
    }
  } else {
    Write<kShare>(result, row, std::forward<T>(value));
  }
}

/// Calls `compute(row)` for the rows without a null argument; the others are null.
template <class... A, size_t... I, class Compute>
void EachRow(std::span<const VectorView> arguments, size_t rows, ResultVector& result, std::index_sequence<I...>,
             const Compute& compute) {
  if (!(arguments[I].validity || ... || false)) {
    for (size_t row = 0; row < rows; ++row) {
      if (!compute(row, Read<std::remove_cvref_t<A>>(arguments[I], row)...)) return;
    }
    return;
  }
  for (size_t row = 0; row < rows; ++row) {
    if (!(arguments[I].IsValid(row) && ...)) {
      result.SetNull(row);
    } else if (!compute(row, Read<std::remove_cvref_t<A>>(arguments[I], row)...)) {
      return;
    }
  }
}

template <auto F, bool kShare, class Signature = decltype(F)>
struct Loop;

template <auto F, bool kShare, class R, class... A>
struct Loop<F, kShare, R (*)(A...)> {
  static void Run(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
    EachRow<A...>(arguments, rows, result, std::index_sequence_for<A...>(),
                  [&](size_t row, const std::remove_cvref_t<A>&... values) {
                    WriteAny<kShare>(result, row, F(values...));
                    return true;
                  });
  }
};

template <auto F, bool kShare, class R, class... A>
struct Loop<F, kShare, R (*)(Row&, A...)> {
  static void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
    Row row(context);
    EachRow<A...>(arguments, rows, result, std::index_sequence_for<A...>(),
                  [&](size_t index, const std::remove_cvref_t<A>&... values) {
                    row.index = index;
                    WriteAny<kShare>(result, index, F(row, values...));
                    return !context.failed();
                  });
  }
};

template <auto F, bool kShare, class... A>
struct Loop<F, kShare, void (*)(TextOut&, A...)> {
  static void Run(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
    TextOut out(result);
    EachRow<A...>(arguments, rows, result, std::index_sequence_for<A...>(),
                  [&](size_t index, const std::remove_cvref_t<A>&... values) {
                    out.index = index;
                    F(out, values...);
                    return true;
                  });
  }
};

template <auto F, bool kShare, class... A>
struct Loop<F, kShare, void (*)(Row&, TextOut&, A...)> {
  static void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
    Row row(context);
    TextOut out(result);
    EachRow<A...>(arguments, rows, result, std::index_sequence_for<A...>(),
                  [&](size_t index, const std::remove_cvref_t<A>&... values) {
                    row.index = out.index = index;
                    F(row, out, values...);
                    return !context.failed();
                  });
  }
};

template <class R, class... A>
R ResultOf(R (*)(A...));

}  // namespace row_kernel

template <auto F, bool kShare = false>
void RunRows(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  row_kernel::Loop<F, kShare>::Run(context, arguments, rows, result);
}

template <auto F>
constexpr Kernel RowKernel(bool fallible = false, PrepareFunction prepare = nullptr) {
  return Kernel{RunRows<F>, prepare, fallible};
}

/// Of a function whose text is part of an argument (or static), or that calls TextOut::Share.
template <auto F>
constexpr Kernel SharingKernel(bool fallible = false, PrepareFunction prepare = nullptr) {
  using Result = decltype(row_kernel::ResultOf(F));
  return Kernel{RunRows<F, !std::is_void_v<Result>>, prepare, fallible, nullptr, true};
}

}  // namespace firesteel::functions
