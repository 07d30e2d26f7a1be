#pragma once

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "venue/sim/sim_venue.hpp"

namespace kontor::sim::test {

/// Tells a SimVenue a story in words and says back what it reported, one line for each report.
///
/// Instruments: BTCUSDT (spot, maker 0.1 %, taker 0.2 %), BNBUSDT (spot), BTCPERP and ETHPERP (linear
/// perpetuals, maker 0.02 %, taker 0.05 %); tick 0.01, step 0.001, minimum 0.001 and 5 USDT. Calls go to the
/// instrument chosen by use(). Bars are minutes; an order arrives 25 ms after the open of the bar that
/// follows, a tick 1 s after the last one.
class Scenario {
 public:
  static constexpr TimeNs kStart = 1'700'000'040 * kSecond;

  Scenario() {
    add("BTCUSDT", InstrumentKind::spot, "BTC", Decimal{1, 3}, Decimal{2, 3});
    add("BNBUSDT", InstrumentKind::spot, "BNB", Decimal{1, 3}, Decimal{2, 3});
    add("BTCPERP", InstrumentKind::linear_perpetual, "BTC", Decimal{2, 4}, Decimal{5, 4});
    add("ETHPERP", InstrumentKind::linear_perpetual, "ETH", Decimal{2, 4}, Decimal{5, 4});
    settings.rules.slippage_bps = Decimal{0, 0};
    settings.rules.participation = Decimal{1, 0};
  }

  SimSettings settings;  ///< to be changed before the first call
  InstrumentTable instruments;

  Scenario& use(std::string_view symbol) {
    current_ = id_of(symbol);
    return *this;
  }
  [[nodiscard]] InstrumentId id_of(std::string_view symbol) const {
    return instruments.find(InstrumentName{"test", std::string(symbol)}).value();
  }
  [[nodiscard]] InstrumentRules& rules(std::string_view symbol) { return settings.rules_for(id_of(symbol)); }

  /// `10000 USDT`
  Scenario& deposit(std::string_view text) {
    std::istringstream words{std::string(text)};
    std::string amount;
    std::string asset;
    words >> amount >> asset;
    venue().deposit(Money{Amount::parse(amount).value(), instruments.add_asset(asset)});
    return *this;
  }

  /// `100 101 99 100.5` with open, high, low, close, and a volume if not 1000.
  Scenario& bar(std::string_view text, DurationNs period = kMinute) {
    std::istringstream words{std::string(text)};
    std::vector<std::string> fields;
    for (std::string word; words >> word;) fields.push_back(word);
    Bar bar;
    bar.instrument = current_;
    bar.timeframe = Timeframe{period};
    const TimeNs this_minute = kStart + (now_ - kStart) / kMinute * kMinute;
    TimeNs& open = bar_open_.try_emplace(current_.value, this_minute).first->second;
    bar.ts_venue = open + kMinute;
    bar.ts_open = bar.ts_venue - period;
    if (period == kMinute) open += kMinute;
    bar.open = price(fields.at(0));
    bar.high = price(fields.at(1));
    bar.low = price(fields.at(2));
    bar.close = price(fields.at(3));
    bar.volume = quantity(fields.size() > 4 ? fields[4] : "1000");
    venue().on_bar(bar);
    now_ = std::max(now_, bar.ts_venue + 25 * kMillisecond);
    return *this;
  }
  /// `100.5 2 sell`: price, quantity, aggressor.
  Scenario& trade(std::string_view text) {
    std::istringstream words{std::string(text)};
    std::string at;
    std::string size;
    std::string aggressor;
    words >> at >> size >> aggressor;
    now_ += kSecond;
    venue().on_trade(Trade{current_, now_, now_, price(at), quantity(size), TradeId(),
                           aggressor == "sell" ? Side::sell : Side::buy});
    return *this;
  }
  /// `99.99 1 100.01 2`: bid and its size, ask and its size.
  Scenario& quote(std::string_view text) {
    std::istringstream words{std::string(text)};
    std::string bid;
    std::string bid_size;
    std::string ask;
    std::string ask_size;
    words >> bid >> bid_size >> ask >> ask_size;
    now_ += kSecond;
    venue().on_quote(
        Quote{current_, now_, now_, price(bid), price(ask), quantity(bid_size), quantity(ask_size)});
    return *this;
  }
  /// `bid 99 5 bid 98 3 ask 101 2`: level changes of one message.
  Scenario& book(std::string_view text, bool snapshot = false) {
    std::istringstream words{std::string(text)};
    std::vector<BookLevelChange> changes;
    for (std::string side, at, size; words >> side >> at >> size;) {
      changes.push_back({price(at), quantity(size), side == "bid" ? Side::buy : Side::sell});
    }
    now_ += kSecond;
    venue().on_book(BookUpdate{current_, now_, now_, snapshot, changes});
    return *this;
  }
  /// `0.0001 at 50000`: rate and mark.
  Scenario& funding(std::string_view rate, std::string_view mark) {
    now_ += kSecond;
    venue().on_funding(FundingRate{current_, now_, now_, Decimal::parse(rate).value(), price(mark)});
    return *this;
  }

  /// `1 buy 0.5 limit 99.5 post_only`, `2 sell 1 stop 97 limit 96 group=1 role=stop_loss`: id, side,
  /// quantity, what it is (market, limit P, stop T [limit P], take T [limit P], trail OFFSET [from T]), then
  /// flags.
  Scenario& order(std::string_view text) { return send(parse(text)); }
  Scenario& cancel(std::uint64_t id) { return send(CancelOrder{OrderId(id), current_}); }
  /// New total quantity and price.
  Scenario& amend(std::uint64_t id, std::string_view size, std::string_view at = "0") {
    return send(AmendOrder{OrderId(id), current_, quantity(size), price(at)});
  }
  Scenario& send(const CommandBody& command) {
    venue().on_command(command, now_);
    return *this;
  }
  Scenario& wait(DurationNs duration) {
    now_ += duration;
    return *this;
  }
  /// Back to the instant at which the last bar ended: what comes now comes inside no bar.
  Scenario& between_bars() {
    now_ = kStart + (now_ - kStart) / kMinute * kMinute;
    return *this;
  }
  Scenario& time_passes() {
    venue().on_time(now_);
    return *this;
  }

  /// What the venue said since the last call, a line for each report.
  std::string said() {
    std::string text;
    for (const TimedReport& report : venue().reports()) {
      text += std::visit([&](const auto& body) { return line(body); }, report.report) + "\n";
    }
    venue().clear_reports();
    return text;
  }
  /// Like said(), fills only.
  std::string fills() {
    std::string text;
    for (const TimedReport& report : venue().reports()) {
      if (const auto* fill = std::get_if<Fill>(&report.report)) text += line(*fill) + "\n";
    }
    venue().clear_reports();
    return text;
  }

  [[nodiscard]] std::string balance(std::string_view asset) {
    return venue().balance(asset_of(asset)).format();
  }
  [[nodiscard]] std::string reserved(std::string_view asset) {
    return venue().reserved(asset_of(asset)).format();
  }
  [[nodiscard]] std::string free(std::string_view asset) { return venue().free(asset_of(asset)).format(); }
  [[nodiscard]] std::string equity(std::string_view asset) {
    return venue().equity(asset_of(asset)).format();
  }
  [[nodiscard]] std::string margin(std::string_view asset) {
    return venue().position_margin(asset_of(asset)).format();
  }
  /// `2 cost 200`
  [[nodiscard]] std::string position() {
    const Position& held = venue().position(current_);
    return fmt::format("{} cost {}", plain(instrument().quantity(held.quantity).value), held.cost.format());
  }
  [[nodiscard]] TimeNs now() const noexcept { return now_; }
  [[nodiscard]] SimVenue& venue() {
    if (venue_ == nullptr) venue_ = std::make_unique<SimVenue>(instruments, settings);
    return *venue_;
  }
  /// A venue with the same settings that nothing has happened at.
  [[nodiscard]] SimVenue fresh_venue() const { return {instruments, settings}; }
  void replace_venue(SimVenue venue) { *venue_ = std::move(venue); }
  [[nodiscard]] RawPrice price(std::string_view text) const {
    return instrument().raw_price(Decimal::parse(text).value()).value();
  }
  [[nodiscard]] RawQuantity quantity(std::string_view text) const {
    return instrument().raw_quantity(Decimal::parse(text).value()).value();
  }
  [[nodiscard]] NewOrder parse(std::string_view text) const;

 private:
  void add(const std::string& symbol, InstrumentKind kind, const std::string& base, Decimal maker,
           Decimal taker) {
    InstrumentSpecification specification;
    specification.name = InstrumentName{"test", symbol};
    specification.kind = kind;
    specification.base = base;
    specification.quote = "USDT";
    specification.tick = Decimal{1, 2};
    specification.step = Decimal{1, 3};
    specification.min_quantity = Decimal{1, 3};
    specification.max_quantity = Decimal{100'000, 0};
    specification.min_notional = Decimal{5, 0};
    specification.maker_fee = maker;
    specification.taker_fee = taker;
    specification.max_leverage = Decimal{100, 0};
    ASSERT(instruments.add(specification).has_value());
  }
  [[nodiscard]] const Instrument& instrument() const { return instruments[current_]; }
  [[nodiscard]] AssetId asset_of(std::string_view name) { return instruments.add_asset(name); }

  static std::string plain(const Decimal& decimal) { return decimal.normalized().format(); }
  template <class Enum>
  static std::string name(Enum value) {
    return boost::describe::enum_to_string(value, "?");
  }
  static std::string because(RejectReason reason) {
    return reason == RejectReason::none ? "" : " " + name(reason);
  }
  [[nodiscard]] std::string number(RawQuantity value) const {
    return plain(instrument().quantity(value).value);
  }

  static std::string line(const OrderAccepted& body) { return fmt::format("accepted {}", body.order.value); }
  static std::string line(const OrderRejected& body) {
    return fmt::format("rejected {} {}", body.order.value, name(body.reason));
  }
  std::string line(const OrderCanceled& body) const {
    return fmt::format("canceled {} filled {}{}", body.order.value, number(body.filled),
                       because(body.reason));
  }
  std::string line(const OrderExpired& body) const {
    return fmt::format("expired {} filled {}", body.order.value, number(body.filled));
  }
  std::string line(const OrderAmended& body) const {
    return fmt::format("amended {} {} @ {}", body.order.value, number(body.quantity),
                       plain(instrument().price(body.limit_price).value));
  }
  static std::string line(const OrderTriggered& body) {
    return fmt::format("triggered {}", body.order.value);
  }
  static std::string line(const CancelRejected& body) {
    return fmt::format("cancel_rejected {} {}", body.order.value, name(body.reason));
  }
  static std::string line(const AmendRejected& body) {
    return fmt::format("amend_rejected {} {}", body.order.value, name(body.reason));
  }
  std::string line(const Fill& body) const {
    const Instrument& filled = instruments[body.instrument];
    return fmt::format("fill {} {} {} @ {} {} fee {} {}{}", body.order.value, name(body.side),
                       plain(filled.quantity(body.quantity).value), plain(filled.price(body.price).value),
                       name(body.liquidity), body.fee.format(), instruments.asset_name(body.fee_asset),
                       body.liquidation ? " liquidation" : "");
  }
  std::string line(const FundingPayment& body) const {
    return fmt::format("funding {} {}", body.amount.amount.format(),
                       instruments.asset_name(body.amount.asset));
  }

  InstrumentId current_;
  std::map<std::uint32_t, TimeNs> bar_open_;
  TimeNs now_ = kStart + 25 * kMillisecond;
  std::unique_ptr<SimVenue> venue_;
};

inline NewOrder Scenario::parse(std::string_view text) const {
  std::istringstream words{std::string(text)};
  NewOrder order;
  std::string side;
  std::string size;
  words >> order.id.value >> side >> size;
  order.instrument = current_;
  order.side = side == "buy" ? Side::buy : Side::sell;
  order.quantity = quantity(size);
  const auto next = [&] {
    std::string word;
    words >> word;
    return word;
  };
  for (std::string word; words >> word;) {
    const auto value = [&] { return word.substr(word.find('=') + 1); };
    if (word == "market") {
      order.type = OrderType::market;
    } else if (word == "limit") {
      order.limit_price = price(next());
      const bool stop = order.type == OrderType::stop_market;
      const bool take = order.type == OrderType::take_profit_market;
      order.type = stop ? OrderType::stop_limit : take ? OrderType::take_profit_limit : OrderType::limit;
    } else if (word == "stop" || word == "take") {
      order.type = word == "stop" ? OrderType::stop_market : OrderType::take_profit_market;
      order.trigger_price = price(next());
    } else if (word == "trail") {
      order.type = OrderType::trailing_stop;
      order.trailing_offset = price(next());
    } else if (word == "from") {
      order.trigger_price = price(next());
    } else if (word == "ioc") {
      order.time_in_force = TimeInForce::immediate_or_cancel;
    } else if (word == "fok") {
      order.time_in_force = TimeInForce::fill_or_kill;
    } else if (word.starts_with("gtd=")) {
      order.time_in_force = TimeInForce::good_till_date;
      order.expire_at = now_ + std::stoll(value()) * kSecond;
    } else if (word == "post_only") {
      order.post_only = true;
    } else if (word == "reduce_only") {
      order.reduce_only = true;
    } else if (word == "mark") {
      order.trigger_source = TriggerSource::mark;
    } else if (word.starts_with("group=")) {
      order.group = GroupId(std::stoull(value()));
    } else if (word.starts_with("role=")) {
      ASSERT(boost::describe::enum_from_string(value().c_str(), order.role));
    } else {
      ASSERT(word == "a word that parse() knows");
    }
  }
  return order;
}

}  // namespace kontor::sim::test
