#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/bybit/order_fields.hpp"
#include "emulator/bybit/venue_memory.hpp"
#include "emulator/emulated_venue.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::bybit {

/// Whoever reads the private stream of an account: one socket that has logged in.
class AccountReader {
 public:
  AccountReader() = default;
  AccountReader(const AccountReader&) = delete;
  AccountReader& operator=(const AccountReader&) = delete;
  virtual ~AccountReader() = default;
  /// The topics that it reads, as it has spelled them.
  [[nodiscard]] virtual bool reads(std::string_view topic) const = 0;
  virtual void on_account_message(std::string_view text) = 0;
};

/// The private stream: turns what happens to accounts into the venue's messages, at once. Listens to the
/// exchange after the memory does; one thread.
class PrivateHub final : public ExchangeListener {
 public:
  PrivateHub(EmulatedVenue& venue, VenueMemory& memory) noexcept : venue_(venue), memory_(memory) {}

  void add(AccountId account, AccountReader& reader) { readers_[account].push_back(&reader); }
  void forget(AccountReader& reader);
  [[nodiscard]] std::size_t readers(AccountId account) const noexcept;
  /// Whether any socket of the account reads this topic.
  [[nodiscard]] bool is_read(AccountId account, std::string_view topic) const;

  void on_order(const OrderEvent& event) override;
  void on_execution(const ExecutionEvent& event) override;
  void on_balance(const BalanceEvent& event) override;
  void on_position(const PositionEvent& event) override;
  void on_account_funding(const FundingEvent& event) override;
  void on_account_settings(const AccountSettingsEvent& event) override;

 private:
  /// One message to all who read the topic `base`, or `base.<category>`; the data is one JSON object.
  struct News {
    AccountId account;
    std::string_view base;
    std::string_view category{};  ///< empty: the topic has none
    std::string_view data;
  };
  void tell(const News& news);
  void tell_order(const OrderRecord& order, std::string_view status = {});
  void tell_execution(AccountId account);
  void tell_position(AccountId account, const PositionView& position);
  [[nodiscard]] std::string message(const News& news, std::string_view topic);
  [[nodiscard]] OrderScene scene() const noexcept { return {venue_.exchange(), memory_}; }

  EmulatedVenue& venue_;
  VenueMemory& memory_;
  std::map<AccountId, std::vector<AccountReader*>> readers_;
  std::uint64_t messages_ = 0;
};

}  // namespace kontor::emulator::bybit
