// What a scenario may ask of its world, and what must hold in it at any time.

#include <fmt/format.h>

#include "tests/scenarios/world.hpp"

namespace kontor::scenario {

std::string World::answer(Words& line) const {
  std::string text = line.take_if("state") ? "state " + answer_state(line) : std::string();
  if (text.empty()) {
    line.expect("venue");
    text = "venue " + answer_venue(line);
  }
  return text;
}

std::string World::answer_state(Words& line) const {
  const auto& state = engine_->state();
  const auto& portfolio = state.portfolio;
  const std::string key = line.take("what to look at");
  if (key == "position" || key == "result") return answer_book(line, key);
  if (key == "ledger") return answer_ledger(line);
  if (key == "equity") return fmt::format("equity {}", portfolio.equity().format());
  if (key == "fees") return fmt::format("fees {}", portfolio.fees().format());
  if (key == "funding") return fmt::format("funding {}", portfolio.funding().format());
  if (key == "open_orders") return fmt::format("open_orders {}", state.orders.open_count());
  if (key == "trading") return answer_trading(line);
  if (key == "cash") {
    const std::string asset = line.take("an asset");
    return fmt::format("cash {} {}", asset,
                       portfolio.ledger().cash(must(setup_.instruments.find_asset(asset))).format());
  }
  if (key == "exposure") {
    return fmt::format("exposure net {} gross {}", portfolio.net_exposure().format(),
                       portfolio.gross_exposure().format());
  }
  if (key == "timer") {
    return fmt::format("timer {}",
                       state.timers.next_due() == kTimeMax ? "none" : format_time(state.timers.next_due()));
  }
  if (key == "order") {
    const OrderId id(line.number("an order"));
    const auto* order = state.orders.find(id);
    return order != nullptr ? speaker_.order_state(*order) : fmt::format("order {} unknown_here", id.value);
  }
  throw ScenarioFault(fmt::format("unknown state '{}'", key));
}

std::string World::answer_book(Words& line, const std::string& key) const {
  const auto& portfolio = engine_->state().portfolio;
  std::string text = key;
  std::optional<StrategyId> strategy;
  if (line.take_if("by")) {
    const std::string name = line.take("a strategy");
    strategy = setup_.strategy(name);
    text += " by " + name;
  }
  const InstrumentId id = setup_.instrument(line);
  const Instrument& instrument = setup_.instruments[id];
  text += " " + speaker_.symbol(id);
  if (key == "result") {
    const auto& book = portfolio.book(strategy.value_or(StrategyId(0)), id);
    return fmt::format("{} realized {} fees {}", text, book.realized.format(), book.fees.format());
  }
  const Position& position = strategy ? portfolio.book(*strategy, id).position : portfolio.position(id);
  return fmt::format("{} {} cost {}", text, instrument.quantity(position.quantity).format(),
                     speaker_.money({position.cost, instrument.quote()}));
}

/// Of the account, or as it holds for a strategy in an instrument.
std::string World::answer_trading(Words& line) const {
  const auto& state = engine_->state();
  if (!line.take_if("by")) {
    // The state comes last; a word before it is an instrument.
    if (line.all().size() < 4) return fmt::format("trading {}", name_of(state.trading_of_account()));
    const InstrumentId id = setup_.instrument(line);
    const auto trading = risk::stricter(state.trading_of_account(), state.safety.of(id));
    return fmt::format("trading {} {}", speaker_.symbol(id), name_of(trading));
  }
  const std::string name = line.take("a strategy");
  const auto trading = risk::stricter(state.trading_of_account(), state.safety.of(setup_.strategy(name)));
  return fmt::format("trading by {} {}", name, name_of(trading));
}

std::string World::answer_ledger(Words& line) const {
  const auto& ledger = engine_->state().portfolio.ledger();
  const std::string asset = line.take("an asset");
  const AssetId id = must(setup_.instruments.find_asset(asset));
  std::string text = fmt::format("ledger {}", asset);
  for (std::size_t i = 0; i < portfolio::kLedgerAccounts; ++i) {
    const auto account = static_cast<portfolio::LedgerAccount>(i);
    if (ledger.balance(id, account).is_zero()) continue;
    text += fmt::format(" {} {}", name_of(account), ledger.balance(id, account).format());
  }
  return text;
}

std::string World::answer_venue(Words& line) const {
  if (!venue_) throw ScenarioFault("expected a `simulate` line before a venue is asked");
  const std::string key = line.take("what to look at");
  if (key == "open_orders") return fmt::format("open_orders {}", venue_->open_orders());
  if (key == "equity") return fmt::format("equity {}", venue_->equity(setup_.reporting_asset).format());
  if (key == "cash") {
    const std::string asset = line.take("an asset");
    const AssetId id = must(setup_.instruments.find_asset(asset));
    std::string text = fmt::format("cash {} {} reserved {} free {}", asset, venue_->balance(id).format(),
                                   venue_->reserved(id).format(), venue_->free(id).format());
    if (!venue_->position_margin(id).is_zero()) text += " margin " + venue_->position_margin(id).format();
    return text;
  }
  const InstrumentId id = setup_.instrument(line);
  if (key == "mark") {
    return fmt::format("mark {} {}", speaker_.symbol(id), speaker_.price(id, venue_->mark(id)));
  }
  if (key != "position") throw ScenarioFault(fmt::format("unknown thing at the venue: '{}'", key));
  const Position& position = venue_->position(id);
  const Instrument& instrument = setup_.instruments[id];
  return fmt::format("position {} {} cost {}", speaker_.symbol(id),
                     instrument.quantity(position.quantity).format(),
                     speaker_.money({position.cost, instrument.quote()}));
}

// ---- what must hold
// ---------------------------------------------------------------------------------------------

/// The equity by definition, from the ledger's balances and the net positions; the engine keeps it
/// incrementally.
Amount World::equity_from_scratch() const {
  const auto& portfolio = engine_->state().portfolio;
  const auto& table = setup_.instruments;
  Amount equity;
  for (std::uint32_t i = 0; i < table.asset_count(); ++i) {
    const AssetId asset(i);
    const Amount cash = portfolio.ledger().cash(asset);
    if (asset == setup_.reporting_asset) {
      equity += cash;
      continue;
    }
    std::optional<Decimal> price;
    for (const auto& [fixed, value] : setup_.fixed_prices) {
      if (fixed == asset) price = value;
    }
    for (auto it = table.all().rbegin(); it != table.all().rend(); ++it) {  // the first one values it
      const bool values = it->is_spot() && it->base() == asset && it->quote() == setup_.reporting_asset;
      if (values) price = it->price(portfolio.mark(it->id())).value;
    }
    if (price) equity += cash.times(*price, Rounding::half_even);
  }
  for (const auto& instrument : table.all()) {
    if (instrument.is_spot() || instrument.quote() != setup_.reporting_asset) continue;
    const RawPrice mark = portfolio.mark(instrument.id());
    if (mark.units != 0) equity += portfolio.position(instrument.id()).unrealized(instrument, mark);
  }
  return equity;
}

std::string World::broken_invariant() const {
  const auto& portfolio = engine_->state().portfolio;
  for (std::uint32_t i = 0; i < setup_.instruments.asset_count(); ++i) {
    const Amount residue = portfolio.ledger().residue(AssetId(i));
    if (!residue.is_zero()) {
      return fmt::format("the ledger of {} has a residue of {}", setup_.instruments.asset_name(AssetId(i)),
                         residue.format());
    }
  }
  for (const auto& instrument : setup_.instruments.all()) {
    RawQuantity sum;
    for (std::uint32_t i = 0; i < setup_.strategies.size(); ++i) {
      sum += portfolio.book(StrategyId(i), instrument.id()).position.quantity;
    }
    const RawQuantity net = portfolio.position(instrument.id()).quantity;
    if (sum != net) {
      return fmt::format("the books of {} add up to {}, the account holds {}", instrument.name().symbol,
                         instrument.quantity(sum).format(), instrument.quantity(net).format());
    }
  }
  const Amount expected = equity_from_scratch();
  // Rests below a raw unit are valued one by one: each may round by half a unit of 1e-18.
  const bool equal = (expected - portfolio.equity()).absolute() <= Amount::from_units(2);
  if (!equal) {
    return fmt::format("the equity is {}, its definition gives {}", portfolio.equity().format(),
                       expected.format());
  }
  return {};
}

std::string World::fault_at_end() const {
  for (const auto* strategy : scripted_) {
    if (strategy->unspoken() > 0) return "a wish was never spoken: its occasion did not come";
  }
  if (venue_) {
    const std::size_t under_way = link_->commands_in_flight() + link_->reports_in_flight() + receipts_.size();
    if (under_way > 0) return fmt::format("{} messages are still under way: add a wait", under_way);
    for (std::uint32_t i = 0; i < setup_.instruments.asset_count(); ++i) {
      const Amount ours = engine_->state().portfolio.ledger().cash(AssetId(i));
      const Amount theirs = venue_->balance(AssetId(i));
      if (ours == theirs) continue;
      return fmt::format("the ledger has {} {}, the venue {}", ours.format(),
                         setup_.instruments.asset_name(AssetId(i)), theirs.format());
    }
  }
  std::vector<std::string> ignored;
  engine::Engine other(engine_settings(ignored));
  const auto bytes = engine_->snapshot();
  if (const auto restored = other.restore(bytes); !restored) return restored.error().message;
  if (other.snapshot() != bytes) return "the snapshot changes when it is restored";
  return {};
}

}  // namespace kontor::scenario
