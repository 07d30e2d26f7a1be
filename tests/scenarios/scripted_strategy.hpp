#pragma once

#include <functional>
#include <string>
#include <vector>

#include "strategy/strategy.hpp"
#include "tests/scenarios/text.hpp"

namespace kontor::scenario {

/// When a scripted wish is uttered.
enum class Occasion : std::uint8_t { timer, bar, trade, quote, book, fill, closed };

/// The timer by which the runner lets a strategy speak at once.
inline constexpr std::uint64_t kNow = UINT64_MAX;

/// Something that a scripted strategy asks for, once, at the next such occasion.
struct Wish {
  Occasion occasion = Occasion::timer;
  std::uint64_t timer = kNow;  ///< Occasion::timer only
  std::function<void(strategy::Intents&)> utter;
};

/// A strategy that does what the lines of a scenario say, and writes down what it is told.
class ScriptedStrategy final : public strategy::Strategy {
 public:
  /// `seen` receives one line for every callback whose name is in `watched`.
  ScriptedStrategy(strategy::Subscriptions subscriptions, Speaker speaker, Watch watch,
                   std::vector<std::string>& seen);

  void add(Wish wish) { wishes_.push_back(std::move(wish)); }
  /// Wishes that no occasion has come for.
  [[nodiscard]] std::size_t unspoken() const noexcept { return wishes_.size(); }

  [[nodiscard]] strategy::Subscriptions subscriptions() const override { return subscriptions_; }
  void on_bar(const strategy::View& view, const Bar& bar, strategy::Intents& out) override;
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override;
  void on_quote(const strategy::View& view, const Quote& quote, strategy::Intents& out) override;
  void on_book(const strategy::View& view, const BookUpdate& update, strategy::Intents& out) override;
  void on_fill(const strategy::View& view, const Fill& fill, const execution::Order& order,
               strategy::Intents& out) override;
  void on_order_closed(const strategy::View& view, const execution::Order& order,
                       strategy::Intents& out) override;
  void on_timer(const strategy::View& view, std::uint64_t timer, strategy::Intents& out) override;

  void save(Encoder& encoder) const override { encode_into(encoder, callbacks_); }
  void load(Decoder& decoder) override { decode_from(decoder, callbacks_); }

 private:
  void speak(Occasion occasion, std::uint64_t timer, strategy::Intents& out);
  void see(bool watched, const std::string& what);

  strategy::Subscriptions subscriptions_;
  Speaker speaker_;
  Watch watch_;
  std::vector<std::string>* seen_;
  std::vector<Wish> wishes_;
  std::uint64_t callbacks_ = 0;
};

}  // namespace kontor::scenario
