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
  EXPECT_THAT(sums, ElementsAre("96d4bb3432fb88baf9d45a73d9902955a0640974d343bfe40377b82482e8129c",
                                "650687ba703bb00537b3f0a5747653d894d3fa915798d8154163b7c7d67f5e13"));
}

constexpr std::string_view kVersion1 = R"sql(
PRAGMA application_id = 1263424594;
CREATE TABLE migrations (number INTEGER PRIMARY KEY CHECK (number > 0),  name TEXT NOT NULL,  sha256 TEXT NOT NULL CHECK (length(sha256) = 64)) STRICT;
INSERT INTO migrations VALUES (1, 'tables', '96d4bb3432fb88baf9d45a73d9902955a0640974d343bfe40377b82482e8129c');
PRAGMA user_version = 1;
CREATE TABLE sessions (
  session TEXT NOT NULL PRIMARY KEY CHECK (session <> ''),
  parent TEXT NOT NULL,
  account TEXT NOT NULL,
  seed TEXT NOT NULL,
  reporting_asset TEXT NOT NULL,
  begun INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  trading TEXT NOT NULL CHECK (trading IN ('running', 'restricted', 'halted')),
  last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
  last_time INTEGER NOT NULL,
  problem TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  session TEXT NOT NULL PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
  seq INTEGER NOT NULL CHECK (seq >= 0),
  last_record TEXT NOT NULL,
  engine BLOB NOT NULL
) STRICT;

CREATE TABLE runs (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  begun INTEGER NOT NULL,
  build TEXT NOT NULL,
  token INTEGER NOT NULL,
  configuration TEXT NOT NULL,
  last_seq INTEGER,
  ended INTEGER,
  reason TEXT,
  PRIMARY KEY (session, first_seq),
  CHECK ((ended IS NULL) = (reason IS NULL) AND (ended IS NULL) = (last_seq IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE strategies (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  strategy INTEGER NOT NULL CHECK (strategy >= 0),
  name TEXT NOT NULL,
  PRIMARY KEY (session, strategy)
) STRICT, WITHOUT ROWID;

CREATE TABLE instruments (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  instrument TEXT NOT NULL,
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('spot', 'linear_perpetual')),
  base TEXT NOT NULL,
  quote TEXT NOT NULL,
  tick TEXT NOT NULL,
  step TEXT NOT NULL,
  min_quantity TEXT NOT NULL,
  max_quantity TEXT NOT NULL,
  min_notional TEXT NOT NULL,
  multiplier TEXT NOT NULL,
  maker_fee TEXT NOT NULL,
  taker_fee TEXT NOT NULL,
  max_leverage TEXT NOT NULL,
  PRIMARY KEY (session, instrument),
  UNIQUE (session, venue, symbol)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  session TEXT NOT NULL,
  order_id INTEGER NOT NULL CHECK (order_id > 0),
  strategy INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  type TEXT NOT NULL CHECK (type IN ('market', 'limit', 'stop_market', 'stop_limit', 'trailing_stop',
                                     'take_profit_market', 'take_profit_limit')),
  time_in_force TEXT NOT NULL CHECK (time_in_force IN ('good_till_canceled', 'immediate_or_cancel', 'fill_or_kill',
                                                       'good_till_date')),
  trigger_source TEXT CHECK (trigger_source IN ('last', 'mark')),
  post_only INTEGER NOT NULL CHECK (post_only IN (0, 1)),
  reduce_only INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
  role TEXT NOT NULL CHECK (role IN ('single', 'entry', 'stop_loss', 'take_profit')),
  order_group INTEGER CHECK (order_group > 0),
  quantity TEXT NOT NULL,
  limit_price TEXT,
  trigger_price TEXT,
  trailing_offset TEXT,
  expires INTEGER,
  tag INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  cause INTEGER NOT NULL CHECK (cause > 0 AND cause < seq),
  created INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('sent', 'acknowledged', 'partially_filled', 'pending_amend', 'pending_cancel',
                                         'unknown', 'filled', 'canceled', 'rejected', 'expired')),
  reason TEXT CHECK (reason <> 'none'),
  triggered INTEGER NOT NULL CHECK (triggered IN (0, 1)),
  working_quantity TEXT NOT NULL,
  working_price TEXT,
  filled_quantity TEXT NOT NULL,
  filled_notional TEXT NOT NULL,
  updated_seq INTEGER NOT NULL CHECK (updated_seq >= seq),
  updated INTEGER NOT NULL,
  closed INTEGER,
  PRIMARY KEY (session, order_id),
  UNIQUE (session, seq),
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE,
  CHECK ((closed IS NOT NULL) = (status IN ('filled', 'canceled', 'rejected', 'expired')))
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_status ON orders (status, session);
CREATE INDEX orders_by_instrument ON orders (instrument, created);
CREATE INDEX orders_by_strategy ON orders (session, strategy);
CREATE INDEX orders_by_session_instrument ON orders (session, instrument);

CREATE TABLE order_transitions (
  session TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  from_status TEXT,
  to_status TEXT NOT NULL CHECK (to_status IS NOT from_status),
  filled_quantity TEXT NOT NULL,
  reason TEXT CHECK (reason <> 'none'),
  PRIMARY KEY (session, order_id, seq),
  FOREIGN KEY (session, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX order_transitions_by_seq ON order_transitions (session, seq);

CREATE TABLE fills (
  session TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  part INTEGER NOT NULL CHECK (part >= 0),
  time INTEGER NOT NULL,
  venue_time INTEGER NOT NULL,
  order_id INTEGER,
  strategy INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  trade_id INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker')),
  liquidation INTEGER NOT NULL CHECK (liquidation IN (0, 1)),
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  notional TEXT NOT NULL,
  fee TEXT NOT NULL,
  fee_asset TEXT NOT NULL,
  fee_reported TEXT NOT NULL,
  fee_quantity TEXT NOT NULL,
  realized TEXT NOT NULL,
  position_after TEXT NOT NULL,
  equity_after TEXT NOT NULL,
  PRIMARY KEY (session, seq, part),
  UNIQUE (session, instrument, trade_id, part),
  FOREIGN KEY (session, order_id) REFERENCES orders ON DELETE CASCADE,
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX fills_by_instrument ON fills (instrument, time);
CREATE INDEX fills_by_order ON fills (session, order_id);
CREATE INDEX fills_by_strategy ON fills (session, strategy);

CREATE TABLE refusals (
  session TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  cause INTEGER NOT NULL CHECK (cause > 0 AND cause < seq),
  strategy INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  reasons TEXT NOT NULL CHECK (json_valid(reasons)),
  skipped TEXT,
  PRIMARY KEY (session, seq),
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX refusals_by_instrument ON refusals (instrument, time);
CREATE INDEX refusals_by_strategy ON refusals (session, strategy);
CREATE INDEX refusals_by_session_instrument ON refusals (session, instrument);

CREATE TABLE positions (
  session TEXT NOT NULL,
  strategy INTEGER,
  instrument TEXT NOT NULL,
  quantity TEXT NOT NULL,
  cost TEXT NOT NULL,
  mark TEXT,
  unrealized TEXT,
  realized TEXT,
  fees TEXT,
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE,
  CHECK ((strategy IS NULL) = (realized IS NULL) AND (strategy IS NULL) = (fees IS NULL)),
  CHECK ((mark IS NULL) = (unrealized IS NULL))
) STRICT;
CREATE UNIQUE INDEX positions_once ON positions (session, instrument, ifnull(strategy, -1));
CREATE INDEX positions_by_strategy ON positions (session, strategy);
CREATE INDEX positions_by_instrument ON positions (instrument);

CREATE TABLE balances (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  asset TEXT NOT NULL,
  cash TEXT NOT NULL,
  capital TEXT NOT NULL,
  trading TEXT NOT NULL,
  realized TEXT NOT NULL,
  fees TEXT NOT NULL,
  funding TEXT NOT NULL,
  PRIMARY KEY (session, asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE equity_snapshots (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  period TEXT NOT NULL CHECK (period IN ('hourly', 'daily')),
  time INTEGER NOT NULL CHECK (time % 3600000000000 = 0),
  equity TEXT NOT NULL,
  net_exposure TEXT NOT NULL,
  gross_exposure TEXT NOT NULL,
  fees TEXT NOT NULL,
  funding TEXT NOT NULL,
  open_positions INTEGER NOT NULL CHECK (open_positions >= 0),
  PRIMARY KEY (session, period, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  type TEXT NOT NULL,
  order_id INTEGER,
  strategy INTEGER,
  instrument TEXT,
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_instrument ON events (instrument, time) WHERE instrument IS NOT NULL;
CREATE INDEX events_by_order ON events (session, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX events_by_type ON events (type, time);

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
    ASSERT_TRUE(old.run(std::string(kVersion1)));
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
