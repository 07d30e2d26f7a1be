#include "tests/scenarios/wish_parser.hpp"

#include <fmt/format.h>

namespace kontor::scenario {
namespace {

using strategy::Intents;

Occasion parse_occasion(const std::string& word) {
  const std::pair<std::string_view, Occasion> occasions[] = {
      {"bar", Occasion::bar},     {"trade", Occasion::trade}, {"quote", Occasion::quote},
      {"book", Occasion::book},   {"fill", Occasion::fill},   {"closed", Occasion::closed},
      {"timer", Occasion::timer},
  };
  for (const auto& [name, occasion] : occasions) {
    if (name == word) return occasion;
  }
  throw ScenarioFault(
      fmt::format("expected an occasion (bar, trade, quote, book, fill, closed, timer), found '{}'", word));
}

Side parse_side(Words& line) {
  if (line.take_if("buy")) return Side::buy;
  line.expect("sell");
  return Side::sell;
}

void parse_trigger(Words& line, const Instrument& instrument, NewOrder& order, OrderType market,
                   OrderType limit) {
  order.type = market;
  order.trigger_price = line.price(instrument);
  if (!line.take_if("@")) return;
  order.type = limit;
  order.limit_price = line.price(instrument);
}

void parse_type(Words& line, const Instrument& instrument, NewOrder& order) {
  if (line.take_if("market")) {
    order.type = OrderType::market;
  } else if (line.take_if("@")) {
    order.type = OrderType::limit;
    order.limit_price = line.price(instrument);
  } else if (line.take_if("stop")) {
    parse_trigger(line, instrument, order, OrderType::stop_market, OrderType::stop_limit);
  } else if (line.take_if("take")) {
    parse_trigger(line, instrument, order, OrderType::take_profit_market, OrderType::take_profit_limit);
  } else {
    line.expect("trail");
    order.type = OrderType::trailing_stop;
    order.trailing_offset = line.price(instrument);
    if (line.take_if("from")) order.trigger_price = line.price(instrument);
  }
}

bool parse_flag(Words& line, NewOrder& order) {
  if (line.take_if("post_only")) {
    order.post_only = true;
  } else if (line.take_if("reduce_only")) {
    order.reduce_only = true;
  } else if (line.take_if("ioc")) {
    order.time_in_force = TimeInForce::immediate_or_cancel;
  } else if (line.take_if("fok")) {
    order.time_in_force = TimeInForce::fill_or_kill;
  } else if (line.take_if("until")) {
    order.time_in_force = TimeInForce::good_till_date;
    order.expire_at = scenario_time(line.take("a time"));
  } else if (line.take_if("on_mark")) {
    order.trigger_source = TriggerSource::mark;
  } else if (line.take_if("as")) {
    line.expect("take_profit");
    order.role = GroupRole::take_profit;
    order.group = GroupId(1);
  } else if (line.take_if("tag")) {
    order.tag = line.number("a tag");
  } else {
    return false;
  }
  return true;
}

std::function<void(Intents&)> parse_bracket(Words& line, const Setup& setup) {
  strategy::PlaceBracket bracket;
  bracket.entry = parse_order(line, setup);
  const Instrument& instrument = setup.instruments[bracket.entry.instrument];
  line.expect("with");
  if (line.take_if("stop")) bracket.stop_price = line.price(instrument);
  if (line.take_if("limit")) bracket.stop_limit = line.price(instrument);
  if (line.take_if("trail")) bracket.trailing_offset = line.price(instrument);
  if (line.take_if("target")) bracket.target_price = line.price(instrument);
  return [bracket](Intents& out) { out.place(bracket); };
}

std::function<void(Intents&)> parse_pair(Words& line, const Setup& setup) {
  strategy::PlaceOneCancelsOther pair;
  pair.side = parse_side(line);
  const std::string quantity = line.take("a quantity");
  pair.instrument = setup.instrument(line);
  const Instrument& instrument = setup.instruments[pair.instrument];
  pair.quantity = must(instrument.raw_quantity(must(Decimal::parse(quantity))));
  line.expect("stop");
  pair.stop_price = line.price(instrument);
  line.expect("target");
  pair.target_price = line.price(instrument);
  return [pair](Intents& out) { out.place(pair); };
}

std::function<void(Intents&)> parse_amendment(Words& line, const Setup& setup) {
  AmendOrder amend;
  amend.id = OrderId(line.number("an order"));
  const std::string quantity = line.take("a quantity");
  amend.instrument = setup.instrument(line);
  const Instrument& instrument = setup.instruments[amend.instrument];
  amend.quantity = must(instrument.raw_quantity(must(Decimal::parse(quantity))));
  line.expect("@");
  amend.limit_price = line.price(instrument);
  return [amend](Intents& out) { out.amend(amend); };
}

execution::DesiredOrder parse_desired(Words& line, const Instrument& instrument) {
  execution::DesiredOrder order;
  order.side = parse_side(line);
  order.quantity = line.quantity(instrument);
  line.expect("@");
  order.price = line.price(instrument);
  order.post_only = !line.take_if("may_take");
  order.reduce_only = line.take_if("reduce_only");
  if (line.take_if("tag")) order.tag = line.number("a tag");
  return order;
}

std::function<void(Intents&)> parse_desire(Words& line, const Setup& setup) {
  const InstrumentId id = setup.instrument(line);
  std::vector<execution::DesiredOrder> orders;
  if (!line.take_if("none")) {
    do {
      orders.push_back(parse_desired(line, setup.instruments[id]));
    } while (line.take_if(","));
  }
  return [id, orders](Intents& out) {
    out.desire_in(id);
    for (const auto& order : orders) out.desire(order);
  };
}

std::function<void(Intents&)> parse_timer(Words& line, TimeNs now) {
  const std::uint64_t timer = line.number("a timer");
  TimeNs at = 0;
  if (line.take_if("in")) {
    at = now + line.duration("a duration");
  } else {
    line.expect("at");
    at = scenario_time(line.take("a time"));
  }
  return [at, timer](Intents& out) { out.set_timer(at, timer); };
}

std::function<void(Intents&)> parse_utterance(Words& line, const Setup& setup, TimeNs now) {
  if (line.take_if("bracket")) return parse_bracket(line, setup);
  if (line.take_if("oco")) return parse_pair(line, setup);
  if (line.take_if("amend")) return parse_amendment(line, setup);
  if (line.take_if("orders")) return parse_desire(line, setup);
  if (line.take_if("timer")) return parse_timer(line, now);
  if (line.take_if("cancel")) {
    const OrderId order(line.number("an order"));
    return [order](Intents& out) { out.cancel(order); };
  }
  if (line.take_if("cancel_all")) {
    const InstrumentId instrument = setup.instrument(line);
    return [instrument](Intents& out) { out.cancel_all(instrument); };
  }
  if (line.take_if("skip")) return [](Intents& out) { out.skip("the scenario says so"); };
  const NewOrder order = parse_order(line, setup);
  return [order](Intents& out) { out.place(order); };
}

}  // namespace

NewOrder parse_order(Words& line, const Setup& setup) {
  NewOrder order;
  order.side = parse_side(line);
  const std::string quantity = line.take("a quantity");
  order.instrument = setup.instrument(line);
  const Instrument& instrument = setup.instruments[order.instrument];
  order.quantity = must(instrument.raw_quantity(must(Decimal::parse(quantity))));
  parse_type(line, instrument, order);
  while (parse_flag(line, order)) {
  }
  return order;
}

ParsedWish parse_wish(Words& line, const Setup& setup, TimeNs now) {
  ParsedWish parsed;
  if (line.take_if("on")) {
    parsed.wish.occasion = parse_occasion(line.take("an occasion"));
    if (parsed.wish.occasion == Occasion::timer) parsed.wish.timer = line.number("a timer");
  }
  line.expect("want");
  if (line.take_if("by")) parsed.strategy = setup.strategy(line.take("a strategy"));
  parsed.wish.utter = parse_utterance(line, setup, now);
  line.finish();
  return parsed;
}

}  // namespace kontor::scenario
