#include "portfolio/portfolio.hpp"

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::portfolio {
namespace {

using test::amount;
using test::decimal;
using test::price;
using test::quantity;

constexpr StrategyId kFirst(0);
constexpr StrategyId kSecond(1);

/// An account in USDT with a spot market and a perpetual on BTC.
class PortfolioTest : public testing::Test {
 protected:
  InstrumentTable table;
  InstrumentId spot_id = test::add(table, test::spot("BTC"));
  InstrumentId perpetual_id = test::add(table, test::perpetual("BTC"));
  AssetId bnb = table.add_asset("BNB");
  const Instrument& spot = table[spot_id];
  const Instrument& perpetual = table[perpetual_id];
  AssetId usdt = spot.quote();
  AssetId btc = spot.base();
  Portfolio portfolio{table, usdt, 2};
  std::uint64_t trades = 0;

  void SetUp() override { portfolio.book_transfer({amount("10000"), usdt}); }

  Fill fill(const Instrument& instrument, Side side, std::string_view size, std::string_view at) {
    Fill result;
    result.instrument = instrument.id();
    result.trade = TradeId(++trades);
    result.side = side;
    result.quantity = quantity(instrument, size);
    result.price = price(instrument, at);
    result.fee_asset = usdt;
    return result;
  }
  Fill with_fee(Fill result, std::string_view fee, AssetId asset) {
    result.fee = amount(fee);
    result.fee_asset = asset;
    return result;
  }
  [[nodiscard]] Amount cash(AssetId asset) const { return portfolio.ledger().cash(asset); }
};

TEST_F(PortfolioTest, SpotBuyAndSellMoveBothBalances) {
  auto booked = portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.1", "50000"), "5", usdt));
  EXPECT_EQ(cash(usdt), amount("4995"));
  EXPECT_EQ(cash(btc), amount("0.1"));
  EXPECT_EQ(booked.position_after, quantity(spot, "0.1"));
  EXPECT_EQ(portfolio.equity(), amount("9995"));
  EXPECT_EQ(portfolio.open_positions(), 1U);
  portfolio.revalue(spot_id, price(spot, "52000"));
  EXPECT_EQ(portfolio.equity(), amount("10195"));
  EXPECT_EQ(portfolio.exposure(spot_id), amount("5200"));
  booked = portfolio.book_fill(kFirst, with_fee(fill(spot, Side::sell, "0.1", "52000"), "5.2", usdt));
  EXPECT_EQ(booked.realized, amount("200"));
  EXPECT_EQ(booked.fee_reported, amount("5.2"));
  EXPECT_EQ(portfolio.equity(), amount("10189.8"));
  EXPECT_EQ(portfolio.fees(), amount("10.2"));
  EXPECT_FALSE(portfolio.has_position());
  EXPECT_TRUE(portfolio.gross_exposure().is_zero());
}

TEST_F(PortfolioTest, PerpetualTakesNoNotionalOutOfTheBalance) {
  portfolio.book_fill(kFirst, with_fee(fill(perpetual, Side::sell, "0.5", "50000"), "12.5", usdt));
  EXPECT_EQ(cash(usdt), amount("9987.5"));
  EXPECT_EQ(portfolio.net_exposure(), amount("-25000"));
  EXPECT_EQ(portfolio.gross_exposure(), amount("25000"));
  portfolio.revalue(perpetual_id, price(perpetual, "49000"));
  EXPECT_EQ(portfolio.equity(), amount("10487.5"));
  EXPECT_EQ(cash(usdt), amount("9987.5"));
  // Buying more than was sold closes the short at its average and opens the rest.
  const auto booked = portfolio.book_fill(kFirst, fill(perpetual, Side::buy, "0.7", "48000"));
  EXPECT_EQ(booked.realized, amount("1000"));
  EXPECT_EQ(booked.position_after, quantity(perpetual, "0.2"));
  EXPECT_EQ(portfolio.book(kFirst, perpetual_id).position.cost, amount("9600"));
  EXPECT_EQ(cash(usdt), amount("10987.5"));
  // The mark is still 49000: the new long is worth 200 more than it cost.
  EXPECT_EQ(portfolio.equity(), amount("11187.5"));
}

TEST_F(PortfolioTest, FundingIsPaidFromTheBalance) {
  portfolio.book_fill(kFirst, fill(perpetual, Side::buy, "0.5", "50000"));
  portfolio.book_funding({amount("-2.5"), usdt});
  EXPECT_EQ(portfolio.funding(), amount("-2.5"));
  EXPECT_EQ(portfolio.equity(), amount("9997.5"));
}

/// Two buys and a sale between them, told in another order: the same equity, and after the correction the
/// same balance and cost.
TEST_F(PortfolioTest, ACostThatIsRestatedMovesProfitWithoutMakingAny) {
  const Fill first = fill(perpetual, Side::buy, "0.4", "50000");
  const Fill sale = fill(perpetual, Side::sell, "0.2", "51000");
  const Fill second = fill(perpetual, Side::buy, "0.2", "52000");
  Portfolio other{table, usdt, 2};
  other.book_transfer({amount("10000"), usdt});
  for (const auto& one : {first, sale, second}) portfolio.book_fill(kFirst, one);
  for (const auto& one : {first, second, sale}) other.book_fill(kFirst, one);
  portfolio.revalue(perpetual_id, price(perpetual, "52000"));
  other.revalue(perpetual_id, price(perpetual, "52000"));
  const Amount gap = cash(usdt) - other.ledger().cash(usdt);
  ASSERT_FALSE(gap.is_zero());
  const Amount equity = other.equity();
  EXPECT_LT((equity - portfolio.equity()).absolute(), amount("0.000000001"));
  other.restate_cost(perpetual_id, gap);
  EXPECT_EQ(other.ledger().cash(usdt), cash(usdt));
  EXPECT_EQ(other.equity(), equity);
  EXPECT_TRUE(other.ledger().residue(usdt).is_zero());
  other.restate_cost(spot_id, gap);
  EXPECT_EQ(other.equity(), equity) << "nothing is held there";
}

TEST_F(PortfolioTest, FeeInBaseIsNotThereToBeSold) {
  const auto booked =
      portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.1", "50000"), "0.0001", btc));
  EXPECT_EQ(cash(btc), amount("0.0999"));
  EXPECT_EQ(booked.position_after, quantity(spot, "0.0999"));
  EXPECT_EQ(booked.fee_reported, amount("5"));
  EXPECT_EQ(portfolio.equity(), amount("9995"));
}

TEST_F(PortfolioTest, FeeInBaseIsCountedOnce) {
  portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.1", "50000"), "0.0001", btc));
  const auto booked = portfolio.book_fill(kFirst, fill(spot, Side::sell, "0.0999", "50000"));
  // The price has not moved: what is missing is the fee, and the position itself has lost nothing.
  EXPECT_EQ(booked.realized, Amount());
  EXPECT_EQ(portfolio.equity(), amount("10000") - portfolio.fees());
  EXPECT_EQ(portfolio.fees(), amount("5"));
}

TEST_F(PortfolioTest, AFeeBelowOneRawUnitNeverLeavesMoreToSellThanThereIs) {
  // 0.1 % of 0.00015 BTC is 0.00000015, far below the step of 0.00001.
  portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.00015", "50000"), "0.00000015", btc));
  const Amount held = spot.base_amount(portfolio.book(kFirst, spot_id).position.quantity);
  EXPECT_LE(held, cash(btc));
  EXPECT_EQ(portfolio.book(kFirst, spot_id).position.quantity, quantity(spot, "0.00014"));
}

TEST_F(PortfolioTest, AFeeThatTakesEverythingLeavesAFlatPositionWithoutCost) {
  portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.00001", "50000"), "0.00000001", btc));
  const Position& position = portfolio.book(kFirst, spot_id).position;
  EXPECT_TRUE(position.is_flat());
  EXPECT_TRUE(position.cost.is_zero());
  EXPECT_FALSE(portfolio.has_position());
}

TEST_F(PortfolioTest, ARebateInBaseIsMoreToSell) {
  portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.1", "50000"), "-0.0001", btc));
  EXPECT_EQ(portfolio.book(kFirst, spot_id).position.quantity, quantity(spot, "0.1001"));
  EXPECT_EQ(portfolio.fees(), amount("-5"));
}

TEST_F(PortfolioTest, FeeInAThirdAssetIsValuedAtItsFixedPrice) {
  portfolio.book_transfer({amount("2"), bnb});
  EXPECT_EQ(portfolio.equity(), amount("10000"));  // worth nothing until somebody says what
  portfolio.set_fixed_price(bnb, decimal("600"));
  EXPECT_EQ(portfolio.equity(), amount("11200"));
  const auto booked =
      portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.1", "50000"), "0.00625", bnb));
  EXPECT_EQ(booked.fee_reported, amount("3.75"));
  EXPECT_EQ(cash(bnb), amount("1.99375"));
  EXPECT_EQ(portfolio.book(kFirst, spot_id).position.quantity, quantity(spot, "0.1"));
  EXPECT_EQ(portfolio.equity(), amount("11196.25"));
}

TEST_F(PortfolioTest, EachStrategyHasItsOwnBook) {
  portfolio.book_fill(kFirst, fill(perpetual, Side::buy, "1", "50000"));
  portfolio.book_fill(kSecond, fill(perpetual, Side::sell, "0.4", "51000"));
  EXPECT_EQ(portfolio.book(kFirst, perpetual_id).position.quantity, quantity(perpetual, "1"));
  EXPECT_EQ(portfolio.book(kSecond, perpetual_id).position.quantity, quantity(perpetual, "-0.4"));
  EXPECT_EQ(portfolio.position(perpetual_id).quantity, quantity(perpetual, "0.6"));
  // For the account 0.4 was closed with a profit; the second strategy has only opened.
  EXPECT_EQ(cash(usdt), amount("10400"));
  EXPECT_TRUE(portfolio.book(kSecond, perpetual_id).realized.is_zero());
}

TEST_F(PortfolioTest, ABaseThatTwoMarketsTradeIsCountedOnce) {
  InstrumentTable three;
  const InstrumentId btc_usdt = test::add(three, test::spot("BTC"));
  InstrumentSpecification cross = test::spot("ETH", "BTC");
  cross.tick = decimal("0.00001");
  cross.min_notional = decimal("0.0001");
  const InstrumentId eth_btc = test::add(three, cross);
  const InstrumentId eth_usdt = test::add(three, test::spot("ETH"));
  Portfolio account(three, three[btc_usdt].quote(), 1);
  account.book_transfer({amount("1"), three[btc_usdt].base()});
  account.revalue(btc_usdt, price(three[btc_usdt], "50000"));
  account.revalue(eth_usdt, price(three[eth_usdt], "2500"));
  Fill buy;
  buy.instrument = eth_btc;
  buy.quantity = quantity(three[eth_btc], "10");
  buy.price = price(three[eth_btc], "0.05");
  buy.fee_asset = three[eth_btc].quote();
  account.book_fill(kFirst, buy);
  // Half of the bitcoin has become ether of the same value, and nothing is counted twice.
  EXPECT_EQ(account.equity(), amount("50000"));
  EXPECT_EQ(account.gross_exposure(), amount("50000"));
  EXPECT_EQ(account.net_exposure(), amount("50000"));
}

TEST_F(PortfolioTest, AMarketInAnotherQuoteAssetIsReportedInTheReportingAsset) {
  InstrumentTable two;
  const InstrumentId btc_usdt = test::add(two, test::spot("BTC"));
  InstrumentSpecification in_btc = test::perpetual("ETH", "BTC");
  in_btc.tick = decimal("0.00001");
  in_btc.min_notional = decimal("0.0001");
  const InstrumentId eth_btc = test::add(two, in_btc);
  Portfolio account(two, two[btc_usdt].quote(), 1);
  account.book_transfer({amount("1"), two[btc_usdt].base()});
  account.revalue(btc_usdt, price(two[btc_usdt], "50000"));
  Fill buy;
  buy.instrument = eth_btc;
  buy.quantity = quantity(two[eth_btc], "10");
  buy.price = price(two[eth_btc], "0.05");
  buy.fee_asset = two[eth_btc].quote();
  account.book_fill(kFirst, buy);
  account.revalue(eth_btc, price(two[eth_btc], "0.06"));
  EXPECT_EQ(account.exposure(eth_btc), amount("0.6"));
  EXPECT_EQ(account.equity(), amount("55000"));  // 1 BTC and 0.1 BTC of profit
  EXPECT_EQ(account.net_exposure(), amount("80000"));
}

TEST_F(PortfolioTest, CountsTheEquityInOtherAssets) {
  EXPECT_EQ(portfolio.equity_in(usdt), amount("10000"));
  EXPECT_EQ(portfolio.equity_in(btc), Amount());  // no price yet
  portfolio.revalue(spot_id, price(spot, "50000"));
  EXPECT_EQ(portfolio.equity_in(btc), amount("0.2"));
  portfolio.set_fixed_price(bnb, decimal("625"));
  EXPECT_EQ(portfolio.equity_in(bnb), amount("16"));
  portfolio.set_fixed_price(bnb, decimal("0.000000001"));
  EXPECT_EQ(portfolio.equity_in(bnb), amount("10000000000000"));
  portfolio.book_transfer({amount("100000000000000"), usdt});
  EXPECT_EQ(portfolio.equity_in(bnb), Amount());  // beyond what an amount can hold
}

TEST_F(PortfolioTest, ComesBackFromItsBinaryForm) {
  portfolio.set_fixed_price(bnb, decimal("600"));
  portfolio.book_fill(kFirst, with_fee(fill(spot, Side::buy, "0.1", "50000"), "0.0000333", btc));
  portfolio.book_fill(kSecond, with_fee(fill(perpetual, Side::sell, "0.2", "50100"), "0.01", bnb));
  Portfolio copy(table, usdt, 2);
  const auto bytes = encode(portfolio);
  Decoder decoder(bytes);
  decode_from(decoder, copy);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(encode(copy), bytes);
  copy.revalue(spot_id, price(spot, "51000"));
  portfolio.revalue(spot_id, price(spot, "51000"));
  EXPECT_EQ(copy.equity(), portfolio.equity());
}

// ---- properties
// --------------------------------------------------------------------------------------------------

/// Random fills of two strategies in several markets, with fees in every kind of asset.
class RandomAccount {
 public:
  explicit RandomAccount(std::uint64_t seed) : random_(seed) {
    portfolio.set_fixed_price(bnb, decimal("612.3456789"));
    portfolio.book_transfer({amount("1000000"), usdt});
    portfolio.book_transfer({amount("100"), bnb});
    for (const auto& instrument : table.all()) reprice(instrument.id());
  }

  InstrumentTable table;
  std::vector<InstrumentId> markets = {test::add(table, test::spot("BTC")),
                                       test::add(table, test::spot("ETH")), test::add(table, test::pepe()),
                                       test::add(table, test::perpetual("BTC")),
                                       test::add(table, test::perpetual("ETH"))};
  AssetId usdt = table[markets[0]].quote();
  AssetId bnb = table.add_asset("BNB");
  Portfolio portfolio{table, usdt, 2};
  Amount transferred = amount("1000000");

  void step() {
    const InstrumentId id = markets[random_.below(markets.size())];
    switch (random_.below(8)) {
      case 0: reprice(id); break;
      case 1: {
        const Amount flow = Amount::from_decimal({test::between(random_, -100'000, 100'000), 3});
        portfolio.book_transfer({flow, usdt});
        transferred += flow;
        break;
      }
      case 2:
        portfolio.book_funding({Amount::from_decimal({test::between(random_, -100'000, 100'000), 6}), usdt});
        break;
      default: trade(id);
    }
  }

  /// The equity from balances, positions and marks alone.
  [[nodiscard]] Amount recomputed_equity() const {
    Amount equity = portfolio.ledger().cash(usdt);
    equity += portfolio.ledger().cash(bnb).times(decimal("612.3456789"), Rounding::half_even);
    for (const InstrumentId id : markets) {
      const Instrument& instrument = table[id];
      const RawPrice mark = portfolio.mark(id);
      if (instrument.is_spot()) {
        equity += portfolio.ledger()
                      .cash(instrument.base())
                      .times({mark.units, instrument.price_scale()}, Rounding::half_even);
      } else {
        equity += portfolio.position(id).unrealized(instrument, mark);
      }
    }
    return equity;
  }

  [[nodiscard]] Amount explained_equity() const {
    Amount sum = transferred + portfolio.funding() - portfolio.fees();
    sum += amount("100").times(decimal("612.3456789"), Rounding::half_even);
    for (const InstrumentId id : markets) {
      for (const StrategyId strategy : {kFirst, kSecond}) {
        const SubBookEntry& entry = portfolio.book(strategy, id);
        sum += entry.realized + entry.position.unrealized(table[id], portfolio.mark(id));
      }
    }
    return sum;
  }

 private:
  void reprice(InstrumentId id) {
    const Instrument& instrument = table[id];
    const std::int64_t ticks = test::between(random_, 1'000, 2'000'000);
    portfolio.revalue(id, RawPrice(ticks * instrument.tick().units));
  }

  void trade(InstrumentId id) {
    const Instrument& instrument = table[id];
    const StrategyId strategy = random_.below(2) == 0 ? kFirst : kSecond;
    const std::int64_t held = portfolio.book(strategy, id).position.quantity.units;
    Fill fill;
    fill.instrument = id;
    fill.side = random_.below(2) == 0 ? Side::buy : Side::sell;
    fill.quantity = RawQuantity(test::between(random_, 1, 3'000));
    if (instrument.is_spot() && fill.side == Side::sell) {
      if (held <= 0) return;
      fill.quantity = RawQuantity(test::between(random_, 1, held));
    }
    fill.price = portfolio.mark(id);
    const Amount fee = instrument.notional(fill.price, fill.quantity)
                           .times({test::between(random_, -2, 10), 4}, Rounding::half_even);
    fill.fee_asset = usdt;
    fill.fee = fee;
    if (instrument.is_spot() && fill.side == Side::buy && random_.below(2) == 0) {
      fill.fee_asset = instrument.base();
      fill.fee = instrument.base_amount(fill.quantity)
                     .times({test::between(random_, 0, 10), 4}, Rounding::half_even);
    } else if (random_.below(4) == 0) {
      fill.fee_asset = bnb;
      fill.fee = fee.times({1, 3}, Rounding::half_even);
    }
    portfolio.book_fill(strategy, fill);
  }

  Prng random_;
};

class PortfolioProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PortfolioProperty, IncrementalEquityIsTheRecomputedOneAndTheLedgerBalances) {
  RandomAccount account(GetParam());
  for (int i = 0; i < 3'000; ++i) {
    account.step();
    ASSERT_EQ(account.portfolio.equity().format(), account.recomputed_equity().format()) << "step " << i;
  }
  for (std::uint32_t asset = 0; asset < account.table.asset_count(); ++asset) {
    EXPECT_TRUE(account.portfolio.ledger().residue(AssetId(asset)).is_zero());
  }
}

TEST_P(PortfolioProperty, BooksOfAllStrategiesMakeUpTheAccountsPosition) {
  RandomAccount account(GetParam() + 100);
  for (int i = 0; i < 3'000; ++i) account.step();
  std::size_t open = 0;
  for (const InstrumentId id : account.markets) {
    const RawQuantity sum = account.portfolio.book(kFirst, id).position.quantity +
                            account.portfolio.book(kSecond, id).position.quantity;
    EXPECT_EQ(account.portfolio.position(id).quantity, sum);
    open += sum.is_zero() ? 0U : 1U;
  }
  EXPECT_EQ(account.portfolio.open_positions(), open);
}

TEST_P(PortfolioProperty, NoPositionIsLargerThanTheBalanceBehindIt) {
  RandomAccount account(GetParam() + 200);
  for (int i = 0; i < 3'000; ++i) {
    account.step();
    for (const InstrumentId id : account.markets) {
      const Instrument& instrument = account.table[id];
      if (!instrument.is_spot()) continue;
      ASSERT_LE(instrument.base_amount(account.portfolio.position(id).quantity),
                account.portfolio.ledger().cash(instrument.base()))
          << "step " << i;
    }
  }
}

TEST_P(PortfolioProperty, ProfitsFeesAndFundingExplainTheEquity) {
  RandomAccount account(GetParam() + 300);
  std::uint64_t steps = 0;
  for (; steps < 3'000; ++steps) account.step();
  // Every fee in base leaves less than one raw unit unexplained, worth its mark at the most.
  Amount tolerance = amount("0.000001");
  for (const InstrumentId id : account.markets) {
    const Instrument& instrument = account.table[id];
    const RawPrice highest(2'000'000 * instrument.tick().units);
    tolerance += instrument.notional(highest, RawQuantity(static_cast<std::int64_t>(steps)));
  }
  const Amount unexplained = account.portfolio.equity() - account.explained_equity();
  EXPECT_LE(unexplained.absolute(), tolerance) << unexplained.format();
}

INSTANTIATE_TEST_SUITE_P(Seeds, PortfolioProperty, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace kontor::portfolio
