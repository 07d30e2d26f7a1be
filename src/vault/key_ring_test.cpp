#include "vault/key_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/vault_test_support.hpp"

namespace kontor::vault {
namespace {

using test::credential;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const AccountName kMainAccount{Venue::binance, "main"};

std::vector<std::string> content_of(const KeyRing& ring) {
  std::vector<std::string> all;
  for (const Credential& one : ring.credentials())
    all.push_back(name_of(one.owner) + " " + std::string(name_of(one.slot)) + " " +
                  std::string(one.key.reveal()));
  return all;
}

KeyRing ring_with_a_rotation() {
  KeyRing ring;
  EXPECT_EQ(ring.add(credential("main", "old")), Change::made);
  EXPECT_EQ(ring.begin_rotation(credential("main", "new")), Change::made);
  return ring;
}

TEST(KeyRing, KeysStandByVenueAndAccount) {
  KeyRing ring;
  EXPECT_TRUE(ring.add(credential("b", "k1", Venue::bybit)));
  EXPECT_TRUE(ring.add(credential("z", "k2")));
  EXPECT_TRUE(ring.add(credential("a", "k3")));
  EXPECT_TRUE(ring.add(credential("z", "k4", Venue::alpaca)));
  EXPECT_THAT(content_of(ring), ElementsAre("alpaca/z active k4", "binance/a active k3",
                                            "binance/z active k2", "bybit/b active k1"));
  EXPECT_EQ(ring.find({Venue::bybit, "a"}), nullptr);
}

TEST(KeyRing, AddingTheSameAgainChangesNothing) {
  KeyRing ring;
  EXPECT_EQ(ring.add(credential("main")), Change::made);
  EXPECT_EQ(ring.add(credential("main")), Change::was_so);
  EXPECT_EQ(ring.credentials().size(), 1U);
}

TEST(KeyRing, AnotherKeyDoesNotReplaceTheFirstUnasked) {
  KeyRing ring;
  EXPECT_TRUE(ring.add(credential("main")));
  const auto other = ring.add(credential("main", "KEY-two"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::usage);
  Credential elsewhere = credential("main");
  elsewhere.network = Network::testnet;
  EXPECT_FALSE(ring.add(std::move(elsewhere)));
  EXPECT_THAT(content_of(ring), ElementsAre("binance/main active KEY-one"));
}

TEST(KeyRing, AnImpossibleCredentialIsRefused) {
  KeyRing ring;
  EXPECT_FALSE(ring.add(credential("not one word")));
  EXPECT_FALSE(ring.add(credential("main", "with blank")));
  EXPECT_THAT(ring.credentials(), IsEmpty());
}

TEST(KeyRing, ARotationKeepsBothKeysUntilItIsFinished) {
  KeyRing ring = ring_with_a_rotation();
  EXPECT_THAT(content_of(ring), ElementsAre("binance/main active old", "binance/main next new"));
  EXPECT_TRUE(ring.finish_rotation(kMainAccount));
  EXPECT_THAT(content_of(ring), ElementsAre("binance/main active new"));
  const auto again = ring.finish_rotation(kMainAccount);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::not_found);
}

TEST(KeyRing, ARotationCanBeAborted) {
  KeyRing ring = ring_with_a_rotation();
  EXPECT_EQ(ring.abort_rotation(kMainAccount), Change::made);
  EXPECT_EQ(ring.abort_rotation(kMainAccount), Change::was_so);
  EXPECT_THAT(content_of(ring), ElementsAre("binance/main active old"));
  EXPECT_FALSE(ring.abort_rotation({Venue::binance, "other"}));
}

TEST(KeyRing, ARotationNeedsAnActiveKeyAndANewOne) {
  KeyRing ring;
  EXPECT_EQ(ring.begin_rotation(credential("main")).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(ring.add(credential("main", "old")));
  EXPECT_THAT(ring.begin_rotation(credential("main", "old")).error().message,
              HasSubstr("expected a new key"));
  EXPECT_EQ(ring.begin_rotation(credential("main", "new")), Change::made);
  EXPECT_EQ(ring.begin_rotation(credential("main", "new")), Change::was_so);
  EXPECT_THAT(ring.begin_rotation(credential("main", "newer")).error().message, HasSubstr("finish or abort"));
}

TEST(KeyRing, TheNewKeyIsOfTheSameNetwork) {
  KeyRing ring;
  Credential first = credential("main", "old");
  first.network = Network::testnet;
  EXPECT_TRUE(ring.add(std::move(first)));
  EXPECT_TRUE(ring.begin_rotation(credential("main", "new")));
  EXPECT_EQ(ring.find(kMainAccount, Slot::next)->network, Network::testnet);
}

TEST(KeyRing, OneKeyOrAllOfAnAccountCanBeRemoved) {
  KeyRing ring = ring_with_a_rotation();
  EXPECT_THAT(ring.remove(kMainAccount, Slot::active).error().message, HasSubstr("finish its rotation"));
  EXPECT_TRUE(ring.remove(kMainAccount, Slot::next));
  EXPECT_EQ(ring.remove(kMainAccount, Slot::next).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(ring.remove(kMainAccount, Slot::active));
  EXPECT_THAT(ring.credentials(), IsEmpty());
  KeyRing other = ring_with_a_rotation();
  EXPECT_TRUE(other.add(credential("second")));
  EXPECT_TRUE(other.remove_all(kMainAccount));
  EXPECT_THAT(content_of(other), ElementsAre("binance/second active KEY-one"));
  EXPECT_EQ(other.remove_all(kMainAccount).error().kind, ErrorKind::not_found);
}

TEST(KeyRing, PermissionsAreNotedWithTheirKey) {
  KeyRing ring = ring_with_a_rotation();
  const KeyPermissions found{.can_read = true, .can_trade = true, .probed_at = 17};
  EXPECT_TRUE(ring.note_permissions(kMainAccount, Slot::next, found));
  EXPECT_EQ(ring.find(kMainAccount, Slot::next)->permissions, found);
  EXPECT_FALSE(ring.find(kMainAccount)->permissions);
  EXPECT_FALSE(ring.note_permissions({Venue::alpaca, "main"}, Slot::active, found));
}

TEST(KeyRing, HasRoomForSoManyAndNoMore) {
  KeyRing ring;
  for (std::size_t i = 0; i < KeyRing::kMostCredentials; ++i)
    ASSERT_TRUE(ring.add(credential("account" + std::to_string(i))));
  EXPECT_FALSE(ring.add(credential("one-more")));
}

TEST(KeyRing, WhatIsReadTwiceIsCorrupt) {
  KeyRing ring;
  EXPECT_TRUE(ring.restore(credential("main")));
  EXPECT_EQ(ring.restore(credential("main")).error().kind, ErrorKind::bad_data);
  EXPECT_EQ(ring.restore(credential("a b")).error().kind, ErrorKind::bad_data);
}

}  // namespace
}  // namespace kontor::vault
