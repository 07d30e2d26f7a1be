#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/prng.hpp"
#include "emulator/binance/api_error.hpp"
#include "emulator/binance/listen_keys.hpp"
#include "emulator/binance/parameters.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::emulator::binance {

/// One request after the gate: who asks, and for what.
struct Call {
  Product product = Product::spot;
  const Parameters& parameters;
  AccountId account{};     ///< of signed endpoints
  std::string_view key{};  ///< of endpoints that want one
};

/// What the venue remembers of an order list beyond its orders.
struct ListNote {
  AccountId account;
  std::string client_id;
  std::string symbol;
  TimeNs created_at = 0;
};

/// What all endpoints work with. Owned by the front; one thread.
class Service {
 public:
  static constexpr std::size_t kMaxListNotes = 10'000;

  Service(EmulatedVenue& venue, std::uint64_t seed) noexcept : venue_(venue), prng_(seed) {}

  [[nodiscard]] EmulatedVenue& venue() noexcept { return venue_; }
  [[nodiscard]] Exchange& exchange() noexcept { return venue_.exchange(); }
  [[nodiscard]] const Listings& listings() const noexcept { return venue_.exchange().listings(); }
  [[nodiscard]] const Instrument& instrument(InstrumentId id) const noexcept {
    return listings().instrument(id);
  }
  [[nodiscard]] ListenKeys& listen_keys() noexcept { return listen_keys_; }
  /// The venue's clock.
  [[nodiscard]] TimeNs now() const noexcept { return venue_.server_time(); }
  [[nodiscard]] std::int64_t now_ms() const noexcept;

  /// A name as the venue makes them up: letters and digits.
  [[nodiscard]] std::string make_name(std::size_t length = 22);
  /// Errors: -1102 (not sent), -1100, -1121.
  [[nodiscard]] Answer<const ListedInstrument*> symbol(const Call& call,
                                                       std::string_view name = "symbol") const;
  /// Null where no symbol was sent.
  [[nodiscard]] Answer<const ListedInstrument*> optional_symbol(const Call& call) const;

  /// Of the lists that were placed here, the oldest forgotten first.
  [[nodiscard]] const std::map<OrderListId, ListNote>& list_notes() const noexcept { return list_notes_; }
  void note_list(OrderListId list, ListNote note);

  /// What an account had used of an order limit when it placed last.
  struct OrdersUsed {
    std::int64_t used = 0;
    TimeNs resets_at = 0;
  };
  void note_orders_used(Product product, AccountId account, const LimitVerdict& verdict);
  /// At this moment; zero where the window is over.
  [[nodiscard]] std::int64_t orders_used(Product product, AccountId account, const LimitRule& rule) const;

  /// The name that the running request gives to its cancel, for the event that it causes; empty: none.
  std::string cancel_name;

 private:
  EmulatedVenue& venue_;
  ListenKeys listen_keys_;
  std::map<OrderListId, ListNote> list_notes_;
  std::map<std::tuple<Product, AccountId, std::string>, OrdersUsed> orders_used_;
  Prng prng_;
};

}  // namespace kontor::emulator::binance
