#include "vault/permissions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::vault {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr KeyPermissions kSound{.can_read = true,
                                .can_trade = true,
                                .can_withdraw = false,
                                .can_transfer_out = false,
                                .has_address_list = true,
                                .probed_at = 1};

TEST(KeyPermissions, AKeyThatTradesFromListedAddressesIsAccepted) {
  for (const KeyUse use : {KeyUse::reading, KeyUse::trading}) {
    const auto judgement = judge(kSound, use);
    EXPECT_EQ(judgement.verdict, KeyVerdict::accepted);
    EXPECT_THAT(judgement.problems, IsEmpty());
  }
}

TEST(KeyPermissions, AKeyThatMayWithdrawIsRefusedWhateverItIsFor) {
  KeyPermissions permissions = kSound;
  permissions.can_withdraw = true;
  for (const KeyUse use : {KeyUse::reading, KeyUse::trading}) {
    EXPECT_EQ(judge(permissions, use).verdict, KeyVerdict::refused);
    EXPECT_THAT(judge(permissions, use).problems, ElementsAre(KeyProblem::may_withdraw));
  }
}

TEST(KeyPermissions, AKeyThatMayTransferOutIsRefused) {
  KeyPermissions permissions = kSound;
  permissions.can_transfer_out = true;
  EXPECT_EQ(judge(permissions, KeyUse::reading).verdict, KeyVerdict::refused);
  EXPECT_THAT(judge(permissions, KeyUse::trading).problems, ElementsAre(KeyProblem::may_transfer_out));
}

TEST(KeyPermissions, AKeyThatMayNotTradeIsRefusedForTradingOnly) {
  KeyPermissions permissions = kSound;
  permissions.can_trade = false;
  EXPECT_EQ(judge(permissions, KeyUse::trading).verdict, KeyVerdict::refused);
  EXPECT_EQ(judge(permissions, KeyUse::reading).verdict, KeyVerdict::accepted);
}

TEST(KeyPermissions, AKeyThatMayNotReadIsOfNoUse) {
  KeyPermissions permissions = kSound;
  permissions.can_read = false;
  EXPECT_EQ(judge(permissions, KeyUse::reading).verdict, KeyVerdict::refused);
  EXPECT_EQ(judge(permissions, KeyUse::trading).verdict, KeyVerdict::refused);
}

TEST(KeyPermissions, AMissingListOfAddressesWarnsAndExcusesNothing) {
  KeyPermissions permissions = kSound;
  permissions.has_address_list = false;
  EXPECT_EQ(judge(permissions, KeyUse::trading).verdict, KeyVerdict::warned);
  permissions.can_withdraw = true;
  const auto judgement = judge(permissions, KeyUse::trading);
  EXPECT_EQ(judgement.verdict, KeyVerdict::refused);
  EXPECT_THAT(judgement.problems, ElementsAre(KeyProblem::may_withdraw, KeyProblem::no_address_list));
}

TEST(KeyPermissions, NothingKnownIsRefused) {
  EXPECT_EQ(judge({}, KeyUse::trading).verdict, KeyVerdict::refused);
  EXPECT_EQ(judge({}, KeyUse::reading).verdict, KeyVerdict::refused);
}

}  // namespace
}  // namespace kontor::vault
