#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/binance/service.hpp"
#include "emulator/binance/user_events.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::binance {

/// Who takes messages about an account.
class UserReader {
 public:
  UserReader() = default;
  UserReader(const UserReader&) = delete;
  UserReader& operator=(const UserReader&) = delete;
  virtual ~UserReader() = default;
  virtual void on_user_event(AccountId account, const std::string& message) = 0;
};

/// The user data streams of one product. Told of accounts by whoever listens to the exchange. One thread.
class UserStreams {
 public:
  UserStreams(Service& service, Product product) noexcept : service_(service), product_(product) {}

  void subscribe(AccountId account, UserReader& reader);
  void unsubscribe(AccountId account, UserReader& reader);

  void on_order(const OrderEvent& event);
  void on_execution(const ExecutionEvent& event);
  void on_balance(const BalanceEvent& event);
  void on_position(const PositionEvent& event);
  void on_settings(const AccountSettingsEvent& event);
  /// A request or a step of the market is over: sends what has been gathered.
  void finish();

 private:
  [[nodiscard]] bool is_read(AccountId account) const { return readers_.contains(account); }
  void send(AccountId account, const std::string& message);
  void tell_spot_order(const OrderEvent& event);
  void tell_linear_order(const OrderEvent& event);
  void tell_closed_list(const OrderRecord& order);
  void flush();
  /// The update that balances and positions of one moment are gathered in.
  AccountUpdate& gather(AccountId account, BalanceCause cause, TimeNs ts);

  Service& service_;
  Product product_;
  std::map<AccountId, std::vector<UserReader*>> readers_;
  std::map<AccountId, AccountUpdate> gathered_;
  std::map<OrderListId, AccountId> new_lists_;
};

}  // namespace kontor::emulator::binance
