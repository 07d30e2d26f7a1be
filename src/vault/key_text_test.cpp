#include "vault/key_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/vault_test_support.hpp"

namespace kontor::vault {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<KeyFacts> facts_after(DurationNs age) {
  return {facts_of(test::credential("main"), test::kMade + age)};
}

TEST(KeyText, TheTableTellsFactsAndNoSecrets) {
  const std::string table = keys_table(facts_after(12 * kDay + kHour));
  for (const auto* word : {"binance", "main", "active", "mainnet", "12 d", "not checked"})
    EXPECT_THAT(table, HasSubstr(word));
  EXPECT_THAT(table, HasSubstr(fingerprint_of(SecretText::copy_of("KEY-one"))));
  for (const auto* secret : {"KEY-one", "SECRET"}) EXPECT_THAT(table, Not(HasSubstr(secret)));
}

TEST(KeyText, AnOldKeyIsMarkedAndWarnedOf) {
  EXPECT_THAT(age_warnings(facts_after(90 * kDay)), IsEmpty());
  EXPECT_THAT(keys_table(facts_after(90 * kDay)), Not(HasSubstr("old")));
  EXPECT_THAT(
      age_warnings(facts_after(91 * kDay)),
      ElementsAre("the active key of binance/main is 91 days old, more than 90; 'kontor keys rotate binance "
                  "main' replaces it"));
  EXPECT_THAT(keys_table(facts_after(91 * kDay)), HasSubstr("91 d old"));
}

TEST(KeyText, PermissionsAreSaidWithWhatIsDangerousInCapitals) {
  KeyFacts key = facts_after(0).front();
  key.permissions = KeyPermissions{.can_read = true, .can_trade = true, .has_address_list = true};
  EXPECT_EQ(permissions_text(key), "read, trade; from a listed address");
  key.permissions = KeyPermissions{.can_read = true, .can_withdraw = true, .can_transfer_out = true};
  EXPECT_EQ(permissions_text(key), "read, WITHDRAW, TRANSFER OUT; from any address");
  key.permissions = KeyPermissions{};
  EXPECT_EQ(permissions_text(key), "nothing; from any address");
}

std::string json_text(const KeyFacts& key) { return to_json(std::span(&key, 1), "place"); }

TEST(KeyText, JsonHasAllFactsAndNoSecrets) {
  KeyFacts key = facts_after(91 * kDay).front();
  EXPECT_EQ(
      json_text(key),
      R"({"vault":"place","keys":[{"venue":"binance","account":"main","slot":"active","network":"mainnet",)"
      R"("fingerprint":")" +
          key.fingerprint +
          R"(","created":"2026-02-02T02:40:00Z","age_days":91,"is_old":true,"permissions":null}]})");
  key.permissions = KeyPermissions{.can_read = true, .probed_at = test::kMade};
  EXPECT_THAT(json_text(key),
              HasSubstr(R"("permissions":{"can_read":true,"can_trade":false,"can_withdraw":false,)"
                        R"("can_transfer_out":false,"has_address_list":false,)"
                        R"("probed_at":"2026-02-02T02:40:00Z"})"));
  EXPECT_EQ(outcome_json("added", {}), R"({"outcome":"added","keys":[]})");
}

}  // namespace
}  // namespace kontor::vault
