#include "session/python/planning_answer.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "base/error.h"

namespace firesteel::session {
namespace {

const std::function<void(std::string)> kRaise = [](const std::string& text) { throw std::runtime_error(text); };

TEST(PlanningAnswer, ReadsWhatQuestionsWrite) {
  QuestionBody body;
  body.AddInt(-7);
  body.AddBytes("abc");
  const std::string bytes = body.Take();
  PlanningAnswer answer(bytes, kRaise);
  EXPECT_EQ(answer.Int(), -7);
  EXPECT_EQ(answer.Bytes(), "abc");
  EXPECT_THROW(answer.Int(), QueryError);
}

TEST(PlanningAnswer, RaisesTracebacksWhereAnythingIsExpected) {
  QuestionBody body;
  body.AddBytes("ok");
  body.AddInt(-2);
  body.AddBytes("Traceback");
  const std::string bytes = body.Take();
  PlanningAnswer answer(bytes, kRaise);
  EXPECT_EQ(answer.Bytes(), "ok");
  EXPECT_THROW(answer.Bytes(), std::runtime_error);
}

TEST(PlanningAnswer, TakesNothingBehindTheEnd) {
  QuestionBody body;
  body.AddInt(1 << 30);
  const std::string bytes = body.Take();
  EXPECT_THROW(PlanningAnswer(bytes, kRaise).Bytes(), QueryError);
  const std::string negative("\xff\xff\xff\x00", 4);
  EXPECT_THROW(PlanningAnswer(negative, kRaise).Bytes(), QueryError);
}

}  // namespace
}  // namespace firesteel::session
