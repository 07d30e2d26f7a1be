#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/orders.hpp"

namespace kontor::emulator {

/// All orders of one account by the names that they go by. Open ones stay; of closed ones the latest
/// `max_closed`, the oldest go first. References hold until the next discard() or trim().
class OrderRegistry {
 public:
  explicit OrderRegistry(std::size_t max_closed) noexcept : max_closed_(max_closed) {}

  OrderRecord& add(OrderRecord record);
  /// Takes out an order as if it had never been: the venue refused it.
  void discard(VenueOrderId id);
  /// The order has another name inside the matching from here on.
  void rename(OrderRecord& record, OrderId matching_id);
  /// The order's state is final. Nothing is forgotten before trim().
  void close(OrderRecord& record);
  /// Drops what is beyond the bound; between two requests.
  void trim();

  [[nodiscard]] OrderRecord* find(VenueOrderId id) noexcept;
  [[nodiscard]] const OrderRecord* find(VenueOrderId id) const noexcept;
  /// The open order of that client id, else the latest.
  [[nodiscard]] const OrderRecord* find_client(Product product, std::string_view client_id) const;
  [[nodiscard]] OrderRecord* find_matching(OrderId id) noexcept;

  /// Ascending by id.
  [[nodiscard]] const std::map<std::uint64_t, OrderRecord>& all() const noexcept { return orders_; }
  [[nodiscard]] const std::map<std::uint64_t, OrderRecord*>& open() const noexcept { return open_; }

  struct OpenCount {
    std::uint32_t orders = 0;
    std::uint32_t conditional = 0;
  };
  [[nodiscard]] OpenCount count(InstrumentId instrument) const noexcept;

 private:
  [[nodiscard]] static std::string client_key(Product product, std::string_view client_id);
  [[nodiscard]] OpenCount& counter(InstrumentId instrument);
  void leave_open(OrderRecord& record);
  void forget(std::uint64_t id);

  std::size_t max_closed_;
  std::map<std::uint64_t, OrderRecord> orders_;
  std::map<std::uint64_t, OrderRecord*> open_;
  std::unordered_map<std::uint64_t, OrderRecord*> matching_;  ///< open ones
  std::unordered_map<std::string, std::uint64_t> clients_;    ///< latest order of each
  std::deque<std::uint64_t> closed_;                          ///< in the order of their end
  std::vector<OpenCount> counts_;                             ///< by instrument
};

}  // namespace kontor::emulator
