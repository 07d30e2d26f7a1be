#pragma once

#include <string>
#include <string_view>

#include "emulator/binance/service.hpp"
#include "emulator/exchange.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {

/// How much a request for an order wants to be told.
enum class ResponseType : std::uint8_t { acknowledgement, result, full };

/// `NEW`, `PENDING_NEW`, `EXPIRED` …
[[nodiscard]] std::string_view spot_status(Service& service, const OrderRecord& order);
/// When the order began to work, in milliseconds; -1: it does not yet.
[[nodiscard]] std::int64_t working_time(const OrderRecord& order) noexcept;
/// -1 for orders of no list.
[[nodiscard]] std::int64_t list_id(const OrderRecord& order) noexcept;

/// The answer to a request for a new order.
void write_spot_placed(JsonWriter& out, Service& service, const Placed& placed, ResponseType response);
/// The order as a query shows it.
void write_spot_order(JsonWriter& out, Service& service, const OrderRecord& order);
/// The order as its cancel shows it; `cancel_name` is the client id of the cancel.
void write_spot_canceled(JsonWriter& out, Service& service, const OrderRecord& order,
                         std::string_view cancel_name);
/// As the answer to an amendment shows it.
void write_spot_amended(JsonWriter& out, Service& service, const OrderRecord& order,
                        std::string_view client_id_before);
/// One execution of the user's.
void write_spot_execution(JsonWriter& out, Service& service, const Execution& execution,
                          const OrderListId& list);

}  // namespace kontor::emulator::binance
