#include "risk/reasons.hpp"

#include <boost/mp11/algorithm.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::risk {
namespace {

TEST(Reasons, CollectsEachReasonOnceInTheOrderOfTheEnumeration) {
  Reasons reasons;
  EXPECT_TRUE(reasons.empty());
  EXPECT_TRUE(reasons.list().empty());
  reasons.add(RejectReason::cooldown);
  reasons.add_if(false, RejectReason::max_exposure);
  reasons.add_if(true, RejectReason::price_off_tick);
  reasons.add(RejectReason::cooldown);
  EXPECT_FALSE(reasons.empty());
  EXPECT_TRUE(reasons.contains(RejectReason::cooldown));
  EXPECT_FALSE(reasons.contains(RejectReason::max_exposure));
  EXPECT_THAT(reasons.list(), testing::ElementsAre(RejectReason::price_off_tick, RejectReason::cooldown));
}

TEST(Reasons, HoldsEveryReasonThereIs) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<RejectReason>>([](auto reason) {
    Reasons reasons;
    reasons.add(reason.value);
    EXPECT_THAT(reasons.list(), testing::ElementsAre(reason.value)) << reason.name;
  });
}

}  // namespace
}  // namespace kontor::risk
