#include <algorithm>
#include <array>

#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

using venue::Execution;
using venue::OrderReport;

/// What an order that came to its end by itself was refused for, by the venue's words.
struct RefusalWord {
  std::string_view word;
  RejectReason reason;
};
constexpr std::array kRefusalWords = {
    RefusalWord{"INSUFFICIENT_BALANCES", RejectReason::insufficient_balance},
    RefusalWord{"INSUFFICIENT_BALANCE", RejectReason::insufficient_balance},
    RefusalWord{"STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY", RejectReason::stop_would_trigger},
    RefusalWord{"WOULD_MATCH_IMMEDIATELY", RejectReason::post_only_would_take},
};

RejectReason reason_of(std::string_view text) noexcept {
  const auto* const found = std::ranges::find(kRefusalWords, text, &RefusalWord::word);
  return found == kRefusalWords.end() ? RejectReason::none : found->reason;
}

/// Liquidations and deleveraging come as orders with names that only the venue gives.
bool is_of_liquidation(std::string_view client_order_id) noexcept {
  return client_order_id.starts_with("autoclose-") || client_order_id.starts_with("adl_autoclose");
}

/// What an event about an order says: the order, and the execution that it is about if it is about one.
struct OrderEvent {
  OrderReport order;
  Execution execution;
  std::string_view change;              ///< `NEW`, `TRADE`, `CANCELED` …
  std::string_view original_client_id;  ///< of an order that was canceled by a request with a name of its own
  Letters seen;
  bool has_trailing_delta = false;
  bool has_worked = false;  ///< spot: it stands or stood in the book
};

/// `CALCULATED` is how USDⓈ-M tells of the fill that closes a liquidated position.
bool is_of_execution(const OrderEvent& event) noexcept {
  return event.change == "TRADE" || (event.change == "CALCULATED" && !event.execution.quantity.is_zero());
}

void tell_order_event(ParseState& state, OrderEvent& event) {
  event.seen.want(state.reader, "scSofqpxXizT");
  if (!event.original_client_id.empty()) event.order.client_order_id = event.original_client_id;
  if (is_of_execution(event)) {
    event.seen.want(state.reader, "lLtm");
    Execution& execution = event.execution;
    execution.symbol = event.order.symbol;
    execution.client_order_id = event.order.client_order_id;
    execution.venue_order_id = event.order.venue_order_id;
    execution.ts_venue = event.order.ts_venue;
    execution.side = event.order.side;
    execution.is_liquidation = is_of_liquidation(event.order.client_order_id);
    state.tell(execution);
  }
  state.tell(event.order);
}

/// The letters that both products use alike.
void take_order_field(ParseState& state, OrderEvent& event, char key, std::string_view name, Value value) {
  auto& reader = state.reader;
  OrderReport& order = event.order;
  Execution& execution = event.execution;
  event.seen.add(key);
  const auto by_product = [&](std::string_view text) {
    return parse_order_type(text, state.context.product);
  };
  switch (key) {
    case 's': order.symbol = reader.text(name, value); break;
    case 'c': order.client_order_id = reader.text(name, value); break;
    case 'S': order.side = reader.word(name, value, parse_side); break;
    case 'q': order.quantity = reader.decimal(name, value); break;
    case 'p': order.price = reader.decimal(name, value); break;
    case 'x': event.change = reader.text(name, value); break;
    case 'X': order.status = reader.word(name, value, parse_status); break;
    case 'i': order.venue_order_id = reader.text(name, value); break;
    case 'z': order.filled = reader.decimal(name, value); break;
    case 'T': order.ts_venue = reader.milliseconds(name, value); break;
    case 'l': execution.quantity = reader.decimal(name, value); break;
    case 'L': execution.price = reader.decimal(name, value); break;
    case 'n': execution.fee = reader.decimal_or_zero(name, value); break;
    case 'N': execution.fee_asset = reader.optional_text(name, value); break;
    case 't': execution.trade_id = trade_id_of(reader.text(name, value)); break;
    case 'm': execution.liquidity = reader.flag(name, value) ? Liquidity::maker : Liquidity::taker; break;
    case 'o': {
      const TypeMeaning type = reader.word(name, value, by_product);
      order.type = type.type;
      order.post_only = order.post_only || type.post_only;
      break;
    }
    case 'f': {
      const TimeInForceMeaning meaning = reader.word(name, value, parse_time_in_force);
      order.time_in_force = meaning.time_in_force;
      order.post_only = order.post_only || meaning.post_only;
      break;
    }
    default: break;
  }
}

void parse_execution_report(ParseState& state, Object object) {
  auto& reader = state.reader;
  OrderEvent event;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    switch (key.front()) {
      case 'd': event.has_trailing_delta = true; break;
      case 'W': event.has_worked = event.has_worked || reader.milliseconds(key, value) > 0; break;
      case 'P': event.order.trigger_price = reader.decimal(key, value); break;
      case 'C': event.original_client_id = reader.optional_text(key, value); break;
      case 'w': event.has_worked = reader.flag(key, value) || event.has_worked; break;
      case 'r':
        if (const auto text = reader.text(key, value); text != "NONE") event.order.reason_text = text;
        event.order.reason = reason_of(event.order.reason_text);
        break;
      default: take_order_field(state, event, key.front(), key, value);
    }
  });
  settle_spot_trigger(event.order, event.has_worked, event.has_trailing_delta);
  tell_order_event(state, event);
}

void parse_order_trade_update(ParseState& state, Object object) {
  auto& reader = state.reader;
  OrderEvent event;
  const auto take = [&](std::string_view key, Value value) {
    if (key == "ap") event.order.average_price = reader.decimal(key, value);
    if (key == "sp") event.order.trigger_price = reader.decimal(key, value);
    if (key == "ps") event.order.position_side = reader.word(key, value, parse_position_side);
    if (key == "rp") event.execution.realised = reader.optional_decimal(key, value);
    if (key.size() != 1) return;
    if (key == "R") event.order.reduce_only = reader.flag(key, value);
    take_order_field(state, event, key.front(), key, value);
  };
  if (auto inner = reader.find(object, "o")) {
    reader.for_each(reader.object("o", *inner), take);
  } else {
    reader.note("o", "an order", "none");
  }
  tell_order_event(state, event);
}

/// A conditional order of USDⓈ-M.
void parse_algo_update(ParseState& state, Object object) {
  auto& reader = state.reader;
  OrderReport order{.symbol = {}, .is_conditional = true};
  std::string_view status;
  bool has_side = false;
  bool has_type = false;
  bool has_quantity = false;
  const auto by_product = [](std::string_view text) { return parse_order_type(text, Product::linear); };
  const auto take = [&](std::string_view key, Value value) {
    if (key == "caid") order.client_order_id = reader.text(key, value);
    if (key == "aid") order.venue_order_id = reader.text(key, value);
    if (key == "ai") order.working_order_id = reader.optional_text(key, value);
    if (key == "o") {
      order.type = reader.word(key, value, by_product).type;
      has_type = true;
    }
    if (key == "s") order.symbol = reader.text(key, value);
    if (key == "S") {
      order.side = reader.word(key, value, parse_side);
      has_side = true;
    }
    if (key == "ps") order.position_side = reader.word(key, value, parse_position_side);
    if (key == "f") {
      const TimeInForceMeaning meaning = reader.word(key, value, parse_time_in_force);
      order.time_in_force = meaning.time_in_force;
      order.post_only = meaning.post_only;
    }
    if (key == "q") {
      order.quantity = reader.decimal(key, value);
      has_quantity = true;
    }
    if (key == "ap") order.average_price = reader.decimal_or_zero(key, value);
    if (key == "aq") order.filled = reader.decimal_or_zero(key, value);
    if (key == "tp") order.trigger_price = reader.decimal_or_zero(key, value);
    if (key == "p") order.price = reader.decimal_or_zero(key, value);
    if (key == "R") order.reduce_only = reader.flag(key, value);
    if (key == "rm") order.reason_text = reader.optional_text(key, value);
    if (key == "X") {
      status = reader.text(key, value);
      order.status = reader.word(key, value, parse_status);
    }
  };
  if (const auto time = reader.find(object, "T")) order.ts_venue = reader.milliseconds("T", *time);
  if (auto inner = reader.find(object, "o")) {
    reader.for_each(reader.object("o", *inner), take);
  } else {
    reader.note("o", "an order", "none");
  }
  reader.want({{"s", !order.symbol.empty()},
               {"aid", !order.venue_order_id.empty()},
               {"caid", !order.client_order_id.empty()},
               {"S", has_side},
               {"X", !status.empty()},
               {"o", has_type},
               {"q", has_quantity}});
  settle_conditional(order, status);
  state.tell(order);
}

/// Balances of spot.
void parse_account_position(ParseState& state, Object object) {
  auto& reader = state.reader;
  TimeNs time = 0;
  if (const auto updated = reader.find(object, "u")) time = reader.milliseconds("u", *updated);
  auto list = reader.find(object, "B");
  if (!list) return reader.note("B", "balances", "none");
  reader.for_each(reader.array("B", *list), [&](Value one) {
    venue::AssetBalance balance{.asset = {}, .ts_venue = time};
    std::optional<Decimal> free;
    std::optional<Decimal> locked;
    reader.for_each(reader.object("B", one), [&](std::string_view key, Value value) {
      if (key == "a") balance.asset = reader.text(key, value);
      if (key == "f") free = reader.decimal(key, value);
      if (key == "l") locked = reader.decimal(key, value);
    });
    reader.want({{"a", !balance.asset.empty()}, {"f", free.has_value()}, {"l", locked.has_value()}});
    tell_balance(state, balance, free.value_or(Decimal{}), locked.value_or(Decimal{}));
  });
}

void parse_linear_balance(ParseState& state, Value one, TimeNs time) {
  auto& reader = state.reader;
  venue::AssetBalance balance{.asset = {}, .ts_venue = time};
  bool has_total = false;
  reader.for_each(reader.object("B", one), [&](std::string_view key, Value value) {
    if (key == "a") balance.asset = reader.text(key, value);
    if (key == "wb") {
      balance.total = reader.decimal(key, value);
      has_total = true;
    }
  });
  reader.want({{"a", !balance.asset.empty()}, {"wb", has_total}});
  state.tell(balance);
}

void parse_linear_position(ParseState& state, Value one, TimeNs time) {
  auto& reader = state.reader;
  venue::PositionReport position{.symbol = {}, .ts_venue = time};
  bool has_quantity = false;
  reader.for_each(reader.object("P", one), [&](std::string_view key, Value value) {
    if (key == "s") position.symbol = reader.text(key, value);
    if (key == "pa") {
      position.quantity = reader.decimal(key, value);
      has_quantity = true;
    }
    if (key == "ep") position.entry_price = reader.decimal(key, value);
    if (key == "up") position.unrealised = reader.decimal(key, value);
    if (key == "mt") position.margin_mode = reader.word(key, value, parse_margin_mode);
    if (key == "ps") position.position_side = reader.word(key, value, parse_position_side);
  });
  reader.want({{"s", !position.symbol.empty()}, {"pa", has_quantity}});
  state.tell(position);
}

/// An event that nobody here reads.
void ignore(ParseState& state, std::string_view event) {
  state.tell(venue::StreamStatus{.status = venue::StreamEvent::other, .topic = event});
}

/// Balances and positions of USDⓈ-M.
void parse_account_update(ParseState& state, Object object) {
  auto& reader = state.reader;
  TimeNs time = 0;
  if (const auto stamp = reader.find(object, "T")) time = reader.milliseconds("T", *stamp);
  auto account = reader.find(object, "a");
  if (!account) return reader.note("a", "an account", "none");
  reader.for_each(reader.object("a", *account), [&](std::string_view key, Value value) {
    if (key == "B")
      reader.for_each(reader.array(key, value), [&](Value one) { parse_linear_balance(state, one, time); });
    if (key == "P")
      reader.for_each(reader.array(key, value), [&](Value one) { parse_linear_position(state, one, time); });
  });
}

/// The leverage of a symbol; what else is told so (`ai`, several assets as margin) has no place here.
void parse_config_update(ParseState& state, Object object, std::string_view event) {
  auto& reader = state.reader;
  auto inner = reader.find(object, "ac");
  if (!inner) return ignore(state, event);
  venue::AccountSetting setting;
  reader.for_each(reader.object("ac", *inner), [&](std::string_view key, Value value) {
    if (key == "s") setting.symbol = reader.text(key, value);
    if (key == "l") setting.leverage = reader.decimal(key, value);
  });
  reader.want({{"s", !setting.symbol.empty()}, {"l", setting.leverage.has_value()}});
  state.tell(setting);
}

}  // namespace

bool parse_user_event(ParseState& state, std::string_view event, Object object) {
  if (event == "executionReport") return parse_execution_report(state, object), true;
  if (event == "ORDER_TRADE_UPDATE") return parse_order_trade_update(state, object), true;
  if (event == "ALGO_UPDATE") return parse_algo_update(state, object), true;
  if (event == "outboundAccountPosition") return parse_account_position(state, object), true;
  if (event == "ACCOUNT_UPDATE") return parse_account_update(state, object), true;
  if (event == "ACCOUNT_CONFIG_UPDATE") return parse_config_update(state, object, event), true;
  // A fill told early and without its fee: the event of the order follows and says all of it.
  if (event == "TRADE_LITE") return ignore(state, event), true;
  if (event == "listenKeyExpired" || event == "eventStreamTerminated") {
    state.tell(venue::StreamStatus{.status = venue::StreamEvent::expired});
    return true;
  }
  return false;
}

}  // namespace kontor::binance
