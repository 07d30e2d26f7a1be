#include "venue/sim/sim_settings.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::sim {
namespace {

/// Collects what is wrong with the settings.
class Findings {
 public:
  explicit Findings(std::string where) : where_(std::move(where)) {}

  void expect(bool holds, std::string_view expectation, const std::string& found) {
    if (!holds) text_ += fmt::format("{}: expected {}, found {}\n", where_, expectation, found);
  }
  void expect_between(const Decimal& value, const Decimal& low, const Decimal& high, std::string_view name) {
    expect(value >= low && value <= high,
           fmt::format("{} between {} and {}", name, low.format(), high.format()), value.format());
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string where_;
  std::string text_;
};

void check_tiers(Findings& findings, const std::vector<MaintenanceTier>& tiers) {
  findings.expect(!tiers.empty(), "at least one maintenance tier", "none");
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const MaintenanceTier& tier = tiers[i];
    findings.expect_between(tier.rate, Decimal{0, 0}, Decimal{1, 0}, "a maintenance rate");
    findings.expect(tier.deduction.units >= 0, "a deduction of zero or more", tier.deduction.format());
    const bool last = i + 1 == tiers.size();
    findings.expect(tier.notional_cap.units > 0 || (last && tier.notional_cap.is_zero()),
                    "a notional cap above zero (zero in the last tier only)", tier.notional_cap.format());
    if (i == 0 || tier.notional_cap.is_zero()) continue;
    findings.expect(tier.notional_cap > tiers[i - 1].notional_cap, "ascending notional caps",
                    tier.notional_cap.format());
  }
}

void check_other_fee(Findings& findings, const InstrumentRules& rules, const InstrumentTable& instruments,
                     const Instrument* instrument) {
  if (rules.fee_asset != FeeAsset::other) return;
  findings.expect(rules.other_fee_asset.index() < instruments.asset_count(), "a known fee asset",
                  fmt::format("asset {}", rules.other_fee_asset.value));
  findings.expect(rules.other_fee_price.units >= 0, "a fee asset price of zero or more",
                  rules.other_fee_price.format());
  if (!rules.other_fee_instrument) {
    findings.expect(rules.other_fee_price.units > 0, "an instrument or a price for the fee asset", "neither");
    return;
  }
  if (rules.other_fee_instrument->index() >= instruments.size()) {
    findings.expect(false, "a known instrument that prices the fee asset", "an unknown one");
    return;
  }
  const Instrument& priced = instruments[*rules.other_fee_instrument];
  findings.expect(priced.base() == rules.other_fee_asset, "an instrument that prices the fee asset",
                  priced.name().format());
  if (instrument == nullptr) return;
  findings.expect(priced.quote() == instrument->quote(),
                  fmt::format("the fee asset priced in the quote asset of {}", instrument->name().format()),
                  priced.name().format());
}

void check_rules(Findings& findings, const InstrumentRules& rules, const InstrumentTable& instruments,
                 const Instrument* instrument) {
  findings.expect_between(rules.slippage_bps, Decimal{0, 0}, Decimal{5'000, 0}, "a slippage in basis points");
  findings.expect_between(rules.participation, Decimal{0, 0}, Decimal{1, 0}, "a participation");
  findings.expect_between(rules.price_band, Decimal{0, 0}, Decimal{10, 0}, "a price band");
  findings.expect_between(rules.liquidation_fee, Decimal{0, 0}, Decimal{1, 1}, "a liquidation fee");
  const Decimal highest =
      instrument == nullptr ? Decimal{1'000, 0} : instrument->specification().max_leverage;
  if (instrument == nullptr || !instrument->is_spot() || rules.spot_margin) {
    findings.expect_between(rules.leverage, Decimal{1, 0}, highest, "a leverage");
  }
  for (const auto& fee : {rules.maker_fee, rules.taker_fee}) {
    if (fee) findings.expect_between(*fee, Decimal{-1, 1}, Decimal{1, 1}, "a fee");
  }
  findings.expect(rules.max_open_orders > 0, "max_open_orders above zero", "0");
  check_tiers(findings, rules.maintenance);
  check_other_fee(findings, rules, instruments, instrument);
}

template <class Enum>
std::string name_of(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}

std::string fee_text(const InstrumentRules& rules, const Instrument& instrument,
                     const InstrumentTable& instruments) {
  const Decimal maker = rules.maker_fee.value_or(instrument.maker_fee());
  const Decimal taker = rules.taker_fee.value_or(instrument.taker_fee());
  const std::string asset = rules.fee_asset == FeeAsset::other ? instruments.asset_name(rules.other_fee_asset)
                                                               : name_of(rules.fee_asset) + " asset";
  return fmt::format("maker {}, taker {}, paid in {}", maker.format(), taker.format(), asset);
}

std::string margin_text(const InstrumentRules& rules, const Instrument& instrument) {
  if (instrument.is_spot() && !rules.spot_margin) return "none: spot without short sales";
  return fmt::format("{}, leverage {}, maintenance from {}, liquidation fee {}", name_of(rules.margin),
                     rules.leverage.format(), rules.maintenance.front().rate.format(),
                     rules.liquidation_fee.format());
}

}  // namespace

const InstrumentRules& SimSettings::rules_of(InstrumentId id) const noexcept {
  for (const auto& [instrument, own] : overrides) {
    if (instrument == id) return own;
  }
  return rules;
}

InstrumentRules& SimSettings::rules_for(InstrumentId id) {
  for (auto& [instrument, own] : overrides) {
    if (instrument == id) return own;
  }
  return overrides.emplace_back(id, rules).second;
}

OpenWindow SimSettings::open_window() const noexcept {
  if (open_window_ns >= 0) return {open_window_ns, 0, true};
  return {latency.order_entry_ns + latency.feed_ns + latency.jitter_ns, latency.feed_ns, false};
}

Result<void> SimSettings::check(const InstrumentTable& instruments) const {
  Findings general("simulated venue");
  for (const DurationNs duration :
       {latency.order_entry_ns, latency.response_ns, latency.feed_ns, latency.jitter_ns}) {
    general.expect(duration >= 0 && duration <= kHour, "latencies between 0 and 1 h",
                   fmt::format("{} ns", duration));
  }
  std::string text = general.text();
  for (const auto& [id, own] : overrides) {
    if (id.index() < instruments.size()) continue;
    text +=
        fmt::format("simulated venue: expected rules for known instruments, found instrument {}\n", id.value);
  }
  std::vector<bool> short_bases(instruments.asset_count(), false);
  for (const Instrument& instrument : instruments.all()) {
    Findings findings(instrument.name().format());
    if (instrument.is_spot() && rules_of(instrument.id()).spot_margin) {
      findings.expect(!short_bases[instrument.base().index()],
                      "one spot instrument on margin for each base asset, which is what is owed",
                      instruments.asset_name(instrument.base()) + " in two");
      short_bases[instrument.base().index()] = true;
    }
    check_rules(findings, rules_of(instrument.id()), instruments, &instrument);
    text += findings.text();
  }
  if (text.empty()) return {};
  text.pop_back();
  return fail(ErrorKind::usage, text);
}

std::vector<std::pair<std::string, std::string>> SimSettings::assumptions(
    const InstrumentTable& instruments) const {
  std::vector<std::pair<std::string, std::string>> lines;
  const auto ms = [](DurationNs duration) {
    return fmt::format("{} ms", static_cast<double>(duration) / 1e6);
  };
  lines.emplace_back("latency", fmt::format("order entry {}, response {}, feed {}, jitter {} (seed {})",
                                            ms(latency.order_entry_ns), ms(latency.response_ns),
                                            ms(latency.feed_ns), ms(latency.jitter_ns), latency.seed));
  for (const Instrument& instrument : instruments.all()) {
    const InstrumentRules& own = rules_of(instrument.id());
    const std::string name = instrument.name().format();
    lines.emplace_back(name + " fees", fee_text(own, instrument, instruments));
    lines.emplace_back(name + " taker fills",
                       fmt::format("slippage {} bps where no book is known, volume {}, feed {}",
                                   own.slippage_bps.format(), name_of(own.market_volume), name_of(own.feed)));
    lines.emplace_back(name + " resting fills",
                       fmt::format("{}, participation {}, queue {}, inside a bar {} first",
                                   own.touch_fills ? "price touches" : "price trades through",
                                   own.participation.format(), name_of(own.queue), name_of(own.intrabar)));
    lines.emplace_back(name + " margin", margin_text(own, instrument));
  }
  return lines;
}

}  // namespace kontor::sim
