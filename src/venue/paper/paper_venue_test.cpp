#include "venue/paper/paper_venue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::paper {
namespace {

constexpr TimeNs kStart = 1'735'689'600 * kSecond;
const InstrumentId kCoin{0};

class PaperVenueTest : public testing::Test {
 protected:
  PaperVenueTest() {
    kontor::test::add(table_, kontor::test::spot("BTC"));
    settings_.latency.order_entry_ns = 20 * kMillisecond;
    settings_.latency.response_ns = 30 * kMillisecond;
    settings_.rules.slippage_bps = Decimal{0, 0};
    settings_.rules.participation = Decimal{1, 0};
  }

  Result<void> open(bool must_exist = false) {
    venue_.reset();
    const Money deposit{Amount::from_decimal(Decimal{10'000, 0}), *table_.find_asset("USDT")};
    TRY(venue_, PaperVenue::open({.instruments = table_,
                                  .settings = settings_,
                                  .deposits = {deposit},
                                  .files = *files_,
                                  .folder = "paper",
                                  .must_exist = must_exist},
                                 [this](const venue::Input& input) { hear(input); }));
    return {};
  }
  void hear(const venue::Input& input) {
    if (const auto* received = std::get_if<venue::ReportReceived>(&input)) {
      reports_.push_back(*received);
    } else if (const auto* answer = std::get_if<venue::OrderAnswer>(&input)) {
      answers_.push_back(*answer);
    } else if (const auto* account = std::get_if<venue::AccountAnswer>(&input)) {
      account_ = *account;
    } else {
      ++market_;
    }
  }
  Result<void> trade(std::string_view price, DurationNs at, DurationNs late = 0) {
    Trade trade;
    trade.instrument = kCoin;
    trade.ts_venue = kStart + at;
    trade.price = kontor::test::price(table_[kCoin], price);
    trade.quantity = kontor::test::quantity(table_[kCoin], "1");
    trade.id = TradeId(++trades_);
    return venue_->take(trade, kStart + at + late);
  }
  void order(std::uint64_t id, OrderType type, std::string_view limit, DurationNs at, Side side = Side::buy) {
    NewOrder order;
    order.id = OrderId(id);
    order.instrument = kCoin;
    order.side = side;
    order.type = type;
    order.quantity = kontor::test::quantity(table_[kCoin], "0.1");
    if (!limit.empty()) order.limit_price = kontor::test::price(table_[kCoin], limit);
    const Command command{{0, kStart + at, kStart + at, 0}, order};
    venue_->send(std::span(&command, 1));
  }
  Result<void> until(DurationNs at) {
    while (venue_->next_due() <= kStart + at) TRY_VOID(venue_->advance(std::max(venue_->next_due(), kStart)));
    return venue_->advance(kStart + at);
  }
  template <class Report>
  std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        reports_, [](const auto& one) { return std::holds_alternative<Report>(one.report); }));
  }
  const Fill* fill(std::size_t n = 0) const {
    for (const auto& one : reports_) {
      if (const auto* found = std::get_if<Fill>(&one.report); found != nullptr && n-- == 0) return found;
    }
    return nullptr;
  }

  InstrumentTable table_;
  sim::SimSettings settings_;
  std::unique_ptr<journal::SimulatedFileSystem> files_ = std::make_unique<journal::SimulatedFileSystem>();
  std::unique_ptr<PaperVenue> venue_;
  std::vector<venue::ReportReceived> reports_;
  std::vector<venue::OrderAnswer> answers_;
  venue::AccountAnswer account_;
  std::size_t market_ = 0;
  std::uint64_t trades_ = 0;
};

TEST_F(PaperVenueTest, AnAccountBeginsWithItsDeposit) {
  ASSERT_TRUE(open());
  venue_->ask_account(kTimeMin);
  ASSERT_TRUE(until(0));
  const AssetId usdt = *table_.find_asset("USDT");
  const auto held = std::ranges::find(account_.balances, usdt, &Money::asset);
  ASSERT_NE(held, account_.balances.end());
  EXPECT_EQ(held->amount, Amount::from_decimal(Decimal{10'000, 0}));
  EXPECT_EQ(account_.as_of, kStart) << "the time of the answer, although it was asked before there was any";
}

TEST_F(PaperVenueTest, AMarketOrderIsFilledAfterBothWays) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(trade("100", 0));
  order(1, OrderType::market, "", kMillisecond);
  ASSERT_TRUE(until(20 * kMillisecond));
  EXPECT_TRUE(reports_.empty()) << "it is under way";
  ASSERT_TRUE(until(60 * kMillisecond));
  EXPECT_EQ(count<OrderAccepted>(), 1U);
  ASSERT_NE(fill(), nullptr);
  EXPECT_EQ(fill()->price, kontor::test::price(table_[kCoin], "100"));
  EXPECT_EQ(fill()->ts_venue, kStart + 21 * kMillisecond);
}

TEST_F(PaperVenueTest, NothingTradesOnWhatHappenedBeforeItWasThere) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(trade("100", 0, 80 * kMillisecond));  // data are 80 ms late
  order(1, OrderType::limit, "99", 100 * kMillisecond);
  // Happened at 110 ms, before the order was there at 120 ms; heard of at 190 ms.
  ASSERT_TRUE(until(130 * kMillisecond));
  ASSERT_TRUE(trade("98", 110 * kMillisecond, 80 * kMillisecond));
  ASSERT_TRUE(trade("100", 112 * kMillisecond, 80 * kMillisecond));
  ASSERT_TRUE(until(kSecond));
  EXPECT_EQ(count<OrderAccepted>(), 1U);
  EXPECT_EQ(fill(), nullptr);
  ASSERT_TRUE(trade("98", 2 * kSecond));
  ASSERT_TRUE(until(3 * kSecond));
  EXPECT_NE(fill(), nullptr);
}

TEST_F(PaperVenueTest, KnowsItsOrdersAfterARestart) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(trade("100", 0));
  order(1, OrderType::limit, "90", 0);
  order(2, OrderType::market, "", 0);
  ASSERT_TRUE(until(kSecond));
  ASSERT_TRUE(open(true));
  venue_->ask_order(OrderId(1), kCoin);
  venue_->ask_order(OrderId(2), kCoin);
  venue_->ask_order(OrderId(3), kCoin);
  venue_->ask_account(kTimeMin);
  ASSERT_TRUE(until(2 * kSecond));
  ASSERT_EQ(answers_.size(), 3U);
  ASSERT_TRUE(answers_[0].state && answers_[1].state);
  EXPECT_EQ(answers_[0].state->status, OrderStatus::acknowledged);
  EXPECT_EQ(answers_[1].state->status, OrderStatus::filled);
  EXPECT_FALSE(answers_[2].state);
  EXPECT_EQ(account_.open_orders.size(), 1U);
  EXPECT_EQ(account_.fills.size(), 1U);
  ASSERT_TRUE(trade("80", 3 * kSecond));
  ASSERT_TRUE(until(4 * kSecond));
  EXPECT_EQ(count<Fill>(), 2U) << "the order that waited meets the market again";
}

TEST_F(PaperVenueTest, AnAccountThatHasToBeThereAndIsNotIsAnError) {
  const auto opened = open(true);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(opened.error().message, testing::HasSubstr("not there any more"));
}

TEST_F(PaperVenueTest, ABrokenMemoryIsAnErrorAndNotANewAccount) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(trade("100", 0));
  order(1, OrderType::market, "", 0);
  ASSERT_TRUE(until(kSecond));
  for (const std::string& path : files_->paths()) {
    const auto whole = files_->content(path);
    if (!path.starts_with("paper/") || whole.empty()) continue;
    auto broken = whole;
    broken[broken.size() / 2] ^= std::byte{1};
    files_->set_content(path, broken);
    const auto opened = open(true);
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().kind, ErrorKind::bad_data) << path;
    files_->set_content(path, whole);
  }
  EXPECT_TRUE(open(true));
}

/// Whatever it told before a crash it knows afterwards, at whichever step of the disk the crash falls.
TEST_F(PaperVenueTest, ForgetsNothingThatItHasTold) {
  const auto play = [this]() -> Result<void> {
    TRY_VOID(open());
    for (int i = 0; i < 8; ++i) {
      const DurationNs at = i * kSecond;
      TRY_VOID(trade(i % 2 == 0 ? "100" : "95", at));
      order(static_cast<std::uint64_t>(2 * i + 1), OrderType::limit, "97", at);
      order(static_cast<std::uint64_t>(2 * i + 2), OrderType::market, "", at, i < 4 ? Side::buy : Side::sell);
      TRY_VOID(until(at + 500 * kMillisecond));
    }
    return {};
  };
  ASSERT_TRUE(play());
  const std::uint64_t steps = files_->steps();
  for (std::uint64_t step = 1; step < steps; step += 1 + steps / 400) {
    venue_.reset();
    files_ = std::make_unique<journal::SimulatedFileSystem>(step);
    reports_.clear();
    answers_.clear();
    trades_ = 0;
    files_->crash_at(step);
    ASSERT_FALSE(play()) << step;
    const auto told = reports_;
    files_->restart(step % 2 == 0 ? journal::Loss::all : journal::Loss::pages);
    const auto opened = open();
    ASSERT_TRUE(opened) << step << ": " << opened.error().message;
    venue_->ask_account(kTimeMin);
    ASSERT_TRUE(until(100 * kSecond));
    for (const auto& report : told) {
      if (const auto* fill = std::get_if<Fill>(&report.report)) {
        EXPECT_THAT(account_.fills, testing::Contains(testing::Field(&Fill::trade, fill->trade))) << step;
      }
      answers_.clear();
      venue_->ask_order(*order_of(report.report), kCoin);
      ASSERT_TRUE(until(100 * kSecond));
      ASSERT_TRUE(answers_.at(0).state) << step;
    }
  }
}

TEST_F(PaperVenueTest, AFullDiskEndsItBeforeAnythingIsTold) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(trade("100", 0));
  order(1, OrderType::market, "", 0);
  files_->fail_changes(ErrorKind::no_space);
  const auto went = until(kSecond);
  ASSERT_FALSE(went);
  EXPECT_EQ(went.error().kind, ErrorKind::no_space);
  files_->mend();
  EXPECT_FALSE(until(2 * kSecond)) << "what the disk holds is not known any more";
  EXPECT_TRUE(reports_.empty());
  ASSERT_TRUE(open(true));
  venue_->ask_order(OrderId(1), kCoin);
  ASSERT_TRUE(until(3 * kSecond));
  EXPECT_FALSE(answers_.at(0).state);
}

}  // namespace
}  // namespace kontor::paper
