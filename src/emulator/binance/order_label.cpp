#include "emulator/binance/order_label.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace kontor::emulator::binance {

std::string OrderLabel::encode() const {
  return fmt::format("{} {} {} {} {} {}", type, self_trade, price_match, price_protect ? 1 : 0,
                     is_algo ? 1 : 0, callback_rate);
}

OrderLabel OrderLabel::of(const OrderRecord& order) {
  std::array<std::string_view, 6> words{};
  std::string_view rest = order.ticket.label;
  for (std::string_view& word : words) {
    word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  OrderLabel label;
  label.type = words[0].empty() ? "MARKET" : words[0];
  if (words[0].empty()) return label;
  label.self_trade = words[1];
  label.price_match = words[2];
  label.price_protect = words[3] == "1";
  label.is_algo = words[4] == "1";
  label.callback_rate = words[5];
  return label;
}

std::string_view side_text(Side side) noexcept { return side == Side::buy ? "BUY" : "SELL"; }

std::string_view time_in_force_text(const OrderTicket& ticket) noexcept {
  if (ticket.product == Product::linear && ticket.post_only) return "GTX";
  switch (ticket.time_in_force) {
    case TimeInForce::good_till_canceled: return "GTC";
    case TimeInForce::immediate_or_cancel: return "IOC";
    case TimeInForce::fill_or_kill: return "FOK";
    case TimeInForce::good_till_date: return "GTD";
  }
  return "GTC";
}

bool ends_at_once(const OrderTicket& ticket) noexcept {
  return !has_limit_price(ticket.type) || ticket.time_in_force == TimeInForce::immediate_or_cancel ||
         ticket.time_in_force == TimeInForce::fill_or_kill;
}

}  // namespace kontor::emulator::binance
