#pragma once

#include <string>

#include "emulator/binance/service.hpp"
#include "emulator/binance/spot_order_text.hpp"

namespace kontor::emulator::binance {

// Orders on spot.
[[nodiscard]] Answer<std::string> spot_place(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_test(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_order(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_cancel(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_cancel_all(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_cancel_replace(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_amend(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_open_orders(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_all_orders(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_executions(Service& service, const Call& call);

/// `newOrderRespType`, or what the venue takes without one.
[[nodiscard]] Answer<ResponseType> response_type(const Call& call, OrderType type);

/// Names the cancels of one request while it runs.
class CancelName {
 public:
  CancelName(Service& service, std::string_view asked);
  CancelName(const CancelName&) = delete;
  CancelName& operator=(const CancelName&) = delete;
  ~CancelName() { service_.cancel_name.clear(); }
  [[nodiscard]] const std::string& text() const noexcept { return service_.cancel_name; }

 private:
  Service& service_;
};

}  // namespace kontor::emulator::binance
