#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator::binance {

/// The listen keys of USDⓈ-M: one per account, valid for an hour after it was made or renewed.
class ListenKeys {
 public:
  static constexpr DurationNs kValidity = kHour;

  struct Entry {
    AccountId account;
    TimeNs expires_at = 0;
  };

  /// The account's key; `made_up` becomes it where there is none yet. Renews it.
  const std::string& open(AccountId account, TimeNs now, std::string made_up);
  /// Null: the account has none.
  [[nodiscard]] const std::string* key_of(AccountId account) const;
  /// False: it has none.
  bool renew(AccountId account, TimeNs now);
  /// Empty: it had none.
  std::string close(AccountId account);
  /// Null: there is no such key.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  /// Takes out the keys whose time is over.
  [[nodiscard]] std::vector<std::string> take_expired(TimeNs now);
  void expire(std::string_view key);

 private:
  std::map<std::string, Entry, std::less<>> keys_;
};

}  // namespace kontor::emulator::binance
