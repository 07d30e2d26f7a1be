#include "emulator/account_desk.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace kontor::emulator {
namespace {

/// Works off the reports of one call into a wallet.
class ReportDesk {
 public:
  ReportDesk(ExchangeCore& core, Account& account, Product product, BalanceCause cause)
      : core_(core),
        account_(account),
        product_(product),
        wallet_(account.wallet(product)),
        cause_(cause),
        reports_(wallet_.reports()) {}

  void run() {
    for (at_ = 0; at_ < reports_.size(); ++at_) {
      ts_ = reports_[at_].ts_venue;
      std::visit([this](const auto& report) { take(report); }, reports_[at_].report);
    }
    activate_legs();
    wallet_.clear_reports();
    publish_balances(core_, account_, product_, cause_);
    for (const InstrumentId instrument : moved_) publish_position(core_, account_, instrument, cause_);
  }

 private:
  void take(const OrderAccepted& report) {
    OrderRecord& record = known(report.order);
    const sim::WorkingOrder* working = wallet_.working(report.order);
    const bool is_inactive = working != nullptr && working->stage == sim::Stage::inactive;
    if (is_inactive) {
      record.state = OrderState::inactive;
      ++account_.inactive_legs;
    } else {
      record.state = record.is_conditional() ? OrderState::untriggered : OrderState::open;
    }
    // An order of another name for the matching has been accepted long ago.
    if (record.version == 0) tell_order(core_, record, OrderChange::accepted, ts_);
  }

  void take(const OrderRejected& report) {
    account_.last_rejection = report.reason;
    OrderRecord& record = known(report.order);
    record.end_reason = report.reason;
    record.state = OrderState::rejected;
  }

  void take(const OrderCanceled& report) {
    OrderRecord* record = account_.orders.find_matching(report.order);
    if (record == nullptr) return;  // closed already by its last execution
    record->end_reason = report.reason;
    if (report.reason == RejectReason::instrument_quarantined) record->ended_by = OrderOrigin::delisting;
    end(*record, OrderState::canceled, OrderChange::canceled);
    ++core_.counters.orders_canceled;
  }

  void take(const OrderExpired& report) {
    end(known(report.order), OrderState::expired, OrderChange::expired);
  }

  void take(const OrderAmended& report) {
    OrderRecord& record = known(report.order);
    if (!record.ticket.close_position) record.quantity = report.quantity;
    record.limit_price = report.limit_price;
    tell_order(core_, record, OrderChange::amended, ts_);
  }

  void take(const OrderTriggered& report) {
    OrderRecord& record = known(report.order);
    leave_inactive(record);
    record.state = record.filled.is_zero() ? OrderState::open : OrderState::partially_filled;
    record.triggered_at = ts_;
    tell_order(core_, record, OrderChange::triggered, ts_);
  }

  void take(const CancelRejected& report) { account_.last_rejection = report.reason; }
  void take(const AmendRejected& report) { account_.last_rejection = report.reason; }

  void take(const Fill& fill) {
    OrderRecord& record = fill.order.value == 0 ? forced_order(fill) : known(fill.order);
    leave_inactive(record);
    const Execution& execution = book(record, fill);
    const bool is_last =
        record.ticket.close_position ? is_last_fill(fill.order) : record.filled == record.quantity;
    if (record.ticket.close_position) record.quantity = is_last ? record.filled : RawQuantity();
    record.state = is_last ? OrderState::filled : OrderState::partially_filled;
    record.updated_at = ts_;
    ++record.version;
    if (is_last) account_.orders.close(record);
    const ExecutionEvent event{core_.next_account_seq(), ts_, record, execution};
    core_.tell([&](ExchangeListener& listener) { listener.on_execution(event); });
    cause_ = fill.liquidation ? BalanceCause::liquidation : BalanceCause::execution;
    if (record.product == Product::linear) note_moved(fill.instrument);
  }

  void take(const FundingPayment& report) {
    const FundingRate& rate = core_.markets[report.instrument.index()].fundings().back();
    const RawQuantity held = wallet_.raw_position(report.instrument).quantity;
    add_income(core_, account_,
               {.ts = ts_,
                .product = Product::linear,
                .kind = IncomeKind::funding,
                .instrument = report.instrument,
                .asset = report.amount.asset,
                .amount = report.amount.amount,
                .execution = {}});
    const FundingEvent event{core_.next_account_seq(),
                             ts_,
                             account_.id,
                             report.instrument,
                             report.amount.amount,
                             report.amount.asset,
                             rate.rate,
                             rate.mark,
                             held};
    core_.tell([&](ExchangeListener& listener) { listener.on_account_funding(event); });
    cause_ = BalanceCause::funding;
    note_moved(report.instrument);
  }

  OrderRecord& known(OrderId id) {
    OrderRecord* record = account_.orders.find_matching(id);
    ASSERT(record != nullptr);
    return *record;
  }

  void note_moved(InstrumentId instrument) {
    if (std::find(moved_.begin(), moved_.end(), instrument) == moved_.end()) moved_.push_back(instrument);
  }

  void leave_inactive(const OrderRecord& record) {
    if (record.state == OrderState::inactive) --account_.inactive_legs;
  }

  void end(OrderRecord& record, OrderState state, OrderChange change) {
    leave_inactive(record);
    record.state = state;
    account_.orders.close(record);
    tell_order(core_, record, change, ts_);
  }

  /// No further execution of the order follows in these reports, and its end does.
  [[nodiscard]] bool is_last_fill(OrderId id) const {
    bool ends = wallet_.working(id) == nullptr;
    for (std::size_t i = at_ + 1; i < reports_.size(); ++i) {
      const auto* fill = std::get_if<Fill>(&reports_[i].report);
      if (fill != nullptr && fill->order == id) ends = false;
    }
    return ends;
  }

  /// The venue's own order for a liquidation or a settlement: one for all executions of a call.
  OrderRecord& forced_order(const Fill& fill) {
    const OrderOrigin origin = fill.liquidation ? OrderOrigin::liquidation : OrderOrigin::delisting;
    if (OrderRecord* open = account_.orders.find(forced_);
        open != nullptr && !is_closed(open->state) && open->instrument == fill.instrument) {
      return *open;
    }
    OrderRecord record;
    record.id = VenueOrderId(++core_.last_order);
    record.client_id = fmt::format("{}-{}", fill.liquidation ? "autoclose" : "settlement", record.id.value);
    record.account = account_.id;
    record.instrument = fill.instrument;
    record.product = core_.listings[fill.instrument].product;
    record.ticket.product = record.product;
    record.ticket.symbol = core_.listings[fill.instrument].symbol;
    record.ticket.side = fill.side;
    record.ticket.reduce_only = true;
    record.origin = origin;
    record.ended_by = origin;
    record.created_at = ts_;
    record.quantity = forced_total(fill.instrument);
    forced_ = record.id;
    if (fill.liquidation) ++core_.counters.liquidations;
    OrderRecord& added = account_.orders.add(std::move(record));
    tell_order(core_, added, OrderChange::accepted, ts_);
    return added;
  }

  [[nodiscard]] RawQuantity forced_total(InstrumentId instrument) const {
    RawQuantity total;
    for (std::size_t i = at_; i < reports_.size(); ++i) {
      const auto* fill = std::get_if<Fill>(&reports_[i].report);
      if (fill != nullptr && fill->order.value == 0 && fill->instrument == instrument)
        total += fill->quantity;
    }
    return total;
  }

  const Execution& book(OrderRecord& record, const Fill& fill) {
    const Instrument& instrument = core_.listings.instrument(fill.instrument);
    InstrumentBook& book = account_.books[fill.instrument.index()];
    const Position before = book.position;
    Execution execution;
    execution.id = ExecutionId(++core_.last_execution);
    execution.order = record.id;
    execution.client_id = record.client_id;
    execution.account = account_.id;
    execution.instrument = fill.instrument;
    execution.product = record.product;
    execution.side = fill.side;
    execution.liquidity = fill.liquidity;
    execution.liquidation = fill.liquidation;
    execution.ts = ts_;
    execution.price = fill.price;
    execution.quantity = fill.quantity;
    execution.turnover = instrument.notional(fill.price, fill.quantity);
    execution.fee = fill.fee;
    execution.fee_asset = fill.fee_asset;
    if (record.product == Product::linear) {
      execution.realized = book.position.apply(instrument, fill.side, fill.quantity, fill.price);
      const bool reduces = !before.is_flat() && before.is_long() == (fill.side == Side::sell);
      if (reduces) execution.closed = std::min(before.quantity.absolute(), fill.quantity);
      book.realized += execution.realized;
      book.updated_at = ts_;
      book_income(execution, instrument);
    }
    record.filled += fill.quantity;
    record.turnover += execution.turnover;
    record.fee += fill.fee;
    record.fee_asset = fill.fee_asset;
    record.realized += execution.realized;
    ++record.executions;
    ++core_.counters.executions;
    account_.executions.push_back(std::move(execution));
    if (account_.executions.size() > core_.settings.max_executions) account_.executions.pop_front();
    return account_.executions.back();
  }

  void book_income(const Execution& execution, const Instrument& instrument) {
    IncomeRecord income{.ts = ts_,
                        .product = Product::linear,
                        .kind = IncomeKind::realized_profit,
                        .instrument = execution.instrument,
                        .asset = instrument.quote(),
                        .amount = execution.realized,
                        .execution = execution.id};
    if (!execution.realized.is_zero()) add_income(core_, account_, income);
    if (execution.fee.is_zero()) return;
    income.kind = IncomeKind::commission;
    income.asset = execution.fee_asset;
    income.amount = -execution.fee;
    add_income(core_, account_, income);
  }

  /// Legs whose entry has filled work now; the matching says so only where a quantity changed.
  void activate_legs() {
    if (account_.inactive_legs == 0) return;
    for (const auto& [id, record] : account_.orders.open()) {
      if (record->state != OrderState::inactive) continue;
      const sim::WorkingOrder* working = wallet_.working(record->matching_id);
      if (working == nullptr || working->stage == sim::Stage::inactive) continue;
      --account_.inactive_legs;
      record->state = record->is_conditional() ? OrderState::untriggered : OrderState::open;
      tell_order(core_, *record, OrderChange::activated, core_.now);
    }
  }

  ExchangeCore& core_;
  Account& account_;
  Product product_;
  Wallet& wallet_;
  BalanceCause cause_;
  std::span<const sim::TimedReport> reports_;
  std::size_t at_ = 0;
  TimeNs ts_ = 0;
  VenueOrderId forced_;
  std::vector<InstrumentId> moved_;
};

bool is_same(const AssetBalance& a, const AssetBalance& b) noexcept {
  return a.total == b.total && a.reserved == b.reserved && a.position_margin == b.position_margin;
}

}  // namespace

void settle_reports(ExchangeCore& core, Account& account, Product product, BalanceCause cause) {
  if (account.wallet(product).reports().empty()) return;
  ReportDesk(core, account, product, cause).run();
}

void publish_balances(ExchangeCore& core, Account& account, Product product, BalanceCause cause) {
  const Wallet& wallet = account.wallet(product);
  std::vector<AssetBalance>& published = account.published[account.wallet_index(product)];
  std::vector<AssetBalance> changed;
  std::vector<Amount> changes;
  for (std::uint32_t asset = 0; asset < published.size(); ++asset) {
    if (is_same(wallet.raw_balance(AssetId(asset)), published[asset])) continue;
    const AssetBalance balance = wallet.balance(AssetId(asset));
    changes.push_back(balance.total - published[asset].total);
    changed.push_back(balance);
    published[asset] = balance;
  }
  if (changed.empty()) return;
  const BalanceEvent event{core.next_account_seq(), core.now, account.id, product, cause, changed, changes};
  core.tell([&](ExchangeListener& listener) { listener.on_balance(event); });
}

PositionView position_view(const ExchangeCore& core, const Account& account, InstrumentId instrument) {
  PositionView view = account.wallet(core.listings[instrument].product).position(instrument);
  const InstrumentBook& book = account.books[instrument.index()];
  view.realized = book.realized;
  view.updated_at = book.updated_at;
  return view;
}

void publish_position(ExchangeCore& core, Account& account, InstrumentId instrument, BalanceCause cause) {
  const PositionView view = position_view(core, account, instrument);
  const PositionEvent event{core.next_account_seq(), core.now, account.id, cause, view};
  core.tell([&](ExchangeListener& listener) { listener.on_position(event); });
}

void tell_order(ExchangeCore& core, OrderRecord& record, OrderChange change, TimeNs ts) {
  record.updated_at = ts;
  ++record.version;
  const OrderEvent event{core.next_account_seq(), ts, change, record};
  core.tell([&](ExchangeListener& listener) { listener.on_order(event); });
}

void add_income(ExchangeCore& core, Account& account, IncomeRecord record) {
  record.id = ++account.last_income;
  account.income.push_back(record);
  if (account.income.size() > core.settings.max_income) account.income.pop_front();
}

}  // namespace kontor::emulator
