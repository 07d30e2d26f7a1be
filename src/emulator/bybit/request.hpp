#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/parameters.hpp"
#include "emulator/bybit/venue_memory.hpp"
#include "emulator/bybit/words.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::emulator::bybit {

class BookTopics;

/// What a handler works on: one request whose signature, where it needs one, has been checked.
struct Request {
  EmulatedVenue& venue;
  VenueMemory& memory;
  BookTopics& books;
  const Parameters& parameters;
  AccountId account{};
  const ApiKey* key = nullptr;  ///< null: nobody signed

  [[nodiscard]] Exchange& exchange() const noexcept { return venue.exchange(); }
  [[nodiscard]] const Listings& listings() const noexcept { return venue.exchange().listings(); }
  [[nodiscard]] TimeNs now() const noexcept { return venue.exchange().now(); }
  /// The same request with the values of one item of its list.
  [[nodiscard]] Request with(const Parameters& item) const {
    return {venue, memory, books, item, account, key};
  }
};

/// The parameter `category`; refused where it is missing or no category.
[[nodiscard]] Checked<Category> asked_category(const Request& request);
/// The instrument that `symbol` names; refused where it is missing or not listed.
[[nodiscard]] Checked<const ListedInstrument*> asked_instrument(const Request& request, Product product);
/// The same for orders, which the venue refuses with other words; the key must be allowed to trade it.
[[nodiscard]] Checked<const ListedInstrument*> asked_to_trade(const Request& request);
/// Refused: the key may not trade this product.
[[nodiscard]] Checked<void> may_trade(const Request& request, Product product);

/// A stretch of time in the request, both ends included. The venue answers for seven days at the most.
struct Stretch {
  TimeNs from = kTimeMin;
  TimeNs to = kTimeMax;
};
[[nodiscard]] Checked<Stretch> asked_week(const Request& request);

/// A page of something that is sorted by descending ids.
struct Page {
  std::size_t limit = 20;
  std::uint64_t below = UINT64_MAX;  ///< ids below this one
};
struct PageLimits {
  std::int64_t otherwise = 20;
  std::int64_t most = 50;
};
[[nodiscard]] Checked<Page> asked_page(const Request& request, const PageLimits& limits);
/// The cursor that leads to the ids below this one.
[[nodiscard]] std::string cursor_text(std::uint64_t last);

}  // namespace kontor::emulator::bybit
