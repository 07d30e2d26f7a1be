#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.hpp"
#include "base/result.hpp"
#include "model/market_data.hpp"
#include "model/order.hpp"
#include "strategy/intents.hpp"
#include "strategy/parameters.hpp"
#include "strategy/view.hpp"

namespace kontor::strategy {

/// Bars that a strategy wants to be told of. Closed bars only, each once, ascending.
struct BarSubscription {
  InstrumentId instrument;
  Timeframe timeframe;
  auto operator<=>(const BarSubscription&) const = default;
};

/// What a strategy listens to. Fills of its own orders and its timers always come.
struct Subscriptions {
  std::vector<BarSubscription> bars{};
  std::vector<InstrumentId> trades{};
  std::vector<InstrumentId> quotes{};
  std::vector<InstrumentId> books{};
};

/// Something that a strategy knows about itself and a report should show, such as what it expects to earn.
struct Fact {
  std::string name;
  std::string value;
};

/// Bars that lie ahead, shown one after the other. What has been shown has happened: a strategy acts after
/// the last bar that it has seen, so none can act on one that is still to come.
class BarWalk {
 public:
  explicit BarWalk(const BarRows& bars) noexcept : bars_(bars) {}

  /// Shows the next bar, and the next, up to and with the first of which `look` says that there is something
  /// to do.
  template <class Look>
  void show(Look&& look) {
    std::size_t row = seen_;
    bool is_found = false;
    while (row < bars_.count && !is_found) is_found = look(bars_.bar(row++));
    seen_ = row;
  }
  /// How many have been shown.
  [[nodiscard]] std::size_t seen() const noexcept { return seen_; }

 private:
  BarRows bars_;
  std::size_t seen_ = 0;
};

/// The port of M24: a strategy reads the const view and returns intents; it never calls out, has no clock and
/// no chance, and cannot tell a backtest from live trading. Called by one thread. All state that decisions
/// depend on goes through save() and load().
class Strategy {
 public:
  Strategy() = default;
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;
  virtual ~Strategy() = default;

  [[nodiscard]] virtual Subscriptions subscriptions() const = 0;
  /// Bars of the subscribed timeframe that must have been seen before the first decision.
  [[nodiscard]] virtual std::size_t warmup_bars() const { return 0; }

  virtual void on_bar(const View& /*view*/, const Bar& /*bar*/, Intents& /*out*/) {}
  virtual void on_trade(const View& /*view*/, const Trade& /*trade*/, Intents& /*out*/) {}
  virtual void on_quote(const View& /*view*/, const Quote& /*quote*/, Intents& /*out*/) {}
  /// The book in the view is the one after the update.
  virtual void on_book(const View& /*view*/, const BookUpdate& /*update*/, Intents& /*out*/) {}
  virtual void on_fill(const View& /*view*/, const Fill& /*fill*/, const execution::Order& /*order*/,
                       Intents& /*out*/) {}
  /// An order of ours has ended without being filled completely: rejected, canceled or expired.
  virtual void on_order_closed(const View& /*view*/, const execution::Order& /*order*/, Intents& /*out*/) {}
  virtual void on_timer(const View& /*view*/, std::uint64_t /*timer*/, Intents& /*out*/) {}

  /// For reports, at the end of a run or whenever somebody looks; nothing decides on it.
  [[nodiscard]] virtual std::vector<Fact> facts() const { return {}; }

  /// The parameters that it goes by; nullptr: it has none that could change.
  [[nodiscard]] virtual const Parameters* parameters() const { return nullptr; }
  /// Goes by other parameters from the next decision on. Position, own book and open orders stay, and so does
  /// what it has seen, as far as the other parameters look at it in the same way: an indicator of another
  /// length begins anew and warms up. A strategy that declares its orders declares them anew with the next
  /// event that it is told of. False if these parameters are impossible; then nothing has changed.
  virtual bool change_parameters(const Parameters& /*parameters*/) { return false; }

  virtual void save(Encoder& encoder) const = 0;
  virtual void load(Decoder& decoder) = 0;

  // A strategy that tells from bars alone whether there is anything to do may be shown many of them before it
  // sees the state again. on_bar() is then a look, and act() where that found something.
  /// Looks at bars of its subscription as on_bar() would. Where it looks at none it is told of each.
  virtual void look_through(BarWalk& /*bars*/) {}
  /// Does what is to be done about the last bar that it has looked at.
  virtual void act(const View& /*view*/, const Bar& /*bar*/, Intents& /*out*/) {}
};

/// What a strategy is made for.
struct StrategyContext {
  const InstrumentTable& instruments;
  InstrumentId instrument;  ///< the one that this instance trades
  Timeframe timeframe;      ///< of the bars that it decides on
};

/// A strategy as users see it: name, what it does, parameters, and how to make one.
struct StrategyDescriptor {
  std::string_view name;
  std::string_view summary;
  std::vector<ParameterDescriptor> parameters;
  /// Makes an instance; faults between parameters (fast ≥ slow) are usage errors.
  Result<std::unique_ptr<Strategy>> (*make)(const StrategyContext&, const Parameters&) = nullptr;
  OrderType entry_type = OrderType::market;  ///< of the orders by which it comes to a position
};

/// All built-in strategies by name, ascending.
[[nodiscard]] const std::vector<StrategyDescriptor>& builtin_strategies();
/// The descriptor of that name; an unknown name is an error that names the nearest ones.
[[nodiscard]] Result<const StrategyDescriptor*> find_strategy(std::string_view name);

}  // namespace kontor::strategy
