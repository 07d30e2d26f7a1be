#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

using venue::Execution;
using venue::OrderReport;

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
};

void tell_order_event(ParseState& state, OrderEvent& event) {
  if (!event.original_client_id.empty()) event.order.client_order_id = event.original_client_id;
  if (event.change == "TRADE") {
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
    case 't': execution.trade_id = reader.text(name, value); break;
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
  bool is_in_book = false;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    switch (key.front()) {
      case 'P': event.order.trigger_price = reader.decimal(key, value); break;
      case 'C': event.original_client_id = reader.optional_text(key, value); break;
      case 'w': is_in_book = reader.flag(key, value); break;
      case 'r':
        if (const auto text = reader.text(key, value); text != "NONE") event.order.reason_text = text;
        break;
      default: take_order_field(state, event, key.front(), key, value);
    }
  });
  event.order.is_conditional = has_trigger(event.order.type) && !is_in_book;
  event.order.is_triggered = has_trigger(event.order.type) && is_in_book;
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
  const auto by_product = [](std::string_view text) { return parse_order_type(text, Product::linear); };
  const auto take = [&](std::string_view key, Value value) {
    if (key == "caid") order.client_order_id = reader.text(key, value);
    if (key == "aid") order.venue_order_id = reader.text(key, value);
    if (key == "ai") order.working_order_id = reader.optional_text(key, value);
    if (key == "o") order.type = reader.word(key, value, by_product).type;
    if (key == "s") order.symbol = reader.text(key, value);
    if (key == "S") order.side = reader.word(key, value, parse_side);
    if (key == "ps") order.position_side = reader.word(key, value, parse_position_side);
    if (key == "f") order.time_in_force = reader.word(key, value, parse_time_in_force).time_in_force;
    if (key == "q") order.quantity = reader.decimal(key, value);
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
    Decimal free;
    Decimal locked;
    reader.for_each(reader.object("B", one), [&](std::string_view key, Value value) {
      if (key == "a") balance.asset = reader.text(key, value);
      if (key == "f") free = reader.decimal(key, value);
      if (key == "l") locked = reader.decimal(key, value);
    });
    tell_balance(state, balance, free, locked);
  });
}

void parse_linear_balance(ParseState& state, Value one, TimeNs time) {
  auto& reader = state.reader;
  venue::AssetBalance balance{.asset = {}, .ts_venue = time};
  reader.for_each(reader.object("B", one), [&](std::string_view key, Value value) {
    if (key == "a") balance.asset = reader.text(key, value);
    if (key == "wb") balance.total = reader.decimal(key, value);
  });
  state.tell(balance);
}

void parse_linear_position(ParseState& state, Value one, TimeNs time) {
  auto& reader = state.reader;
  venue::PositionReport position{.symbol = {}, .ts_venue = time};
  reader.for_each(reader.object("P", one), [&](std::string_view key, Value value) {
    if (key == "s") position.symbol = reader.text(key, value);
    if (key == "pa") position.quantity = reader.decimal(key, value);
    if (key == "ep") position.entry_price = reader.decimal(key, value);
    if (key == "up") position.unrealised = reader.decimal(key, value);
    if (key == "mt") position.margin_mode = reader.word(key, value, parse_margin_mode);
    if (key == "ps") position.position_side = reader.word(key, value, parse_position_side);
  });
  state.tell(position);
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

void parse_config_update(ParseState& state, Object object) {
  auto& reader = state.reader;
  venue::AccountSetting setting;
  if (auto inner = reader.find(object, "ac"))
    reader.for_each(reader.object("ac", *inner), [&](std::string_view key, Value value) {
      if (key == "s") setting.symbol = reader.text(key, value);
      if (key == "l") setting.leverage = reader.decimal(key, value);
    });
  state.tell(setting);
}

/// A fill of USDⓈ-M told early and without its fee: the event of the order follows and says all of it.
void ignore(ParseState& state, std::string_view event) {
  state.tell(venue::StreamStatus{.event = venue::StreamEvent::other, .topic = event});
}

}  // namespace

bool parse_user_event(ParseState& state, std::string_view event, Object object) {
  if (event == "executionReport") return parse_execution_report(state, object), true;
  if (event == "ORDER_TRADE_UPDATE") return parse_order_trade_update(state, object), true;
  if (event == "ALGO_UPDATE") return parse_algo_update(state, object), true;
  if (event == "outboundAccountPosition") return parse_account_position(state, object), true;
  if (event == "ACCOUNT_UPDATE") return parse_account_update(state, object), true;
  if (event == "ACCOUNT_CONFIG_UPDATE") return parse_config_update(state, object), true;
  if (event == "TRADE_LITE") return ignore(state, event), true;
  if (event == "listenKeyExpired" || event == "eventStreamTerminated") {
    state.tell(venue::StreamStatus{.event = venue::StreamEvent::expired});
    return true;
  }
  return false;
}

}  // namespace kontor::binance
