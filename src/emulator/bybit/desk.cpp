#include "emulator/bybit/desk.hpp"

#include <string>

#include "emulator/bybit/trading_stop.hpp"

namespace kontor::emulator::bybit {
namespace {

bool has_access(const Call& call) noexcept {
  if (call.route.access == Access::everybody) return true;
  const KeyPermissions& permissions = call.owner->key->permissions;
  return call.route.access == Access::reader ? permissions.read : permissions.spot || permissions.linear;
}

Answer refused_by_fault(const Parameters& parameters) {
  if (parameters.get("category") == "spot") return refuse(170210, "New order rejected.");
  return refuse(110066, "Trading is currently not allowed.");
}

}  // namespace

Performed Desk::perform(const Call& call, bool refuses) {
  const std::string account = call.owner ? std::to_string(call.owner->account.value) : std::string();
  Performed performed{.admission = admit(venue_, {call.address, account}, call.route, call.parameters)};
  if (performed.admission.answer != LimitAnswer::granted) {
    performed.answer = answer_too_many();
    return performed;
  }
  if (!has_access(call)) {
    performed.answer = refuse(10005, "Permission denied, please check your API key permissions.");
    return performed;
  }
  if (refuses && call.route.places_orders) {
    performed.answer = refused_by_fault(call.parameters);
    return performed;
  }
  const Request request{venue_,
                        memory_,
                        books_,
                        call.parameters,
                        call.owner ? call.owner->account : AccountId(),
                        call.owner ? call.owner->key : nullptr};
  performed.answer = call.route.handle(request);
  settle();
  return performed;
}

void Desk::settle() { settle_stops(venue_.exchange(), memory_); }

}  // namespace kontor::emulator::bybit
