#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/bybit/admission.hpp"
#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/book_feed.hpp"
#include "emulator/bybit/request.hpp"
#include "emulator/bybit/routes.hpp"
#include "emulator/bybit/venue_memory.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::emulator::bybit {

/// A request on its way to the exchange, from whatever channel.
struct Call {
  const Route& route;
  const Parameters& parameters;
  std::string_view address;  ///< of the caller
  std::optional<KeyOwner> owner{};
};

/// What became of it.
struct Performed {
  Answer answer{};
  Admission admission{};
};

/// Where REST and the order entry socket meet: limits, permissions, the request itself and what follows from
/// it. One thread.
class Desk {
 public:
  /// The memory must listen to the exchange already.
  Desk(EmulatedVenue& venue, VenueMemory& memory) noexcept : venue_(venue), memory_(memory) {}

  /// `refuses`: the fault switch wants a new order refused by the venue's word.
  [[nodiscard]] Performed perform(const Call& call, bool refuses);
  /// What the account's money and orders call for after events; see settle_stops().
  void settle();

  [[nodiscard]] EmulatedVenue& venue() noexcept { return venue_; }
  [[nodiscard]] VenueMemory& memory() noexcept { return memory_; }
  [[nodiscard]] BookTopics& books() noexcept { return books_; }
  /// Counts requests, to name them.
  [[nodiscard]] std::uint64_t next_trace() noexcept { return ++traces_; }

 private:
  EmulatedVenue& venue_;
  VenueMemory& memory_;
  BookTopics books_;
  std::uint64_t traces_ = 0;
};

}  // namespace kontor::emulator::bybit
