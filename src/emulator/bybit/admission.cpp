#include "emulator/bybit/admission.hpp"

#include <algorithm>

namespace kontor::emulator::bybit {
namespace {

bool is_worse(LimitAnswer a, LimitAnswer b) noexcept { return a > b; }

void read_verdict(Admission& admission, const LimitVerdict& verdict, TimeNs now) {
  if (is_worse(verdict.answer, admission.answer)) admission.answer = verdict.answer;
  for (const LimitState& state : verdict.states) {
    if (state.rule->kind != LimitKind::endpoint) continue;
    admission.has_limit = true;
    admission.limit = state.rule->limit;
    admission.remaining = std::max<std::int64_t>(0, state.remaining());
    admission.resets_at = state.remaining() < 0 ? state.resets_at : now;
  }
}

}  // namespace

Admission admit(EmulatedVenue& venue, const Applicant& applicant, const Route& route,
                const Parameters& parameters) {
  const TimeNs now = venue.exchange().now();
  const std::int64_t orders = std::max<std::int64_t>(1, static_cast<std::int64_t>(parameters.list().size()));
  const bool spot_order = route.access == Access::trader && route.path.starts_with("/v5/order/") &&
                          parameters.get("category") == "spot";
  Admission admission;
  // One address serves both products: the limiter of linear counts it, that of spot only its own endpoints.
  const RequestCost cost{.address = applicant.address,
                         .account = spot_order ? std::string_view() : applicant.account,
                         .weight = orders,
                         .orders = route.places_orders ? orders : 0,
                         .endpoint = spot_order ? std::string_view() : route.group};
  read_verdict(admission, venue.limiter(Product::linear).take(now, cost), now);
  if (!spot_order || admission.answer != LimitAnswer::granted) return admission;
  const RequestCost spot_cost{.address = applicant.address,
                              .account = applicant.account,
                              .weight = orders,
                              .orders = cost.orders,
                              .endpoint = route.group};
  read_verdict(admission, venue.limiter(Product::spot).take(now, spot_cost), now);
  return admission;
}

Admission admit_address(EmulatedVenue& venue, std::string_view address) {
  const TimeNs now = venue.exchange().now();
  Admission admission;
  read_verdict(admission, venue.limiter(Product::linear).take(now, {.address = address}), now);
  return admission;
}

Answer answer_too_many() { return refuse(10006, "Too many visits. Exceeded the API Rate Limit."); }

}  // namespace kontor::emulator::bybit
