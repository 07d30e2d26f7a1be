#include "storage/tables.hpp"

#include <array>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::storage {
namespace {

enum class Sql : std::uint8_t {
  session,
  strategy,
  instrument,
  begin_run,
  end_run,
  event,
  order,
  command_order,
  transition,
  update_order,
  fill,
  refusal,
  breaker,
  equity,
  clear_positions,
  position,
  clear_balances,
  balance,
  progress,
  checkpoint,
  last_record,
};

/// By Sql.
constexpr std::array<std::string_view, 21> kSql{
    "INSERT INTO sessions (session, parent, account, seed, reporting_asset, begun, status, trading, "
    "last_seq, "
    "last_time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', 'running', 0, ?6)",
    "INSERT INTO strategies (session, strategy, name) VALUES (?, ?, ?)",
    "INSERT INTO instruments (session, instrument, venue, symbol, kind, base, quote, tick, step, "
    "min_quantity, "
    "max_quantity, min_notional, multiplier, maker_fee, taker_fee, max_leverage) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO runs (session, first_seq, begun, build, token, configuration) VALUES (?, ?, ?, ?, ?, ?)",
    "UPDATE runs SET last_seq = ?2, ended = ?3, reason = ?4 WHERE session = ?1 AND first_seq = "
    "(SELECT max(first_seq) FROM runs WHERE session = ?1)",
    "INSERT INTO events (session, seq, time, type, order_id, strategy, instrument) VALUES (?, ?, ?, ?, ?, ?, "
    "?)",
    "INSERT INTO orders (session, order_id, strategy, instrument, side, type, time_in_force, trigger_source, "
    "post_only, reduce_only, role, order_group, quantity, limit_price, trigger_price, trailing_offset, "
    "expires, tag, "
    "seq, cause, created, status, triggered, working_quantity, working_price, filled_quantity, "
    "filled_notional, "
    "updated_seq, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
    "?17, ?18, "
    "?19, ?20, ?21, 'sent', 0, ?13, ?14, ?22, '0', ?19, ?21)",
    "UPDATE orders SET status = ?3, updated_seq = ?4, updated = ?5 WHERE session = ?1 AND order_id = ?2",
    "INSERT INTO order_transitions (session, order_id, seq, time, from_status, to_status, filled_quantity, "
    "reason) "
    "SELECT session, order_id, ?3, ?4, nullif(status, ?5), ?5, coalesce(?6, filled_quantity), ?7 FROM orders "
    "WHERE session = ?1 AND order_id = ?2 AND (status <> ?5 OR seq = ?3)",
    "UPDATE orders SET status = ?3, updated_seq = ?4, updated = ?5, reason = ?6, triggered = ?7, "
    "working_quantity = ?8, working_price = ?9, filled_quantity = ?10, filled_notional = ?11, "
    "closed = CASE WHEN ?12 THEN coalesce(closed, ?5) END WHERE session = ?1 AND order_id = ?2",
    "INSERT INTO fills (session, seq, part, time, venue_time, order_id, strategy, instrument, trade_id, "
    "side, "
    "liquidity, liquidation, price, quantity, notional, fee, fee_asset, fee_reported, fee_quantity, "
    "realized, "
    "position_after, equity_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO refusals (session, seq, time, cause, strategy, instrument, reasons, skipped) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO breaker_changes (session, seq, time, cause, breaker, strategy, instrument, from_level, "
    "to_level, reason, value, threshold, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO equity_snapshots (session, period, time, equity, net_exposure, gross_exposure, "
    "fees, "
    "funding, open_positions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "DELETE FROM positions WHERE session = ?",
    "INSERT INTO positions (session, strategy, instrument, quantity, cost, mark, unrealized, realized, fees) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "DELETE FROM balances WHERE session = ?",
    "INSERT INTO balances (session, asset, cash, capital, trading, realized, fees, funding) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "UPDATE sessions SET status = ?, trading = ?, last_seq = ?, last_time = ? WHERE session = ?",
    "INSERT OR REPLACE INTO checkpoints (session, seq, last_record, engine) VALUES (?, ?, ?, ?)",
    "UPDATE checkpoints SET last_record = ? WHERE session = ?",
};

Statement& pick(std::vector<Statement>& statements, Sql which) {
  return statements[static_cast<std::size_t>(which)];
}

template <class Enum>
std::string_view name_in_table(Enum value) {
  return boost::describe::enum_to_string(value, "unknown");
}

std::optional<std::string_view> reason_text(RejectReason reason) {
  if (reason == RejectReason::none) return std::nullopt;
  return name_in_table(reason);
}

/// A price, or nothing where there is none.
std::optional<std::string> price_text(const Instrument& instrument, RawPrice price) {
  if (price.units == 0) return std::nullopt;
  return instrument.price(price).format();
}

std::string quantity_text(const Instrument& instrument, RawQuantity quantity) {
  return instrument.quantity(quantity).format();
}

std::string reasons_json(std::span<const RejectReason> reasons) {
  std::string text = "[";
  for (const auto reason : reasons)
    text += fmt::format("{}\"{}\"", text.size() == 1 ? "" : ",", name_in_table(reason));
  return text + "]";
}

}  // namespace

Result<Tables> Tables::make(Database& database, const InstrumentTable& instruments, std::string session) {
  Tables tables(instruments, std::move(session));
  for (const auto sql : kSql) {
    TRY(auto statement, database.prepare(sql));
    tables.statements_.push_back(std::move(statement));
  }
  return tables;
}

Result<void> Tables::add_session(const journal::Identity& identity, AssetId reporting_asset, TimeNs begun) {
  return pick(statements_, Sql::session)
      .run(session_, identity.parent, identity.account, fmt::to_string(identity.seed),
           instruments_->asset_name(reporting_asset), begun);
}

Result<void> Tables::add_strategy(StrategyId strategy, std::string_view name) {
  return pick(statements_, Sql::strategy).run(session_, strategy.value, name);
}

Result<void> Tables::add_instruments() {
  for (const auto& instrument : instruments_->all()) {
    const auto& of = instrument.specification();
    TRY_VOID(pick(statements_, Sql::instrument)
                 .run(session_, of.name.format(), of.name.venue, of.name.symbol, name_in_table(of.kind),
                      of.base, of.quote, of.tick.format(), of.step.format(), of.min_quantity.format(),
                      of.max_quantity.format(), of.min_notional.format(), of.multiplier.format(),
                      of.maker_fee.format(), of.taker_fee.format(), of.max_leverage.format()));
  }
  return {};
}

Result<void> Tables::begin_run(const Origin& origin, const journal::Identity& identity,
                               std::string_view configuration_hash) {
  return pick(statements_, Sql::begin_run)
      .run(session_, origin.seq, origin.time, identity.build, identity.token, configuration_hash);
}

Result<void> Tables::end_run(const Origin& origin, std::string_view reason) {
  return pick(statements_, Sql::end_run).run(session_, origin.seq, origin.time, reason);
}

Result<void> Tables::add_event(const Origin& origin, std::string_view type, const Subject& subject) {
  std::optional<std::uint64_t> order;
  std::optional<std::uint32_t> strategy;
  std::optional<std::string> instrument;
  if (subject.order) order = subject.order->value;
  if (subject.strategy) strategy = subject.strategy->value;
  if (subject.instrument) instrument = at(*subject.instrument).name().format();
  return pick(statements_, Sql::event)
      .run(session_, origin.seq, origin.time, type, order, strategy, instrument);
}

Result<void> Tables::add_order(const Origin& origin, std::uint64_t cause, const NewOrder& order) {
  const Instrument& instrument = at(order.instrument);
  std::optional<std::string_view> trigger_source;
  std::optional<std::uint64_t> group;
  std::optional<TimeNs> expires;
  if (has_trigger(order.type)) trigger_source = name_in_table(order.trigger_source);
  if (order.group.value != 0) group = order.group.value;
  if (order.time_in_force == TimeInForce::good_till_date) expires = order.expire_at;
  TRY_VOID(pick(statements_, Sql::order)
               .run(session_, order.id.value, order.strategy.value, instrument.name().format(),
                    name_in_table(order.side), name_in_table(order.type), name_in_table(order.time_in_force),
                    trigger_source, order.post_only, order.reduce_only, name_in_table(order.role), group,
                    quantity_text(instrument, order.quantity), price_text(instrument, order.limit_price),
                    price_text(instrument, order.trigger_price),
                    price_text(instrument, order.trailing_offset), expires, order.tag, origin.seq, cause,
                    origin.time, quantity_text(instrument, RawQuantity())));
  return pick(statements_, Sql::transition)
      .run(session_, order.id.value, origin.seq, origin.time, name_in_table(OrderStatus::sent), std::nullopt,
           std::nullopt);
}

Result<void> Tables::command_order(const Origin& origin, OrderId order, OrderStatus status) {
  TRY_VOID(pick(statements_, Sql::transition)
               .run(session_, order.value, origin.seq, origin.time, name_in_table(status), std::nullopt,
                    std::nullopt));
  return pick(statements_, Sql::command_order)
      .run(session_, order.value, name_in_table(status), origin.seq, origin.time);
}

Result<void> Tables::update_order(const Origin& origin, const execution::Order& order, OrderStatus status) {
  const Instrument& instrument = at(order.request.instrument);
  const auto filled = quantity_text(instrument, order.filled);
  TRY_VOID(pick(statements_, Sql::transition)
               .run(session_, order.id().value, origin.seq, origin.time, name_in_table(status), filled,
                    reason_text(order.reason)));
  return pick(statements_, Sql::update_order)
      .run(session_, order.id().value, name_in_table(status), origin.seq, origin.time,
           reason_text(order.reason), order.triggered, quantity_text(instrument, order.quantity),
           price_text(instrument, order.limit_price), filled, order.filled_notional.format(),
           is_terminal(status));
}

Result<void> Tables::add_fill(const Origin& origin, std::uint64_t part, const engine::FillBooked& fill,
                              RawQuantity fee_quantity) {
  const Fill& of = fill.fill;
  const Instrument& instrument = at(of.instrument);
  std::optional<std::uint64_t> order;
  if (fill.order.id.value != 0) order = fill.order.id.value;
  return pick(statements_, Sql::fill)
      .run(session_, origin.seq, part, origin.time, of.ts_venue, order, fill.order.strategy.value,
           instrument.name().format(), of.trade.value, name_in_table(of.side), name_in_table(of.liquidity),
           of.liquidation, instrument.price(of.price).format(), quantity_text(instrument, of.quantity),
           instrument.notional(of.price, of.quantity).format(), of.fee.format(),
           instruments_->asset_name(of.fee_asset), fill.booked.fee_reported.format(),
           quantity_text(instrument, fee_quantity), fill.booked.realized.format(),
           quantity_text(instrument, fill.booked.position_after), fill.equity_after.format());
}

Result<void> Tables::add_refusal(const Origin& origin, const journal::IntentRefused& refusal) {
  std::optional<std::string_view> skipped;
  if (!refusal.skipped.empty()) skipped = refusal.skipped;
  return pick(statements_, Sql::refusal)
      .run(session_, origin.seq, origin.time, refusal.cause, refusal.strategy.value,
           at(refusal.instrument).name().format(), reasons_json(refusal.reasons), skipped);
}

Result<void> Tables::add_breaker(const Origin& origin, const BreakerChanged& change) {
  std::optional<std::uint32_t> strategy;
  if (change.strategy) strategy = change.strategy->value;
  std::optional<std::string> instrument;
  if (change.instrument) instrument = at(*change.instrument).name().format();
  std::optional<TimeNs> until;
  if (change.until != 0) until = change.until;
  return pick(statements_, Sql::breaker)
      .run(session_, origin.seq, origin.time, change.cause, name_in_table(change.breaker), strategy,
           instrument, name_in_table(change.from), name_in_table(change.to), name_in_table(change.reason),
           change.value.format(), change.threshold.format(), until);
}

Result<void> Tables::add_equity(std::string_view period, TimeNs time, const portfolio::Portfolio& portfolio) {
  return pick(statements_, Sql::equity)
      .run(session_, period, time, portfolio.equity().format(), portfolio.net_exposure().format(),
           portfolio.gross_exposure().format(), portfolio.fees().format(), portfolio.funding().format(),
           portfolio.open_positions());
}

Result<void> Tables::add_position(std::optional<StrategyId> strategy, InstrumentId id,
                                  const Position& position, const portfolio::SubBookEntry* book,
                                  RawPrice mark) {
  const Instrument& instrument = at(id);
  std::optional<std::uint32_t> number;
  std::optional<std::string> unrealized;
  std::optional<std::string> realized;
  std::optional<std::string> fees;
  if (strategy) number = strategy->value;
  if (mark.units != 0) unrealized = position.unrealized(instrument, mark).format();
  if (book != nullptr) {
    realized = book->realized.format();
    fees = book->fees.format();
  }
  return pick(statements_, Sql::position)
      .run(session_, number, instrument.name().format(), quantity_text(instrument, position.quantity),
           position.cost.format(), price_text(instrument, mark), unrealized, realized, fees);
}

Result<void> Tables::replace_positions(const portfolio::Portfolio& portfolio) {
  TRY_VOID(pick(statements_, Sql::clear_positions).run(session_));
  for (const auto& instrument : instruments_->all()) {
    const InstrumentId id = instrument.id();
    const RawPrice mark = portfolio.mark(id);
    bool touched = !portfolio.position(id).is_flat();
    for (std::uint32_t i = 0; i < portfolio.strategies(); ++i) {
      const auto& book = portfolio.book(StrategyId(i), id);
      if (book.position.is_flat() && book.realized.is_zero() && book.fees.is_zero()) continue;
      touched = true;
      TRY_VOID(add_position(StrategyId(i), id, book.position, &book, mark));
    }
    if (touched) TRY_VOID(add_position(std::nullopt, id, portfolio.position(id), nullptr, mark));
  }
  return {};
}

Result<void> Tables::replace_balances(const portfolio::Portfolio& portfolio) {
  using portfolio::LedgerAccount;
  TRY_VOID(pick(statements_, Sql::clear_balances).run(session_));
  for (std::uint32_t i = 0; i < instruments_->asset_count(); ++i) {
    const auto on = [&](LedgerAccount account) {
      return portfolio.ledger().balance(AssetId(i), account).format();
    };
    TRY_VOID(pick(statements_, Sql::balance)
                 .run(session_, instruments_->asset_name(AssetId(i)), on(LedgerAccount::cash),
                      on(LedgerAccount::capital), on(LedgerAccount::trading), on(LedgerAccount::realized),
                      on(LedgerAccount::fees), on(LedgerAccount::funding)));
  }
  return {};
}

Result<void> Tables::note_progress(const SessionProgress& progress) {
  return pick(statements_, Sql::progress)
      .run(std::string_view(progress.closed ? "closed" : "open"), name_in_table(progress.trading),
           progress.last.seq, progress.last.time, session_);
}

Result<void> Tables::replace_checkpoint(const Checkpoint& checkpoint) {
  return pick(statements_, Sql::checkpoint)
      .run(session_, checkpoint.seq, checkpoint.last_record, checkpoint.engine);
}

Result<void> Tables::move_last_record(std::string_view last_record) {
  return pick(statements_, Sql::last_record).run(last_record, session_);
}

}  // namespace kontor::storage
