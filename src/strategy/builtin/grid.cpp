#include "strategy/builtin/grid.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/codec.hpp"
#include "strategy/load_same.hpp"
#include "strategy/position_sizer.hpp"
#include "strategy/rounded.hpp"

namespace kontor::strategy {
namespace {

constexpr DurationNs kRangeWindow = 90 * kDay;
constexpr std::size_t kLeastRangeWindow = 30;
constexpr std::size_t kMostRangeWindow = 129'600;  ///< 90 days of minutes
constexpr double kEdgeShare = 0.05;                ///< of the grid's width
constexpr double kCentreDrift = 0.05;              ///< of the price that it was built around

std::size_t range_window(Timeframe timeframe) noexcept {
  const auto bars = static_cast<std::size_t>(kRangeWindow / timeframe.period_ns);
  return std::clamp(bars, kLeastRangeWindow, kMostRangeWindow);
}

double regime_multiplier(std::string_view regime) noexcept {
  if (regime == "bull" || regime == "bear") return 1.1;
  return regime == "sideways" ? 0.9 : 1.0;
}

GridShape shape_of(const Parameters& parameters) {
  GridShape shape;
  shape.base_range_percent = parameters.real("base_range_percent");
  shape.range_multiplier = regime_multiplier(parameters.text("regime"));
  shape.snap_percent = parameters.real("snap_percent");
  shape.levels = parameters.count("levels");
  shape.spacing =
      parameters.text("spacing") == "arithmetic" ? GridSpacing::arithmetic : GridSpacing::geometric;
  return shape;
}

GridCosts costs_of(const Instrument& instrument, const Parameters& parameters) {
  const double fee = instrument.maker_fee().to_double();
  const bool in_base = instrument.is_spot() && parameters.text("buy_fee_in") == "base";
  return {.buy_fee_base = in_base ? fee : 0,
          .buy_fee_quote = in_base ? 0 : fee,
          .sell_fee = fee,
          .safety = parameters.real("fee_safety"),
          .slippage = parameters.real("slippage_percent") / 100};
}

}  // namespace

StrategyDescriptor Grid::descriptor() {
  return {"grid",
          "Trades a grid of limit orders around the price: its range follows volatility and trend, its "
          "spacing pays the "
          "fees. Made for bars of 1h.",
          {real_parameter("capital", 0, 0, 1e12,
                          "What the grid may spend, in the quote asset; 0: capital_percent."),
           real_parameter(
               "capital_percent", 95, 1, 100,
               "What it may spend in percent of the equity at each rebuild; below 100, because fees come on "
               "top."),
           real_parameter("base_range_percent", 5, 0.1, 15,
                          "Range on each side of the price at the usual volatility, in percent."),
           choice_parameter("regime", {"transition", "sideways", "bull", "bear"},
                            "Multiplies the range: bull and bear 1.1, sideways 0.9, transition 1."),
           integer_parameter(
               "levels", 0, 0, 200,
               "Levels of the grid; 0: 7, 10, 12 or 15 by how volatile it is compared to the last 90 days."),
           choice_parameter("spacing", {"geometric", "arithmetic"},
                            "Equal ratios or equal differences between lines."),
           real_parameter(
               "snap_percent", 0.5, 0, 5,
               "Distance in percent within which a line moves onto a support or resistance; 0: never."),
           integer_parameter("atr_period", 14, 1, 199, "Bars of Wilder's average true range."),
           real_parameter("fee_safety", 1.5, 1, 100,
                          "Spacing must be at least this many times what pays the fees."),
           real_parameter("slippage_percent", 0, 0, 10, "Added to the required spacing, in percent."),
           choice_parameter(
               "buy_fee_in", {"quote", "base"},
               "Asset that the venue takes the fee of a purchase from; used to plan, fills are booked as "
               "they come."),
           real_parameter("min_notional", 10, 0, 1e12,
                          "Least value of an order in the quote asset, where the instrument asks for less."),
           duration_parameter("rebuild_interval", kHour, kMinute, 30 * kDay,
                              "Least time between two rebuilds of the grid.")},
          &Grid::make,
          OrderType::limit};
}

Result<std::unique_ptr<Strategy>> Grid::make(const StrategyContext& context, const Parameters& parameters) {
  if (parameters.integer("levels") == 1) {
    return fail(ErrorKind::usage, "levels: expected 0 or at least 2, found 1");
  }
  return std::unique_ptr<Strategy>(new Grid(context, parameters));
}

Grid::Grid(const StrategyContext& context, const Parameters& parameters)
    : ConfiguredStrategy(context, parameters),
      instrument_(context.instrument),
      timeframe_(context.timeframe),
      shape_(shape_of(parameters)),
      costs_(costs_of(context.instruments[context.instrument], parameters)),
      capital_(Amount::from_decimal(rounded(parameters.real("capital"), 6))),
      capital_fraction_(rounded(parameters.real("capital_percent") / 100, 8)),
      least_notional_(std::max(Amount::from_decimal(rounded(parameters.real("min_notional"), 6)),
                               context.instruments[context.instrument].min_notional())),
      rebuild_interval_(parameters.duration("rebuild_interval")),
      statistics_(parameters.count("atr_period"), range_window(context.timeframe)) {}

void Grid::adopt(Grid& fresh) {
  shape_ = fresh.shape_;
  costs_ = fresh.costs_;
  clusters_ = fresh.clusters_;
  capital_ = fresh.capital_;
  capital_fraction_ = fresh.capital_fraction_;
  least_notional_ = fresh.least_notional_;
  rebuild_interval_ = fresh.rebuild_interval_;
  adopt_settings(statistics_, fresh.statistics_);
  last_attempt_ = kTimeMin;
  is_outdated_ = true;
}

Subscriptions Grid::subscriptions() const { return {.bars = {{instrument_, timeframe_}}}; }

bool Grid::wants_rebuild(RawPrice price, TimeNs now) const noexcept {
  if (last_attempt_ != kTimeMin && now - last_attempt_ < rebuild_interval_) return false;
  if (!book_.active() || is_outdated_) return true;
  const auto at = static_cast<double>(price.units - lower_.units);
  const double share = at / static_cast<double>(upper_.units - lower_.units);
  const double drift = static_cast<double>(price.units) / static_cast<double>(centre_.units) - 1;
  return share < kEdgeShare || share > 1 - kEdgeShare || std::abs(drift) > kCentreDrift;
}

Amount Grid::capital(const View& view) const noexcept {
  const Amount equity = view.equity_in_quote(instrument_);
  const Amount total = capital_.is_zero() ? equity.times(capital_fraction_, Rounding::floor) : capital_;
  const Amount left = total - book_.inventory_cost();
  return view.instrument(instrument_).is_spot() ? std::min(left, view.quote_balance(instrument_)) : left;
}

RawPrice Grid::sell_price_for(const Instrument& instrument, double cost) const noexcept {
  return instrument.round_price(cost * (1 + std::max(costs_.required_spacing(), 0.0)), Rounding::ceiling);
}

void Grid::build(const View& view, const Bar& bar, Intents& out) {
  const Instrument& instrument = view.instrument(instrument_);
  last_attempt_ = bar.ts_venue;
  const Position& own = view.position(instrument_);
  book_.reconcile(instrument, own, sell_price_for(instrument, own.average_price(instrument)));
  std::vector<double> clusters;
  const GridMarket market = statistics_.market(clusters_, clusters);
  const GridPlan plan = plan_grid(instrument, market, shape_, costs_, capital(view), least_notional_);
  if (!plan.refusal.empty()) {
    out.skip(plan.refusal);
    return;
  }
  book_.rebuild(instrument, plan, least_notional_);
  is_outdated_ = false;
  lower_ = plan.lower;
  upper_ = plan.upper;
  centre_ = bar.close;
  summarize(plan);
}

void Grid::summarize(const GridPlan& plan) {
  summary_.half_range_percent = plan.half_range_percent;
  summary_.required_spacing = plan.required_spacing;
  summary_.levels = plan.levels.size();
  summary_.skipped = plan.skipped;
  ++summary_.builds;
  Amount sum;
  std::optional<Amount> least;
  for (const auto& level : plan.levels) {
    if (level.quantity.is_zero()) continue;
    sum += level.expected_net;
    least = least ? std::min(*least, level.expected_net) : level.expected_net;
  }
  summary_.least_net = least.value_or(Amount());
  summary_.mean_net = sum.share(1, static_cast<std::int64_t>(plan.levels.size() - plan.skipped));
}

void Grid::on_bar(const View& view, const Bar& bar, Intents& out) {
  statistics_.update(to_values(view.instrument(instrument_), bar));
  if (statistics_.ready() && wants_rebuild(bar.close, bar.ts_venue)) build(view, bar, out);
  if (!book_.active()) return;
  book_.arm(bar.close);
  emit(view, bar.close, out);
}

void Grid::on_fill(const View& view, const Fill& fill, const execution::Order& order, Intents& out) {
  const Instrument& instrument = view.instrument(instrument_);
  book_.on_fill(instrument, fill, order.request.tag,
                sell_price_for(instrument, instrument.to_double(fill.price)));
  emit(view, fill.price, out);
}

void Grid::on_order_closed(const View& /*view*/, const execution::Order& order, Intents& /*out*/) {
  const bool by_us = order.status == OrderStatus::canceled && order.reason == RejectReason::none;
  if (!by_us) book_.on_refused(order.request.side, order.request.tag);
}

void Grid::emit(const View& view, RawPrice mark, Intents& out) {
  resting_.clear();
  view.for_each_order(instrument_, [&](const execution::Order& order) {
    if (order.status == OrderStatus::pending_cancel) return;
    resting_.push_back({order.request.tag, order.request.side, order.remaining()});
  });
  const GridPrices prices{mark, view.market(instrument_).ask};
  book_.desired(view.instrument(instrument_), prices, least_notional_, resting_, desired_);
  out.desire_in(instrument_);
  for (const auto& order : desired_) out.desire(order);
}

std::vector<Fact> Grid::facts() const {
  return {{"grids built", fmt::format("{}", summary_.builds)},
          {"levels", fmt::format("{} ({} too small)", summary_.levels, summary_.skipped)},
          {"range", fmt::format("±{:.3f} %", summary_.half_range_percent)},
          {"required spacing", fmt::format("{:.4f} %", summary_.required_spacing * 100)},
          {"expected net per cycle", summary_.mean_net.format_fixed(8)},
          {"least expected net per cycle", summary_.least_net.format_fixed(8)},
          {"completed cycles", fmt::format("{}", book_.cycles())},
          {"proceeds less cost of sales", book_.realized().format_fixed(8)}};
}

void Grid::save(Encoder& encoder) const {
  encode_into(encoder, statistics_);
  encode_into(encoder, book_);
  encode_into(encoder, lower_);
  encode_into(encoder, upper_);
  encode_into(encoder, centre_);
  encode_into(encoder, last_attempt_);
  encode_into(encoder, is_outdated_);
  encode_into(encoder, summary_);
}

void Grid::load(Decoder& decoder) {
  load_same(decoder, statistics_);
  decode_from(decoder, book_);
  decode_from(decoder, lower_);
  decode_from(decoder, upper_);
  decode_from(decoder, centre_);
  decode_from(decoder, last_attempt_);
  decode_from(decoder, is_outdated_);
  decode_from(decoder, summary_);
  const bool possible = lower_.units >= 0 && lower_ <= upper_ && centre_.units >= 0 &&
                        (last_attempt_ == kTimeMin || last_attempt_ >= 0);
  if (!possible) decoder.fail();
}

}  // namespace kontor::strategy
