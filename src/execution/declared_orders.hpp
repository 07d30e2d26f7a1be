#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <boost/describe/class.hpp>

#include "execution/desired_orders.hpp"

namespace kontor::execution {

/// The prices that decide whether the venue may answer differently than before.
struct MarketTop {
  RawPrice bid;
  RawPrice ask;
  RawPrice last;
  bool operator==(const MarketTop&) const noexcept = default;
  BOOST_DESCRIBE_CLASS(MarketTop, (), (bid, ask, last), (), ())
};

/// What one strategy wants to be working in one instrument: its word holds until it speaks again, however the
/// venue answers. Fills are taken off it, so that what has been bought is not bought again.
///
/// Two things can keep the open orders from being what is wanted. An order that waits for an answer cannot be
/// changed: `deferred` says that the difference is to be taken again with the next answer. And the venue may
/// refuse: what it refused is held back until the market has moved, at most kMaxRetries times, so that no
/// refusal answers the other without an end.
class Declaration {
 public:
  static constexpr std::uint32_t kMaxRetries = 16;
  static constexpr std::uint32_t kMaxCorrections = 1'000;

  /// The strategy's new word; an empty list wants nothing.
  void declare(std::span<const DesiredOrder> wanted, const MarketTop& market);
  /// The strategy has taken its orders into its own hands.
  void forget() noexcept { stands_ = false; }
  [[nodiscard]] bool stands() const noexcept { return stands_; }

  /// The list to work towards now: what is wanted, with what the venue refused held back.
  [[nodiscard]] std::span<const DesiredOrder> working_list() const noexcept {
    return holds_back_ ? possible_ : wanted_;
  }
  /// The difference to the working list was taken with the event `seq`; `deferred`: a part of it has to wait.
  void worked(std::uint64_t seq, bool deferred) noexcept {
    worked_at_ = seq;
    deferred_ = deferred;
  }

  /// `filled` more of the order, which has it in its books already.
  void on_fill(const Order& order, RawQuantity filled);
  /// The venue has not taken the order, or has ended it by itself.
  void on_gone(const Order& order);
  /// The venue has left the order as it was.
  void on_amend_refused(const Order& order);
  void on_cancel_refused(const Order& order);

  [[nodiscard]] bool holds_back() const noexcept { return holds_back_ && retries_ < kMaxRetries; }
  /// True if the difference is to be taken again after an answer about the order with the event `seq`: it was
  /// waited for, or the market has moved since something was refused. Not twice with one event, and not for
  /// an open order that is as it should be.
  [[nodiscard]] bool look_again(const Order& answered, const MarketTop& market, std::uint64_t seq);
  /// The same where there is only a market that has moved.
  [[nodiscard]] bool try_again(const MarketTop& market);

 private:
  void hold_back();

  std::vector<DesiredOrder> wanted_;
  std::vector<DesiredOrder> possible_;  ///< only where something is held back
  MarketTop seen_;                      ///< when the working list was made
  std::uint64_t worked_at_ = 0;
  std::uint32_t retries_ = 0;
  std::uint32_t corrections_ = 0;
  bool stands_ = false;
  bool deferred_ = false;
  bool holds_back_ = false;

  BOOST_DESCRIBE_CLASS(Declaration, (), (), (),
                       (wanted_, possible_, seen_, worked_at_, retries_, corrections_, stands_, deferred_,
                        holds_back_))
};

/// The declarations of all strategies.
class DeclaredOrders {
 public:
  DeclaredOrders(std::size_t strategies, std::size_t instruments)
      : declarations_(strategies * instruments), held_back_(instruments) {}

  [[nodiscard]] Declaration& of(StrategyId strategy, InstrumentId instrument) noexcept {
    return declarations_[strategy.index() * held_back_.size() + instrument.index()];
  }
  /// True if a move of the instrument's market concerns somebody.
  [[nodiscard]] bool holds_back(InstrumentId instrument) const noexcept {
    return held_back_[instrument.index()];
  }
  void set_holds_back(InstrumentId instrument, bool value) noexcept {
    held_back_[instrument.index()] = value;
  }

 private:
  std::vector<Declaration> declarations_;  ///< strategy × instrument
  std::vector<std::uint8_t> held_back_;    ///< by InstrumentId

  BOOST_DESCRIBE_CLASS(DeclaredOrders, (), (), (), (declarations_, held_back_))
};

}  // namespace kontor::execution
