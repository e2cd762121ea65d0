#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/kernels/sketch/item_codec.h"

/// The frequent items sketch of Apache DataSketches: a table of counters that forgets the smallest half when it is
/// full. Probing, purging and the order of all passes are those of the Java library; the result's order follows from
/// them.
namespace firesteel::functions {

class FrequentItems {
 public:
  struct Counted {
    std::string item;  ///< as ItemCodec has it
    int64_t count;     ///< an estimate, too large by at most `offset`
  };

  /// Holds up to three quarters of 2^lg_most items exactly.
  explicit FrequentItems(int lg_most);

  void Update(std::string_view item, int32_t hash_code, int64_t weight);
  void Merge(const FrequentItems& other);
  bool is_empty() const { return active_ == 0; }
  /// Items that surely occur more often than what was forgotten, the most frequent first.
  std::vector<Counted> Frequent() const;

  std::string Bytes(const ItemCodec& codec) const;
  /// Throws SketchFormatError. Needs no more memory than some 100 times the bytes.
  static FrequentItems Read(std::string_view bytes, const ItemCodec& codec);
  size_t size() const { return sizeof(*this) + places_.size() * sizeof(Place) + item_bytes_; }

 private:
  struct Place {
    std::string item;
    int64_t count = 0;
    int32_t hash_code = 0;
    uint16_t drift = 0;  ///< 0: empty; else how far from its home, and one
  };
  static constexpr int kLgLeast = 3;

  size_t Home(int32_t hash_code) const;
  size_t Capacity() const { return places_.size() / 4 * 3; }
  void Add(std::string_view item, int32_t hash_code, int64_t count);
  void Grow();
  int64_t Purge();
  void Delete(size_t place);
  /// Calls `visit(place)` for all items, in steps of the golden ratio, so that a merge does not cluster.
  template <class F>
  void EachInSteps(F visit) const;

  int lg_most_;
  size_t active_ = 0;
  size_t item_bytes_ = 0;
  int64_t weight_ = 0;
  int64_t offset_ = 0;
  std::vector<Place> places_;
};

}  // namespace firesteel::functions
