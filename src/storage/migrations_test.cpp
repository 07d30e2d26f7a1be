#include "storage/migrations.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "storage/storage_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::storage {
namespace {

using kontor::test::TemporaryFolder;
using test::rows_of;
using testing::ElementsAre;
using testing::HasSubstr;

class Migrations : public testing::Test {
 protected:
  Database open() {
    auto opened = Database::open(path_);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }

  TemporaryFolder folder_;
  std::string path_ = (folder_ / "kontor.db").string();
};

TEST_F(Migrations, ANewDatabaseHasTheNewestVersion) {
  auto database = open_storage(path_);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(*database->integer("PRAGMA user_version"), 2);
  EXPECT_THAT(rows_of(*database, "SELECT number, name FROM migrations"), ElementsAre("1|tables", "2|views"));
  EXPECT_THAT(rows_of(*database, "PRAGMA journal_mode"), ElementsAre("wal"));
  EXPECT_EQ(*database->integer(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'"),
            0);
  ASSERT_TRUE(migrate(*database)) << "again is nothing";
}

/// What was published stays as it was: a database in the field was made with exactly these bytes.
TEST_F(Migrations, PublishedStepsNeverChange) {
  std::vector<std::string> sums;
  for (const auto& step : migrations()) sums.push_back(sha256_hex(step.sql));
  EXPECT_THAT(sums, ElementsAre("05d4fac720c58e502fd794ba060d7551c0483ce5ee1478a5172a7dbc44a750ae",
                                "650687ba703bb00537b3f0a5747653d894d3fa915798d8154163b7c7d67f5e13"));
}

/// An order that works, as a build of version 1 has written it.
constexpr std::string_view kWorkingOrder = R"sql(
INSERT INTO sessions VALUES ('alpha', '', 'paper', '1', 'USDT', 1735689600000000000, 'open', 'running', 41,
                             1735689660000000000, NULL);
INSERT INTO strategies VALUES ('alpha', 0, 'grid');
INSERT INTO instruments VALUES ('alpha', 'BTCUSDT@binance', 'binance', 'BTCUSDT', 'spot', 'BTC', 'USDT', '0.01', '0.00001',
                                '0.00001', '0', '5', '1', '0.001', '0.001', '1');
INSERT INTO orders VALUES ('alpha', 3, 0, 'BTCUSDT@binance', 'buy', 'limit', 'good_till_canceled', NULL, 1, 0, 'single',
                           NULL, '0.50000', '50000.00', NULL, NULL, NULL, 0, 12, 11, 1735689600000000000, 'acknowledged',
                           NULL, 0, '0.50000', '50000.00', '0.00000', '0', 13, 1735689600000000000, NULL);
)sql";

TEST_F(Migrations, ADatabaseOfVersionOneIsBroughtToTheNewest) {
  {
    auto old = open();
    ASSERT_TRUE(migrate(old, migrations().first(1)));
    ASSERT_TRUE(old.run(std::string(kWorkingOrder)));
  }
  auto database = open_storage(path_);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(*database->integer("PRAGMA user_version"), 2);
  EXPECT_THAT(rows_of(*database, "SELECT session, last_seq FROM sessions"), ElementsAre("alpha|41"));
  EXPECT_THAT(rows_of(*database, "SELECT order_id, status, created_at FROM open_orders"),
              ElementsAre("3|acknowledged|2025-01-01T00:00:00Z"));
  EXPECT_THAT(rows_of(*database, "PRAGMA foreign_key_check"), testing::IsEmpty());
}

constexpr std::array kThree{Migration{1, "one", "CREATE TABLE a (n) STRICT"}, Migration{2, "two", "SELECT 1"},
                            Migration{3, "three", "SELECT 1"}};
constexpr std::array kSound{
    Migration{1, "one", "CREATE TABLE a (n INTEGER) STRICT"},
    Migration{2, "two", "INSERT INTO a VALUES (1); CREATE TABLE b (n INTEGER) STRICT"},
    Migration{3, "three", "INSERT INTO a VALUES (2)"}};
constexpr std::array kOther{Migration{1, "one", "CREATE TABLE a (n INTEGER) STRICT"},
                            Migration{2, "two", "INSERT INTO a VALUES (5)"}};
constexpr std::array kBroken{Migration{1, "one", "CREATE TABLE a (n INTEGER) STRICT"},
                             Migration{2, "two", "INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1)"}};

TEST_F(Migrations, ANewerDatabaseIsRefused) {
  auto database = open();
  ASSERT_TRUE(migrate(database, kSound));
  const auto older = migrate(database, std::span(kSound).first(2));
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().kind, ErrorKind::usage);
  EXPECT_THAT(older.error().message,
              HasSubstr("expected version 2 or older, found version 3 or newer (three)"));
}

TEST_F(Migrations, AStepThatChangedAfterItWasAppliedIsRefused) {
  auto database = open();
  ASSERT_TRUE(migrate(database, kSound));
  const auto changed = migrate(database, kOther);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(changed.error().message, HasSubstr("expected migration 2 (two) with checksum"));
  EXPECT_THAT(rows_of(database, "SELECT n FROM a"), ElementsAre("1", "2"));
}

TEST_F(Migrations, AStepThatFailsLeavesTheVersionBefore) {
  auto database = open();
  ASSERT_FALSE(migrate(database, kThree)) << "a column without a type is not STRICT";
  EXPECT_EQ(*database.integer("PRAGMA user_version"), 0);
  const auto failed = migrate(database, kBroken);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("nowhere"));
  EXPECT_EQ(*database.integer("PRAGMA user_version"), 1);
  EXPECT_EQ(*database.integer("SELECT count(*) FROM a"), 0);
  ASSERT_TRUE(migrate(database, kSound)) << "mended, it goes on";
  EXPECT_EQ(*database.integer("SELECT count(*) FROM a"), 2);
}

TEST_F(Migrations, ADatabaseOfSomebodyElseStaysAsItIs) {
  {
    auto other = open();
    ASSERT_TRUE(other.run("CREATE TABLE precious (n)"));
  }
  const auto opened = open_storage(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(opened.error().message, HasSubstr("another program"));
  auto other = open();
  EXPECT_THAT(rows_of(other, "SELECT name FROM sqlite_schema"), ElementsAre("precious"));
  EXPECT_THAT(rows_of(other, "PRAGMA journal_mode"), ElementsAre("delete"));
}

}  // namespace
}  // namespace kontor::storage
