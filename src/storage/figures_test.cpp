// The figures in the tables against the engine's own state, the journal's export, and each other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/export.hpp"
#include "session/history.hpp"
#include "session/replay.hpp"
#include "storage/migrations.hpp"
#include "storage/projection.hpp"
#include "storage/storage_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::storage {
namespace {

using kontor::test::TemporaryFolder;
using portfolio::LedgerAccount;
using simulation::test::FeedMix;
using test::kJournal;
using test::RecordedSession;
using test::rows_of;
using testing::ElementsAre;
using testing::HasSubstr;

struct WorldOf {
  std::uint64_t seed;
  FeedMix mix;
  std::size_t length;
};

void PrintTo(const WorldOf& world, std::ostream* out) { *out << "seed " << world.seed; }

class Figures : public testing::TestWithParam<WorldOf> {
 protected:
  Figures() : recorded_(GetParam().seed, GetParam().mix, GetParam().length), engine_(recorded_.engine()) {
    const auto ending = recorded_.run();
    EXPECT_TRUE(ending) << ending.error().message;
    auto opened = open_storage((folder_ / "kontor.db").string());
    EXPECT_TRUE(opened);
    database_.emplace(std::move(*opened));
    const auto outcome = project(*database_, {recorded_.files, recorded_.factory(), 500}, kJournal);
    EXPECT_TRUE(outcome && !outcome->problem);
    const auto replayed = session::replay(recorded_.files, kJournal, *engine_);
    EXPECT_TRUE(replayed && replayed->identical());
  }

  [[nodiscard]] const engine::State& state() const { return engine_->state(); }
  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) { return rows_of(*database_, sql); }

  TemporaryFolder folder_;
  RecordedSession recorded_;
  std::unique_ptr<engine::Engine> engine_;  ///< after all of the journal
  std::optional<Database> database_;
};

TEST_P(Figures, BalancesAreTheLedgers) {
  std::vector<std::string> expected;
  const auto& ledger = state().portfolio.ledger();
  for (std::uint32_t i = 0; i < recorded_.table().asset_count(); ++i) {
    std::string row = recorded_.table().asset_name(AssetId(i));
    for (std::size_t account = 0; account < portfolio::kLedgerAccounts; ++account)
      row += "|" + ledger.balance(AssetId(i), static_cast<LedgerAccount>(account)).format();
    expected.push_back(row);
  }
  EXPECT_THAT(rows("SELECT asset, cash, capital, trading, realized, fees, funding FROM balances"),
              testing::UnorderedElementsAreArray(expected));
}

TEST_P(Figures, PositionsAreThePortfolios) {
  std::size_t strategies = 0;
  for (const auto& instrument : recorded_.table().all()) {
    const auto where = "WHERE instrument = '" + instrument.name().format() + "' AND strategy ";
    const auto& net = state().portfolio.position(instrument.id());
    const RawPrice mark = state().portfolio.mark(instrument.id());
    EXPECT_THAT(
        rows("SELECT quantity, cost, mark, unrealized FROM positions " + where + "IS NULL"),
        ElementsAre(instrument.quantity(net.quantity).format() + "|" + net.cost.format() + "|" +
                    instrument.price(mark).format() + "|" + net.unrealized(instrument, mark).format()));
    for (std::uint32_t i = 0; i < state().portfolio.strategies(); ++i) {
      const auto& book = state().portfolio.book(StrategyId(i), instrument.id());
      const auto found =
          rows("SELECT quantity, cost, realized, fees FROM positions " + where + "= " + std::to_string(i));
      if (found.empty()) {
        EXPECT_TRUE(book.position.is_flat() && book.realized.is_zero() && book.fees.is_zero());
        continue;
      }
      ++strategies;
      EXPECT_THAT(found, ElementsAre(instrument.quantity(book.position.quantity).format() + "|" +
                                     book.position.cost.format() + "|" + book.realized.format() + "|" +
                                     book.fees.format()));
    }
  }
  EXPECT_GT(strategies, 1U);
}

/// Σ bought − Σ sold − what fees took = position, of the account and of every strategy, to the last digit.
TEST_P(Figures, FillsAddUpToThePositions) {
  const auto sum = [&](const std::string& where) {
    Amount total;
    for (const auto& row :
         rows("SELECT CASE side WHEN 'buy' THEN '' ELSE '-' END || quantity FROM fills " + where))
      total += *Amount::parse(row);
    for (const auto& row : rows("SELECT fee_quantity FROM fills " + where)) total -= *Amount::parse(row);
    return total;
  };
  for (const auto& instrument : recorded_.table().all()) {
    const auto of = "WHERE instrument = '" + instrument.name().format() + "'";
    const auto held = rows("SELECT quantity FROM positions " + of + " AND strategy IS NULL");
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(sum(of), *Amount::parse(held.front()));
    for (const std::string strategy : {"0", "1"}) {
      const auto own = of + " AND strategy = " + strategy;
      const auto book = rows("SELECT quantity FROM positions " + own);
      EXPECT_EQ(sum(own), book.empty() ? Amount() : *Amount::parse(book.front()));
    }
  }
  EXPECT_GT(*database_->integer("SELECT count(*) FROM fills"), 20);
}

TEST_P(Figures, OrdersStandAsInTheEngine) {
  std::size_t looked_at = 0;
  for (const auto& row : rows("SELECT order_id FROM orders ORDER BY order_id")) {
    const auto* order = state().orders.find(OrderId(std::stoull(row)));
    if (order == nullptr) continue;  // closed too long ago
    ++looked_at;
    const Instrument& instrument = recorded_.table()[order->request.instrument];
    const std::string price =
        order->limit_price.units == 0 ? "" : instrument.price(order->limit_price).format();
    EXPECT_THAT(
        rows("SELECT status, ifnull(reason, 'none'), working_quantity, ifnull(working_price, ''), "
             "filled_quantity, "
             "filled_notional, triggered, tag FROM orders WHERE order_id = " +
             row),
        ElementsAre(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", boost::describe::enum_to_string(order->status, ""),
                                boost::describe::enum_to_string(order->reason, ""),
                                instrument.quantity(order->quantity).format(), price,
                                instrument.quantity(order->filled).format(), order->filled_notional.format(),
                                order->triggered ? 1 : 0, static_cast<std::int64_t>(order->request.tag))))
        << "order " << row;
  }
  EXPECT_GT(looked_at, 20U);
  EXPECT_EQ(static_cast<std::size_t>(*database_->integer("SELECT count(*) FROM open_orders")),
            state().orders.open_count());
}

/// Every transition begins where the one before ended, is allowed, and the last one is the order's status.
TEST_P(Figures, TransitionsAreAChain) {
  EXPECT_THAT(
      rows("SELECT order_id, seq FROM (SELECT *, lag(to_status) OVER life AS before FROM order_transitions "
           "WINDOW life AS (PARTITION BY session, order_id ORDER BY seq)) WHERE from_status IS NOT before"),
      testing::IsEmpty());
  EXPECT_THAT(
      rows("SELECT order_id FROM orders WHERE status IS NOT (SELECT to_status FROM order_transitions t WHERE "
           "t.order_id = orders.order_id ORDER BY seq DESC LIMIT 1)"),
      testing::IsEmpty());
  for (const auto& row : rows("SELECT DISTINCT from_status || ' ' || to_status FROM order_transitions "
                              "WHERE from_status IS NOT NULL")) {
    OrderStatus from{};
    OrderStatus to{};
    const auto space = row.find(' ');
    ASSERT_TRUE(boost::describe::enum_from_string(row.substr(0, space).c_str(), from));
    ASSERT_TRUE(boost::describe::enum_from_string(row.substr(space + 1).c_str(), to));
    EXPECT_TRUE(execution::can_transition(from, to)) << row;
  }
}

/// The equity at every full hour is that after the last event before it, or at it.
TEST_P(Figures, EquitySnapshotsAreTheEnginesEquity) {
  auto engine = recorded_.engine();
  auto history = session::History::open(recorded_.files, kJournal);
  ASSERT_TRUE(history);
  std::map<TimeNs, Amount> equity;  // after the last event at this time
  std::vector<BookLevelChange> changes;
  while (history->next() != nullptr) {
    if (journal::is_event(history->next()->type)) {
      engine->step(*journal::event_in(*history->next(), changes));
      engine->clear_outputs();
      equity[engine->state().now] = engine->state().portfolio.equity();
    }
    ASSERT_TRUE(history->pass());
  }
  std::size_t hours = 0;
  for (const std::string period : {"hourly", "daily"}) {
    const DurationNs length = period == "daily" ? kDay : kHour;
    const TimeNs first = -floor_divide(-equity.begin()->first, length) * length;
    for (TimeNs time = first; time < equity.rbegin()->first; time += length) {
      ++hours;
      const auto after = std::prev(equity.upper_bound(time));
      EXPECT_THAT(rows(fmt::format("SELECT equity FROM equity_snapshots WHERE period = '{}' AND time = {}",
                                   period, time)),
                  ElementsAre(after->second.format()));
    }
  }
  EXPECT_EQ(static_cast<std::size_t>(*database_->integer("SELECT count(*) FROM equity_snapshots")), hours);
  EXPECT_GE(hours, GetParam().mix == FeedMix::bars ? 4U : 0U);
}

TEST_P(Figures, FillsAndRefusalsAreThoseOfTheExport) {
  journal::ExportFilter filter;
  filter.types = {journal::RecordType::fill, journal::RecordType::intent_refused,
                  journal::RecordType::new_order};
  std::map<std::string, std::string> lines;  // by seq
  const auto exported =
      journal::export_journal(recorded_.files, kJournal, filter, [&](std::string_view line) {
        const auto begins = line.find(":") + 1;
        lines.emplace(line.substr(begins, line.find(",") - begins), line);
        return Result<void>();
      });
  ASSERT_TRUE(exported) << exported.error().message;
  const auto expect_each = [&](const std::string& sql) {
    for (const auto& row : rows(sql)) {
      const auto& line = lines[row.substr(0, row.find('|'))];
      for (std::size_t at = row.find('|'); at != std::string::npos; at = row.find('|', at + 1)) {
        const auto end = row.find('|', at + 1);
        EXPECT_THAT(line, HasSubstr(row.substr(at + 1, end == std::string::npos ? end : end - at - 1)));
      }
    }
  };
  expect_each(
      "SELECT seq, '\"price\":\"' || price || '\"', '\"quantity\":\"' || quantity || '\"', '\"fee\":\"' || "
      "fee || "
      "'\"', '\"side\":\"' || side || '\"', '\"fee_asset\":\"' || fee_asset || '\"', '\"trade\":' || "
      "trade_id "
      "FROM fills GROUP BY seq HAVING count(*) = 1");
  expect_each("SELECT seq, '\"reasons\":' || reasons, '\"cause\":' || cause FROM refusals");
  expect_each(
      "SELECT seq, '\"id\":' || order_id, '\"quantity\":\"' || quantity || '\"', '\"type\":\"' || type || "
      "'\"', "
      "'\"instrument\":\"' || instrument || '\"', '\"role\":\"' || role || '\"' FROM orders");
  EXPECT_EQ(static_cast<std::size_t>(*database_->integer(
                "SELECT (SELECT count(DISTINCT seq) FROM fills) + (SELECT count(*) FROM refusals) "
                "+ (SELECT count(*) FROM orders)")),
            lines.size());
}

TEST_P(Figures, TheIndexHasEveryRecordThatIsNoMarketData) {
  auto reader = journal::Reader::open(recorded_.files, kJournal);
  ASSERT_TRUE(reader);
  std::vector<std::string> expected;
  for (;;) {
    const auto record = reader->next();
    ASSERT_TRUE(record);
    if (*record == nullptr) break;
    if ((*record)->family == journal::Family::core)
      expected.push_back(
          fmt::format("{}|{}|{}", (*record)->seq, (*record)->ts, journal::name_of((*record)->type)));
  }
  EXPECT_EQ(rows("SELECT seq, time, type FROM events ORDER BY seq"), expected);
  EXPECT_THAT(rows("SELECT seq FROM fills EXCEPT SELECT seq FROM events WHERE type = 'fill'"),
              testing::IsEmpty());
  EXPECT_THAT(rows("SELECT count(*) FROM orders JOIN events USING (session, seq, order_id, strategy, "
                   "instrument) WHERE "
                   "events.type = 'new_order'"),
              rows("SELECT count(*) FROM orders"));
}

INSTANTIATE_TEST_SUITE_P(Worlds, Figures,
                         testing::Values(WorldOf{7, FeedMix::bars, 300}, WorldOf{9, FeedMix::bars, 240},
                                         WorldOf{10, FeedMix::trades, 400}, WorldOf{11, FeedMix::quotes, 300},
                                         WorldOf{12, FeedMix::book, 300}));

}  // namespace
}  // namespace kontor::storage
