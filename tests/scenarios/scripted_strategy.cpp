#include "tests/scenarios/scripted_strategy.hpp"

#include <fmt/format.h>

namespace kontor::scenario {

ScriptedStrategy::ScriptedStrategy(strategy::Subscriptions subscriptions, Speaker speaker, Watch watch,
                                   std::vector<std::string>& seen)
    : subscriptions_(std::move(subscriptions)), speaker_(speaker), watch_(watch), seen_(&seen) {}

void ScriptedStrategy::see(bool watched, const std::string& what) {
  ++callbacks_;
  if (watched) seen_->push_back(fmt::format("sees {}", what));
}

void ScriptedStrategy::speak(Occasion occasion, std::uint64_t timer, strategy::Intents& out) {
  std::vector<Wish> kept;
  for (auto& wish : wishes_) {
    if (wish.occasion == occasion && (occasion != Occasion::timer || wish.timer == timer)) {
      wish.utter(out);
    } else {
      kept.push_back(std::move(wish));
    }
  }
  wishes_ = std::move(kept);
}

void ScriptedStrategy::on_bar(const strategy::View& view, const Bar& bar, strategy::Intents& out) {
  see(watch_.bars, fmt::format("{}{}", speaker_.by(view.strategy()), speaker_.bar(bar)));
  speak(Occasion::bar, 0, out);
}

void ScriptedStrategy::on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) {
  see(watch_.trades, fmt::format("{}{}", speaker_.by(view.strategy()), speaker_.trade(trade)));
  speak(Occasion::trade, 0, out);
}

void ScriptedStrategy::on_quote(const strategy::View& view, const Quote& quote, strategy::Intents& out) {
  see(watch_.quotes, fmt::format("{}{}", speaker_.by(view.strategy()), speaker_.quote(quote)));
  speak(Occasion::quote, 0, out);
}

void ScriptedStrategy::on_book(const strategy::View& view, const BookUpdate& update, strategy::Intents& out) {
  const Book& book = view.market(update.instrument).book;
  see(watch_.books, fmt::format("{}{}", speaker_.by(view.strategy()), speaker_.book(update, book)));
  speak(Occasion::book, 0, out);
}

void ScriptedStrategy::on_fill(const strategy::View& view, const Fill& fill, const execution::Order& order,
                               strategy::Intents& out) {
  see(watch_.fills,
      fmt::format("{}{} {}", speaker_.by(view.strategy()), speaker_.fill(fill), name_of(order.status)));
  speak(Occasion::fill, 0, out);
}

void ScriptedStrategy::on_order_closed(const strategy::View& view, const execution::Order& order,
                                       strategy::Intents& out) {
  see(watch_.closed, fmt::format("{}closed {}", speaker_.by(view.strategy()), speaker_.order_state(order)));
  speak(Occasion::closed, 0, out);
}

void ScriptedStrategy::on_timer(const strategy::View& view, std::uint64_t timer, strategy::Intents& out) {
  if (timer != kNow) {
    see(watch_.timers,
        fmt::format("{}timer {} at {}", speaker_.by(view.strategy()), timer, format_time(view.now())));
  }
  speak(Occasion::timer, timer, out);
}

}  // namespace kontor::scenario
