#include "strategy/builtin/common_checks.hpp"

#include <fmt/format.h>

namespace kontor::strategy {
namespace {

double number(const Parameters& parameters, std::string_view name) {
  const auto& value = parameters.values().find(name)->second;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return parameters.real(name);
}

}  // namespace

ParameterDescriptor mode_parameter() {
  return choice_parameter(
      "mode", {"long_flat", "long_short"},
      "long_flat: buys and sells again; long_short: also goes short, on perpetuals only.");
}

bool goes_short(const Parameters& parameters) { return parameters.text("mode") == "long_short"; }

Result<void> check_mode(const StrategyContext& context, const Parameters& parameters) {
  const Instrument& instrument = context.instruments[context.instrument];
  if (!goes_short(parameters) || !instrument.is_spot()) return {};
  return fail(ErrorKind::usage,
              fmt::format("mode: expected long_flat for {}, which is spot and cannot be sold "
                          "short, found long_short",
                          instrument.name().format()));
}

Result<void> check_order(const Parameters& parameters, std::string_view lower, std::string_view upper) {
  const double below = number(parameters, lower);
  const double above = number(parameters, upper);
  if (below < above) return {};
  return fail(ErrorKind::usage,
              fmt::format("{}: expected less than {} ({}), found {}", lower, upper, above, below));
}

}  // namespace kontor::strategy
