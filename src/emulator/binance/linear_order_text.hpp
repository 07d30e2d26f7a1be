#pragma once

#include <string>
#include <string_view>

#include "emulator/binance/service.hpp"
#include "emulator/exchange.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {

/// Algo orders have ids of their own: that of the order with this on top.
inline constexpr std::uint64_t kAlgoIdOffset = 4'000'000'000'000;

[[nodiscard]] std::string_view linear_status(const OrderRecord& order) noexcept;
/// `NEW`, `TRIGGERED`, `FINISHED`, `CANCELED` …
[[nodiscard]] std::string_view algo_status(const OrderRecord& order) noexcept;
/// Algo orders are no orders of the book before they have triggered.
[[nodiscard]] bool is_in_book(const OrderRecord& order) noexcept;
[[nodiscard]] bool is_algo(const OrderRecord& order) noexcept;
/// What works in the book: `LIMIT` or `MARKET`.
[[nodiscard]] std::string_view book_type(const OrderRecord& order) noexcept;
[[nodiscard]] std::string_view working_type(const OrderRecord& order) noexcept;

struct LinearOrderForm {
  bool has_time = false;            ///< queries tell when it was made
  bool is_acknowledgement = false;  ///< as if nothing had been executed yet
};
void write_linear_order(JsonWriter& out, Service& service, const OrderRecord& order,
                        const LinearOrderForm& form);
void write_algo_order(JsonWriter& out, Service& service, const OrderRecord& order);
void write_linear_execution(JsonWriter& out, Service& service, const Execution& execution);

}  // namespace kontor::emulator::binance
