#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "functions/kernel.h"
#include "types/value.h"

/// Columns in memory, without an engine: values in, values out. For calls over constants, and for tests of kernels.
namespace firesteel::functions {

/// A column of constants and its view.
class MemoryColumn {
 public:
  MemoryColumn(const DataType& type, const ValueList& values);
  MemoryColumn(const MemoryColumn&) = delete;
  MemoryColumn& operator=(const MemoryColumn&) = delete;
  const VectorView& view() const { return view_; }

 private:
  void Write(const DataType& type, const Value& value, size_t row);
  void AddChild(const DataType& type, const ValueList& values);

  std::vector<char> data_;
  std::vector<uint64_t> validity_;
  std::deque<std::string> texts_;
  std::vector<std::unique_ptr<MemoryColumn>> children_;
  VectorView view_;
};

class MemoryResult : public ResultVector {
 public:
  MemoryResult(DataType type, size_t rows);
  ResultVector& Child(size_t i) override { return *children_[i]; }
  void Reserve(size_t rows) override;
  void SetSize(size_t) override {}
  Value Get(size_t row);

 protected:
  void MarkNull(size_t row) override { null_[row] = true; }
  void GrowRoom(size_t least) override;

 private:
  const DataType type_;
  std::vector<char> bytes_;
  std::vector<bool> null_;
  std::deque<std::string> rooms_;
  std::vector<std::unique_ptr<MemoryResult>> children_;
};

/// Runs a kernel over one row of arguments. Throws the row's QueryError.
Value RunOnce(const Kernel& kernel, const std::vector<TypedValue>& arguments, const DataType& result,
              EvalMode mode = EvalMode::kAnsi);

}  // namespace firesteel::functions
