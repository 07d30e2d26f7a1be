#include "risk/safety_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/risk_fixture.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;
using test::kOne;
using test::kOther;

class Chain : public test::RiskFixture {
 protected:
  BreakerSettings breakers;
  std::optional<SafetyChain> made;

  SafetyChain& chain() {
    if (!made) made.emplace(breakers, 2, 3);
    return *made;
  }
  [[nodiscard]] SafetyView safety_view() const { return {table, portfolio, now}; }
  void price_of(InstrumentId id, std::string_view at) {
    set_mark(id, at);
    const RawPrice raw = market[id.index()].last;
    chain().on_price(safety_view(), id, {raw, raw, raw});
  }
  void reject(RejectReason reason = RejectReason::insufficient_margin, StrategyId strategy = kOne) {
    chain().on_rejected(safety_view(), strategy, perpetual, reason);
  }
  /// A round trip of one perpetual bitcoin with this result.
  void trip(const char* result, StrategyId strategy = kOne) {
    const auto& instrument = table[perpetual];
    const RawQuantity one = test::quantity(instrument, "1");
    chain().on_booked(safety_view(), strategy, perpetual, {Side::buy, one, Amount(), Amount(), one});
    chain().on_booked(safety_view(), strategy, perpetual,
                      {Side::sell, one, amount(result), Amount(), RawQuantity()});
  }
  /// The changes since the last call: kind, from, to.
  std::vector<std::string> changes() {
    std::vector<std::string> told;
    for (const auto& change : chain().changes()) {
      const auto name = [](auto value) { return std::string(boost::describe::enum_to_string(value, "")); };
      told.push_back(name(change.breaker) + " " + name(change.from) + " " + name(change.to) + " " +
                     name(change.reason));
    }
    chain().clear_changes();
    return told;
  }
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Chain, WithoutBreakersIsOff) {
  EXPECT_FALSE(chain().is_on());
  EXPECT_EQ(chain().next_due(), kTimeMax);
  EXPECT_EQ(chain().of(kOne, perpetual), TradingState::running);
  // What an account has of prices holds for its instruments.
  BreakerSettings prices;
  prices.account.data_age.emplace();
  EXPECT_TRUE(SafetyChain(prices, 1, 1).is_on());
}

TEST_F(Chain, ErrorsCountWithinTheirWindow) {
  breakers.account.error_burst.emplace();
  for (int i = 0; i < 4; ++i) reject();
  EXPECT_THAT(changes(), IsEmpty());
  now += kMinute;  // exactly a window later the first four are out of it
  for (int i = 0; i < 4; ++i) reject();
  EXPECT_THAT(changes(), IsEmpty());
  now += kMinute - 1;
  reject();
  EXPECT_THAT(changes(), ElementsAre("error_burst normal restricted tripped"));
  EXPECT_EQ(chain().of_account(), TradingState::restricted);
  reject();
  EXPECT_THAT(changes(), IsEmpty()) << "it has tripped already";
  chain().reset(safety_view());
  EXPECT_THAT(changes(), ElementsAre("error_burst restricted normal reset"));
  for (int i = 0; i < 4; ++i) reject();
  EXPECT_THAT(changes(), IsEmpty()) << "the count begins anew";
}

TEST_F(Chain, WhatTheMarketDecidesIsNoError) {
  breakers.account.error_burst = ErrorBurstBreaker{.threshold = 1};
  for (const auto reason : {RejectReason::post_only_would_take, RejectReason::fill_or_kill_unfilled,
                            RejectReason::stop_would_trigger, RejectReason::order_closed})
    reject(reason);
  EXPECT_THAT(changes(), IsEmpty());
  reject(RejectReason::insufficient_balance);
  EXPECT_THAT(changes(), testing::SizeIs(1));
}

TEST_F(Chain, AStrategysErrorsAreItsOwn) {
  breakers.strategies.resize(2);
  breakers.strategies[1].error_burst = ErrorBurstBreaker{.threshold = 2, .action = BreakerLevel::halted};
  reject(RejectReason::order_rate, kOne);
  reject(RejectReason::order_rate, kOne);
  EXPECT_THAT(changes(), IsEmpty());
  reject(RejectReason::order_rate, kOther);
  reject(RejectReason::order_rate, kOther);
  EXPECT_EQ(chain().of(kOther, spot), TradingState::halted);
  EXPECT_EQ(chain().of(kOne, spot), TradingState::running);
  EXPECT_EQ(chain().of_account(), TradingState::running);
}

TEST_F(Chain, AStreakIsBrokenByWhatLosesNothing) {
  breakers.account.losing_streak.emplace();
  trip("-1");
  trip("-1");
  trip("0");
  trip("-1", kOther);
  trip("-1");
  EXPECT_THAT(changes(), IsEmpty());
  trip("-1", kOther);
  EXPECT_THAT(changes(), ElementsAre("losing_streak normal restricted tripped"));
  EXPECT_EQ(chain().next_due(), now + 48 * kHour);
  now += 48 * kHour - 1;
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), IsEmpty());
  now += 1;
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), ElementsAre("losing_streak restricted normal elapsed"));
  trip("-1");
  trip("-1");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(Chain, TheTiersOfADrawdownOnlyGoUp) {
  breakers.account.drawdown.emplace();
  price_of(perpetual, "50000");
  hold(perpetual, Side::buy, "1");
  price_of(perpetual, "40000");
  EXPECT_THAT(changes(), ElementsAre("drawdown normal warning tripped"));
  price_of(perpetual, "35000");
  price_of(perpetual, "45000");
  EXPECT_THAT(changes(), ElementsAre("drawdown warning restricted tripped"));
  price_of(perpetual, "20000");
  EXPECT_THAT(changes(), ElementsAre("drawdown restricted flattening tripped"));
  EXPECT_TRUE(chain().is_flattening());
  chain().on_flattened(safety_view());
  EXPECT_THAT(changes(), ElementsAre("drawdown flattening halted flattened"));
  EXPECT_FALSE(chain().is_flattening());
  EXPECT_EQ(chain().of_account(), TradingState::halted);
}

TEST_F(Chain, AWarningIsOverAtTheNextPeak) {
  breakers.account.drawdown.emplace();
  price_of(perpetual, "50000");
  hold(perpetual, Side::buy, "1");
  price_of(perpetual, "40000");
  price_of(perpetual, "49999.9");
  EXPECT_THAT(changes(), ElementsAre("drawdown normal warning tripped"));
  price_of(perpetual, "50000");
  EXPECT_THAT(changes(), IsEmpty()) << "the peak itself is no new one";
  price_of(perpetual, "50000.1");
  EXPECT_THAT(changes(), ElementsAre("drawdown warning normal recovered"));
}

TEST_F(Chain, MoneyThatGoesIsNoLoss) {
  breakers.account.drawdown = DrawdownBreaker{.warning = decimal("0.11")};
  breakers.account.daily_loss = LossBreaker{.threshold = decimal("0.11")};
  price_of(perpetual, "50000");
  hold(perpetual, Side::buy, "1");
  price_of(perpetual, "40000");
  const Amount before = portfolio.equity();
  portfolio.book_transfer({amount("-45000"), table[spot].quote()});
  chain().on_transfer(safety_view(), before);
  price_of(perpetual, "39600");
  EXPECT_THAT(changes(), IsEmpty()) << "400 of 50000 more than a tenth";
  price_of(perpetual, "39500");
  EXPECT_THAT(changes(),
              ElementsAre("drawdown normal warning tripped", "daily_loss normal restricted tripped"));
}

TEST_F(Chain, AStrategysDrawdownIsOfWhatItMade) {
  breakers.strategies.resize(2);
  breakers.strategies[0].drawdown = DrawdownBreaker{.warning = decimal("0"), .restricted = decimal("0.1")};
  price_of(perpetual, "50000");
  hold(perpetual, Side::buy, "1", kOne);
  hold(ether, Side::buy, "10", kOther);
  price_of(ether, "500");
  EXPECT_THAT(changes(), IsEmpty()) << "the other strategy has lost a fifth";
  price_of(perpetual, "40000");
  EXPECT_THAT(changes(), ElementsAre("drawdown normal restricted tripped"));
  EXPECT_EQ(chain().of(kOne, ether), TradingState::restricted);
  EXPECT_EQ(chain().of(kOther, perpetual), TradingState::running);
}

TEST_F(Chain, SilenceIsCountedFromWhenAStreamWasLastHeard) {
  breakers.account.connection.emplace();
  const TimeNs heard = now - 10 * kSecond;
  chain().on_connection(safety_view(), {Connection::private_stream, false}, heard);
  EXPECT_EQ(chain().next_due(), heard + 30 * kSecond);
  now = heard + 30 * kSecond - 1;
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), IsEmpty());
  now += 1;
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), ElementsAre("connection normal restricted tripped"));
  EXPECT_EQ(chain().next_due(), heard + 120 * kSecond);
  chain().reset(safety_view());
  EXPECT_THAT(changes(), IsEmpty()) << "no word makes it heard";
  now = heard + 120 * kSecond;
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), ElementsAre("connection restricted halted tripped"));
  EXPECT_EQ(chain().next_due(), kTimeMax);
  chain().on_connection(safety_view(), {Connection::private_stream, true}, now);
  EXPECT_THAT(changes(), ElementsAre("connection halted normal recovered"));
}

TEST_F(Chain, AClockIsOffEitherWay) {
  breakers.account.clock_offset.emplace();
  chain().on_clock_offset(safety_view(), kSecond);
  EXPECT_THAT(changes(), IsEmpty());
  chain().on_clock_offset(safety_view(), -kSecond - 1);
  EXPECT_THAT(changes(), ElementsAre("clock_offset normal restricted tripped"));
  chain().on_clock_offset(safety_view(), -kSecond);
  EXPECT_THAT(changes(), ElementsAre("clock_offset restricted normal recovered"));
}

TEST_F(Chain, APriceGetsOldByItself) {
  breakers.account.data_age.emplace();
  EXPECT_EQ(chain().next_due(), kTimeMax) << "nothing is old before there was a price";
  price_of(perpetual, "50000");
  EXPECT_EQ(chain().next_due(), now + kMinute);
  now += 30 * kSecond;
  price_of(perpetual, "50000");
  price_of(ether, "2500");
  now += 30 * kSecond;
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(chain().next_due(), now + 30 * kSecond);
  now += 30 * kSecond;
  price_of(ether, "2500");
  chain().on_time(safety_view());
  EXPECT_THAT(changes(), ElementsAre("data_age normal restricted tripped"));
  EXPECT_EQ(chain().of(kOne, perpetual), TradingState::restricted);
  EXPECT_EQ(chain().of(kOne, ether), TradingState::running);
  price_of(perpetual, "50000");
  EXPECT_THAT(changes(), ElementsAre("data_age restricted normal recovered"));
}

TEST_F(Chain, AnInstrumentsOwnBreakerHoldsInsteadOfTheAccounts) {
  breakers.account.price_shock.emplace();
  breakers.instruments.resize(3);
  breakers.instruments[ether.index()].price_shock = PriceShockBreaker{.threshold = decimal("0.5")};
  price_of(perpetual, "50000");
  price_of(ether, "2500");
  price_of(perpetual, "40000");
  price_of(ether, "1500");
  EXPECT_EQ(chain().of(perpetual), TradingState::restricted);
  EXPECT_EQ(chain().of(ether), TradingState::running);
  price_of(ether, "700");
  EXPECT_EQ(chain().of(ether), TradingState::restricted);
  now += 15 * kMinute;
  chain().on_time(safety_view());
  EXPECT_EQ(chain().of(ether), TradingState::running);
}

TEST_F(Chain, EveryBreakerKeepsItsOwnLevel) {
  breakers.account.clock_offset = ClockOffsetBreaker{.action = BreakerLevel::halted};
  breakers.account.losing_streak = LosingStreakBreaker{.threshold = 1, .cooldown = kHour};
  trip("-1");
  chain().on_clock_offset(safety_view(), kMinute);
  EXPECT_EQ(chain().of_account(), TradingState::halted);
  now += kHour;
  chain().on_time(safety_view());
  EXPECT_EQ(chain().of_account(), TradingState::halted) << "what has ended was the other one";
  trip("-1");
  chain().on_clock_offset(safety_view(), 0);
  EXPECT_EQ(chain().of_account(), TradingState::restricted);
}

TEST_F(Chain, WhatIsBeingClosedDoesNotEndByTime) {
  breakers.account.losing_streak =
      LosingStreakBreaker{.threshold = 1, .action = BreakerLevel::flattening, .cooldown = kMinute};
  trip("-1");
  EXPECT_EQ(chain().next_due(), kTimeMax);
  now += kHour;
  chain().on_time(safety_view());
  EXPECT_EQ(chain().of_account(), TradingState::flattening);
  chain().on_flattened(safety_view());
  EXPECT_LT(chain().next_due(), now);
  chain().on_time(safety_view());
  EXPECT_EQ(chain().of_account(), TradingState::running);
}

/// Every kind that an account can have.
Breakers all_breakers() {
  Breakers all;
  all.error_burst.emplace();
  all.drawdown.emplace();
  all.daily_loss.emplace();
  all.weekly_loss.emplace();
  all.losing_streak.emplace();
  all.price_shock.emplace();
  all.price_move.emplace();
  all.connection.emplace();
  all.clock_offset.emplace();
  all.equity_stop.emplace();
  all.data_age.emplace();
  return all;
}

TEST_F(Chain, GoesOnFromWhatItSaved) {
  breakers.account = all_breakers();
  price_of(perpetual, "50000");
  hold(perpetual, Side::buy, "1");
  trip("-1");
  reject();
  chain().on_connection(safety_view(), {Connection::market_data, false}, now);
  now += kMinute;
  price_of(perpetual, "33000");
  EXPECT_THAT(changes(), testing::SizeIs(testing::Ge(4U)));
  Encoder encoder;
  chain().save(encoder);
  SafetyChain other(breakers, 2, 3);
  Decoder decoder(encoder.buffer());
  other.load(decoder);
  ASSERT_FALSE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 0U);
  EXPECT_EQ(other.of_account(), chain().of_account());
  EXPECT_EQ(other.of(kOne, perpetual), chain().of(kOne, perpetual));
  EXPECT_EQ(other.next_due(), chain().next_due());
  Encoder again;
  other.save(again);
  EXPECT_EQ(again.buffer(), encoder.buffer());
  // One of other settings is none.
  SafetyChain fewer({}, 2, 3);
  Decoder whole(encoder.buffer());
  fewer.load(whole);
  EXPECT_TRUE(whole.failed());
}

}  // namespace
}  // namespace kontor::risk
