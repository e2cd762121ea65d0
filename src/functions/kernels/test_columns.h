#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "functions/kernel.h"

/// Columns in memory for the tests of kernels.
namespace firesteel::functions::testing {

/// An argument column of values; nullopt is null.
template <class T>
class Column {
 public:
  Column(std::vector<std::optional<T>> values) {  // NOLINT: written as a list in tests
    valid_.resize((values.size() + 63) / 64, 0);
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i]) valid_[i / 64] |= uint64_t{1} << (i % 64);
      if constexpr (std::is_same_v<T, std::string>) {
        texts_.push_back(values[i].value_or(""));
      } else {
        data_.push_back(values[i].value_or(T{}));
      }
    }
    if constexpr (std::is_same_v<T, std::string>) {
      for (const std::string& text : texts_) data_.push_back(StringSlot::Of(text));
    }
    view_.data = data_.data();
    view_.validity = valid_.data();
  }
  Column(const Column&) = delete;
  const VectorView& view() const { return view_; }

 private:
  using Element = std::conditional_t<std::is_same_v<T, std::string>, StringSlot, T>;

  std::vector<std::string> texts_;
  std::vector<Element> data_;
  std::vector<uint64_t> valid_;
  VectorView view_;
};

/// A result column that keeps what was written.
class Result : public ResultVector {
 public:
  explicit Result(size_t rows, size_t width = 16) : width_(width) { Resize(rows); }
  ResultVector& Child(size_t i) override {
    while (children.size() <= i) children.push_back(std::make_unique<Result>(0, width_));
    return *children[i];
  }
  void Reserve(size_t rows) override {
    if (rows > nulls.size()) Resize(rows);
  }
  void SetSize(size_t rows) override { size = rows; }
  std::string Text(size_t row) { return std::string(Data<StringSlot>()[row].view()); }

  std::vector<bool> nulls;
  std::vector<std::unique_ptr<Result>> children;
  size_t size = 0;

 protected:
  void MarkNull(size_t row) override { nulls[row] = true; }
  void GrowRoom(size_t least) override {
    std::string& room = rooms_.emplace_back(least, '\0');
    room_ = room.data();
    room_end_ = room_ + room.size();
  }

 private:
  void Resize(size_t rows) {
    nulls.resize(rows, false);
    bytes_.resize(rows * width_ + 16);
    data_ = bytes_.data();
  }
  size_t width_;
  std::vector<char> bytes_;
  std::deque<std::string> rooms_;
};

/// One run of a kernel.
struct Outcome {
  std::unique_ptr<Result> result;
  std::shared_ptr<const QueryError> error;

  template <class T>
  std::optional<T> At(size_t row) const {
    if (result->nulls[row]) return std::nullopt;
    if constexpr (std::is_same_v<T, std::string>) {
      return result->Text(row);
    } else {
      return result->Data<T>()[row];
    }
  }
};

inline Outcome RunKernel(const Kernel& kernel, std::vector<DataType> argument_types, DataType result_type,
                         std::vector<VectorView> arguments, size_t rows, EvalMode mode = EvalMode::kAnsi,
                         std::string time_zone = "America/Los_Angeles") {
  KernelCall call;
  call.kernel = &kernel;
  call.argument_types = std::move(argument_types);
  call.result_type = std::move(result_type);
  call.mode = mode;
  call.time_zone = std::move(time_zone);
  call.constants.resize(arguments.size());
  if (kernel.prepare) call.prepared = kernel.prepare(call);
  Outcome outcome;
  outcome.result = std::make_unique<Result>(rows);
  KernelContext context(call, *outcome.result, nullptr);
  kernel.run(context, arguments, rows, *outcome.result);
  outcome.error = context.error();
  return outcome;
}

}  // namespace firesteel::functions::testing
