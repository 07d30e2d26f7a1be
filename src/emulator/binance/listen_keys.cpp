#include "emulator/binance/listen_keys.hpp"

#include <utility>

namespace kontor::emulator::binance {

const std::string* ListenKeys::key_of(AccountId account) const {
  for (const auto& [key, entry] : keys_)
    if (entry.account == account) return &key;
  return nullptr;
}

const std::string& ListenKeys::open(AccountId account, TimeNs now, std::string made_up) {
  if (const std::string* known = key_of(account)) {
    keys_.find(*known)->second.expires_at = now + kValidity;
    return *known;
  }
  return keys_.insert_or_assign(std::move(made_up), Entry{account, now + kValidity}).first->first;
}

bool ListenKeys::renew(AccountId account, TimeNs now) {
  const std::string* known = key_of(account);
  if (known == nullptr) return false;
  keys_.find(*known)->second.expires_at = now + kValidity;
  return true;
}

std::string ListenKeys::close(AccountId account) {
  const std::string* known = key_of(account);
  if (known == nullptr) return {};
  std::string key = *known;
  keys_.erase(key);
  return key;
}

const ListenKeys::Entry* ListenKeys::find(std::string_view key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<std::string> ListenKeys::take_expired(TimeNs now) {
  std::vector<std::string> expired;
  for (const auto& [key, entry] : keys_)
    if (entry.expires_at <= now) expired.push_back(key);
  for (const std::string& key : expired) keys_.erase(key);
  return expired;
}

void ListenKeys::expire(std::string_view key) {
  if (const auto found = keys_.find(key); found != keys_.end()) keys_.erase(found);
}

}  // namespace kontor::emulator::binance
