#include "venue/bybit/rest.hpp"

#include <algorithm>

#include "venue/bybit/rest_actions.hpp"

namespace kontor::bybit {
namespace {

std::uint32_t orders_in(std::size_t count) noexcept {
  return static_cast<std::uint32_t>(std::max<std::size_t>(count, 1));
}

struct WeightOf {
  std::uint32_t operator()(const venue::PlaceOrders& action) const noexcept {
    return orders_in(action.orders.size());
  }
  std::uint32_t operator()(const venue::CancelMany& action) const noexcept {
    return orders_in(action.orders.size());
  }
  template <class Other>
  std::uint32_t operator()(const Other& /*action*/) const noexcept {
    return 1;
  }
};

}  // namespace

Result<net::HttpRequest> encode_action(const venue::Action& action, const venue::RequestContext& context) {
  return std::visit([&](const auto& chosen) { return encode(chosen, context); }, action);
}

std::uint32_t weight_of(const venue::Action& action) noexcept { return std::visit(WeightOf{}, action); }

}  // namespace kontor::bybit
