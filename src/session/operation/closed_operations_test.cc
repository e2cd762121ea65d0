#include "session/operation/closed_operations.h"

#include <gtest/gtest.h>

#include "base/uuid.h"

namespace firesteel::session {
namespace {

using std::chrono::minutes;

TEST(ClosedOperations, AreFoundByTheirIdInAnyCase) {
  ClosedOperations closed(10);
  closed.Add("0f8fad5b-d9cb-469f-a165-70867728950e", {OperationStatus::kFailed, true}, {});
  const auto ending = closed.Find("0F8FAD5B-D9CB-469F-A165-70867728950E");
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->status, OperationStatus::kFailed);
  EXPECT_TRUE(ending->abandoned);
  EXPECT_FALSE(closed.Find("0f8fad5b-d9cb-469f-a165-70867728950f"));
  EXPECT_FALSE(closed.Find("no uuid"));
}

TEST(ClosedOperations, TheOldestIsForgottenWhenThereAreTooMany) {
  ClosedOperations closed(2);
  const std::string first = NewUuid(), second = NewUuid(), third = NewUuid();
  for (const std::string& id : {first, second, second, third}) {
    closed.Add(id, {OperationStatus::kSucceeded, false}, {});
  }
  EXPECT_EQ(closed.size(), 2u);
  EXPECT_FALSE(closed.Find(first));
  EXPECT_TRUE(closed.Find(second));
  EXPECT_TRUE(closed.Find(third));
}

TEST(ClosedOperations, AreForgottenAfterHalfAnHour) {
  ClosedOperations closed(10);
  const ClosedOperations::Time begun{};
  const std::string first = NewUuid(), second = NewUuid();
  closed.Add(first, {OperationStatus::kSucceeded, false}, begun);
  closed.Add(second, {OperationStatus::kCanceled, false}, begun + minutes(1));
  closed.Forget(begun + minutes(30));
  EXPECT_FALSE(closed.Find(first));
  EXPECT_TRUE(closed.Find(second));
  closed.Forget(begun + minutes(31));
  EXPECT_EQ(closed.size(), 0u);
}

}  // namespace
}  // namespace firesteel::session
