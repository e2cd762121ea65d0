#pragma once

#include "firesteel/arrow_c_data.h"

namespace firesteel::arrow {

/// Owns one C struct and releases it. Movable.
template <class T>
class Owned {
 public:
  Owned() { value_.release = nullptr; }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Owned(Owned&& other) noexcept : value_(other.value_) { other.value_.release = nullptr; }
  Owned& operator=(Owned&& other) noexcept {
    if (this != &other) {
      Reset();
      value_ = other.value_;
      other.value_.release = nullptr;
    }
    return *this;
  }
  ~Owned() { Reset(); }

  void Reset() {
    if (value_.release) value_.release(&value_);
    value_.release = nullptr;
  }
  /// Gives the struct away; the receiver releases it.
  T Release() {
    T given = value_;
    value_.release = nullptr;
    return given;
  }
  bool empty() const { return value_.release == nullptr; }
  T* get() { return &value_; }
  const T* get() const { return &value_; }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

 private:
  T value_{};
};

}  // namespace firesteel::arrow
