#include "gateway/servers/address_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AddressListTest : public testing::Test {
 protected:
  AddressList::Changes Update(const std::vector<ServerEndpoint>& wanted) {
    return list_.Update(wanted, [this] { return ++last_; });
  }
  static std::vector<ServerId> Ids(const std::vector<ServerAddress>& addresses) {
    std::vector<ServerId> ids;
    for (const ServerAddress& address : addresses) ids.push_back(address.id);
    return ids;
  }

  AddressList list_{"prod"};
  ServerId last_ = 0;
};

TEST_F(AddressListTest, TellsOnlyWhatChanged) {
  const auto first = Update({{"a", 1}, {"b", 1}, {"a", 1}});
  EXPECT_THAT(Ids(first.appeared), ElementsAre(1, 2));
  EXPECT_EQ(first.appeared[0].servers, "prod");
  EXPECT_EQ(first.appeared[0].host, "a");
  EXPECT_EQ(first.appeared[0].port, 1);
  const auto same = Update({{"b", 1}, {"a", 1}});
  EXPECT_THAT(same.appeared, IsEmpty());
  EXPECT_THAT(same.unlisted, IsEmpty());
  const auto other_port = Update({{"b", 1}, {"a", 2}});
  EXPECT_THAT(Ids(other_port.appeared), ElementsAre(3));
  EXPECT_THAT(other_port.unlisted, ElementsAre(1));
  EXPECT_THAT(Ids(list_.Listed()), ElementsAre(3, 2));
}

TEST_F(AddressListTest, AServerThatIsListedAgainIsTheSame) {
  Update({{"a", 1}});
  EXPECT_THAT(Update({}).unlisted, ElementsAre(1));
  EXPECT_THAT(Update({}).unlisted, IsEmpty());
  EXPECT_THAT(Ids(Update({{"a", 1}}).appeared), ElementsAre(1));
}

TEST_F(AddressListTest, AServerThatWasGivenUpIsAnotherOne) {
  Update({{"a", 1}});
  EXPECT_FALSE(list_.Forget(1)) << "it is listed";
  Update({});
  EXPECT_TRUE(list_.Forget(1));
  EXPECT_FALSE(list_.Forget(1));
  EXPECT_THAT(Ids(Update({{"a", 1}}).appeared), ElementsAre(2));
}

TEST_F(AddressListTest, AnotherPodAtTheAddressIsAnotherServer) {
  Update({{"a", 1, "pod-1"}});
  const auto replaced = Update({{"a", 1, "pod-2"}});
  EXPECT_THAT(replaced.gone, ElementsAre(1));
  EXPECT_THAT(Ids(replaced.appeared), ElementsAre(2));
  Update({});
  EXPECT_THAT(Ids(Update({{"a", 1, "pod-2"}}).appeared), ElementsAre(2));
  Update({});
  const auto later = Update({{"a", 1, "pod-3"}});
  EXPECT_THAT(later.gone, ElementsAre(2));
  EXPECT_THAT(Ids(later.appeared), ElementsAre(3));
}

TEST_F(AddressListTest, ForgetsTheOldestOfManyUnlisted) {
  std::vector<ServerEndpoint> many;
  for (int i = 0; i < 1001; ++i) many.push_back({"host", static_cast<uint16_t>(i + 1)});
  Update(many);
  Update({});
  EXPECT_THAT(Ids(Update({{"host", 1}, {"host", 2}}).appeared), ElementsAre(1002, 2));
}

}  // namespace
}  // namespace firesteel::gateway
