#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator::binance {

/// An error in the venue's own words: `{"code": -1121, "msg": "Invalid symbol."}`.
struct ApiError {
  unsigned status = 400;
  int code = -1000;
  std::string text;
  std::string data{};             ///< JSON that goes with it; empty: none
  DurationNs retry_after_ns = 0;  ///< 0: the answer does not say
};

/// What an endpoint answers: its value, or the venue's refusal.
template <class T>
using Answer = std::expected<T, ApiError>;

[[nodiscard]] std::unexpected<ApiError> refuse(int code, std::string text, unsigned status = 400);
/// The body of the answer.
[[nodiscard]] std::string error_body(const ApiError& error);

// Errors that many endpoints share.
[[nodiscard]] std::unexpected<ApiError> missing_parameter(std::string_view name);
[[nodiscard]] std::unexpected<ApiError> illegal_characters(std::string_view name, std::string_view range);
[[nodiscard]] std::unexpected<ApiError> invalid_parameter(std::string_view name);
[[nodiscard]] std::unexpected<ApiError> unknown_symbol();

/// What the request was, where that decides how a refusal is worded.
enum class Purpose : std::uint8_t { place, amend, cancel, query, settings };

/// The venue's code and text for a refusal of the exchange.
[[nodiscard]] ApiError error_of(Product product, Purpose purpose, const Refusal& refusal);

}  // namespace kontor::emulator::binance
