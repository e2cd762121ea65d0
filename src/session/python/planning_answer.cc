#include "session/python/planning_answer.h"

#include <limits>

#include "base/error.h"
#include "base/utf8.h"
#include "udf/init_message.h"

namespace firesteel::session {
namespace {

// SpecialLengths.PYTHON_EXCEPTION_THROWN: the length and the text of a traceback follow.
constexpr int32_t kExceptionThrown = -2;

[[noreturn]] void ThrowBroken() {
  throw QueryError("PYTHON_EXCEPTION",
                   {{"msg", "A Python worker did not follow the protocol"}, {"traceback", "an answer that breaks off"}},
                   nullptr, ErrorClass::kSpark);
}

}  // namespace

void QuestionBody::AddInt(int32_t value) { udf::AppendInt(value, body_); }

void QuestionBody::AddBytes(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int32_t>::max()) {
    ThrowUnsupported("an object of more than 2 GiB for Python");
  }
  AddInt(static_cast<int32_t>(bytes.size()));
  body_ += bytes;
}

std::string_view PlanningAnswer::Take(size_t size) {
  if (rest_.size() < size) ThrowBroken();
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

int32_t PlanningAnswer::Int() {
  const auto read = [&] {
    uint32_t value = 0;
    for (const char byte : Take(4)) value = value << 8 | static_cast<uint8_t>(byte);
    return static_cast<int32_t>(value);
  };
  const int32_t value = read();
  if (value != kExceptionThrown) return value;
  const int32_t length = read();
  if (length < 0) ThrowBroken();
  raise_(MakeValidUtf8(Take(static_cast<size_t>(length))));
  throw InternalError("an error of a Python program was not raised");
}

std::string PlanningAnswer::Bytes() {
  const int32_t length = Int();
  if (length < 0) ThrowBroken();
  return std::string(Take(static_cast<size_t>(length)));
}

}  // namespace firesteel::session
