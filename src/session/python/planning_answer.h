#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace firesteel::session {

/// Questions to PySpark's programs for planning, in their protocol: big endian integers, bytes behind their lengths.
class QuestionBody {
 public:
  void AddInt(int32_t value);
  void AddBool(bool value) { body_ += value ? '\1' : '\0'; }
  /// Texts and pickled objects. Throws QueryError for more than 2 GiB.
  void AddBytes(std::string_view bytes);
  std::string Take() { return std::move(body_); }

 private:
  std::string body_;
};

/// Reads their answers, which nobody may trust. Throws what the caller makes of the traceback of an error that the
/// program raised, and QueryError for an answer that breaks off.
class PlanningAnswer {
 public:
  /// `raise` throws; it is given the traceback. `answer` must outlive this.
  PlanningAnswer(const std::string& answer, std::function<void(std::string)> raise)
      : rest_(answer), raise_(std::move(raise)) {}

  int32_t Int();
  std::string Bytes();

 private:
  std::string_view Take(size_t size);

  std::string_view rest_;
  const std::function<void(std::string)> raise_;
};

}  // namespace firesteel::session
