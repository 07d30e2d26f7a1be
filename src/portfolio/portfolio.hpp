#pragma once

#include <optional>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/amount.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"
#include "model/order.hpp"
#include "model/position.hpp"
#include "portfolio/ledger.hpp"

namespace kontor::portfolio {

/// One strategy's own view of what it holds in one instrument and what that has brought in.
struct SubBookEntry {
  Position position;
  Amount realized;  ///< before fees, quote asset
  Amount fees;      ///< in the reporting asset
  BOOST_DESCRIBE_CLASS(SubBookEntry, (), (position, realized, fees), (), ())
};

/// What booking one fill did.
struct BookedFill {
  Amount realized;      ///< profit realised in the strategy's book, before fees, quote asset
  Amount fee_reported;  ///< the fee valued in the reporting asset
  RawQuantity position_after;
};

/// What one strategy had in an execution by which the venue itself closed a position.
struct LiquidatedPart {
  StrategyId strategy;
  Fill fill;  ///< with the part's quantity and fee
  BookedFill booked;
};

/// The account: one exact ledger, the net position per instrument, a sub-book per strategy, and the equity,
/// kept up to date incrementally. Owned by the engine's state; one thread.
class Portfolio {
 public:
  /// `instruments` must outlive the portfolio. Equity is counted in `reporting_asset`. An asset without an
  /// instrument against the reporting asset is valued by `set_fixed_price`, otherwise at zero.
  Portfolio(const InstrumentTable& instruments, AssetId reporting_asset, std::size_t strategies);

  void set_fixed_price(AssetId asset, const Decimal& price);

  /// Money from or to outside.
  void book_transfer(const Money& money);
  void book_funding(const Money& money);
  /// Moves `amount` from the cost of the account's position on margin into the balance, as realised profit;
  /// the equity stays. Nothing happens where nothing is held, or on spot.
  void restate_cost(InstrumentId instrument, Amount amount);
  /// Books an execution into the ledger, the account and the strategy's book.
  BookedFill book_fill(StrategyId strategy, const Fill& fill);
  /// Books an execution by which the venue itself closed what the account holds: in the ledger and the
  /// account as a whole, in the books of the strategies that hold it each its part, in their order.
  std::vector<LiquidatedPart> book_liquidation(const Fill& fill);
  /// Values everything that depends on the instrument's price at `mark`.
  void revalue(InstrumentId instrument, RawPrice mark) noexcept {
    auto& value = values_[instrument.index()];
    value.mark = mark;
    if (depends_on(instrument)) refresh(instrument);
  }

  /// True if the equity moves with the instrument's price.
  [[nodiscard]] bool depends_on(InstrumentId instrument) const noexcept {
    const auto& value = values_[instrument.index()];
    return !value.held.is_zero() || value.inexact;
  }

  [[nodiscard]] AssetId reporting_asset() const noexcept { return reporting_asset_; }
  /// Balances and positions at their marks, in the reporting asset.
  [[nodiscard]] Amount equity() const noexcept { return equity_; }
  /// The same counted in another asset, to nine digits; zero where nothing says what that asset is worth.
  [[nodiscard]] Amount equity_in(AssetId asset) const noexcept {
    return asset == reporting_asset_ ? equity_ : converted_equity(asset);
  }
  /// Signed market value of what is held of the instrument, in its quote asset.
  [[nodiscard]] Amount exposure(InstrumentId instrument) const noexcept {
    return values_[instrument.index()].exposure;
  }
  /// Sums over all instruments in the reporting asset, signed and of absolute values. Summed up when asked
  /// for.
  [[nodiscard]] Amount net_exposure() const noexcept;
  [[nodiscard]] Amount gross_exposure() const noexcept;
  [[nodiscard]] bool has_position() const noexcept { return open_positions_ > 0; }
  [[nodiscard]] std::size_t open_positions() const noexcept { return open_positions_; }
  [[nodiscard]] RawPrice mark(InstrumentId instrument) const noexcept {
    return values_[instrument.index()].mark;
  }
  [[nodiscard]] const Ledger& ledger() const noexcept { return ledger_; }
  [[nodiscard]] std::size_t strategies() const noexcept {
    return positions_.empty() ? 0 : books_.size() / positions_.size();
  }
  /// The account's position: the sum over all strategies.
  [[nodiscard]] const Position& position(InstrumentId instrument) const noexcept {
    return positions_[instrument.index()];
  }
  [[nodiscard]] const SubBookEntry& book(StrategyId strategy, InstrumentId instrument) const noexcept {
    return books_[strategy.index() * positions_.size() + instrument.index()];
  }
  /// All fees paid so far, each valued in the reporting asset when it was paid.
  [[nodiscard]] Amount fees() const noexcept { return fees_; }
  [[nodiscard]] Amount funding() const noexcept { return funding_; }
  /// The instrument whose price values an asset, where one does.
  [[nodiscard]] std::optional<InstrumentId> valued_by(AssetId asset) const noexcept {
    return asset_values_[asset.index()].instrument;
  }
  /// An amount of an asset valued in the reporting asset at the present marks; zero where nothing values the
  /// asset.
  [[nodiscard]] Amount reported(AssetId asset, Amount amount) const noexcept;

 private:
  /// What the equity contains because of one instrument: the base asset it values (spot), or the profit not
  /// yet realised (perpetual).
  struct InstrumentValue {
    RawPrice mark;
    RawQuantity held;          ///< whole raw units of what is valued here
    Amount rest;               ///< the part of a balance below one raw unit (fees in base can leave one)
    bool inexact = false;      ///< rest is not zero
    bool values_base = false;  ///< this spot instrument values its base asset
    Amount equity_part;        ///< reporting asset
    Amount exposure;           ///< quote asset
    BOOST_DESCRIBE_CLASS(InstrumentValue, (), (mark, held, rest, inexact, values_base, equity_part, exposure),
                         (), ())
  };
  struct AssetValue {
    std::optional<InstrumentId> instrument;  ///< whose price values the asset
    std::optional<Decimal> fixed_price;
    BOOST_DESCRIBE_CLASS(AssetValue, (), (instrument, fixed_price), (), ())
  };

  void book_account(const Instrument& instrument, const Fill& fill);
  BookedFill book_part(StrategyId strategy, const Instrument& instrument, const Fill& fill);
  [[nodiscard]] RawQuantity liquidated(StrategyId strategy, const Fill& fill) const noexcept;
  [[nodiscard]] std::vector<LiquidatedPart> parts_of(const Fill& fill) const;
  void book_spot(const Instrument& instrument, const Fill& fill, Amount notional);
  void change_cash(AssetId asset, Amount amount, LedgerAccount counterpart);
  [[nodiscard]] Amount cash_value(AssetId asset) const noexcept;
  [[nodiscard]] Amount converted_equity(AssetId asset) const noexcept;
  [[nodiscard]] bool counts_exposure(const Instrument& instrument) const noexcept;
  [[nodiscard]] Amount reported_exposure(const Instrument& instrument) const noexcept;
  [[nodiscard]] Amount fee_value(const Instrument& instrument, const Fill& fill) const noexcept;
  Amount pay_fee_in_base(const Instrument& instrument, const Fill& fill, SubBookEntry& entry) noexcept;
  void refresh(InstrumentId instrument) noexcept;
  void rehold(InstrumentId instrument) noexcept;
  SubBookEntry& book_of(StrategyId strategy, InstrumentId instrument) noexcept {
    return books_[strategy.index() * positions_.size() + instrument.index()];
  }

  const InstrumentTable* instruments_;
  AssetId reporting_asset_;
  Ledger ledger_;
  std::vector<Position> positions_;
  std::vector<SubBookEntry> books_;
  std::vector<InstrumentValue> values_;
  std::vector<AssetValue> asset_values_;
  Amount equity_;
  Amount fees_;
  Amount funding_;
  std::uint64_t open_positions_ = 0;

  BOOST_DESCRIBE_CLASS(Portfolio, (), (), (),
                       (ledger_, positions_, books_, values_, asset_values_, equity_, fees_, funding_,
                        open_positions_))
};

}  // namespace kontor::portfolio
