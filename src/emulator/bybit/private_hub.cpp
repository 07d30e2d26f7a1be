#include "emulator/bybit/private_hub.hpp"

#include <algorithm>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/position_fields.hpp"
#include "emulator/bybit/words.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::uint64_t kMessageKind = 8;

}  // namespace

void PrivateHub::forget(AccountReader& reader) {
  for (auto& [account, readers] : readers_) std::erase(readers, &reader);
}

std::size_t PrivateHub::readers(AccountId account) const noexcept {
  const auto at = readers_.find(account);
  return at == readers_.end() ? 0 : at->second.size();
}

bool PrivateHub::is_read(AccountId account, std::string_view topic) const {
  const auto at = readers_.find(account);
  return at != readers_.end() &&
         std::any_of(at->second.begin(), at->second.end(),
                     [&](const AccountReader* reader) { return reader->reads(topic); });
}

std::string PrivateHub::message(const News& news, std::string_view topic) {
  JsonWriter out;
  out.begin_object();
  if (news.base != "execution.fast") {
    out.text("id", std::to_string(user_id(news.account)) + uuid_text(kMessageKind, ++messages_));
  }
  out.text("topic", topic).number("creationTime", milliseconds_of(venue_.server_time()));
  out.key("data").begin_array().raw(news.data).end_array().end_object();
  return std::move(out).take();
}

void PrivateHub::tell(const News& news) {
  const auto at = readers_.find(news.account);
  if (at == readers_.end()) return;
  const std::string categorised =
      news.category.empty() ? std::string() : std::string(news.base) + "." + std::string(news.category);
  for (AccountReader* reader : at->second) {
    if (reader->reads(news.base)) reader->on_account_message(message(news, news.base));
    if (!categorised.empty() && reader->reads(categorised))
      reader->on_account_message(message(news, categorised));
  }
}

void PrivateHub::tell_order(const OrderRecord& order, std::string_view status) {
  if (!is_visible(order) || readers(order.account) == 0) return;
  JsonWriter data;
  write_order(data, scene(), order, Channel::stream, status);
  tell({order.account, "order", category_of(order.product), data.view()});
}

void PrivateHub::on_order(const OrderEvent& event) {
  if (event.change != OrderChange::triggered) {
    tell_order(event.order);
    return;
  }
  // A state that the order only passes through, and then where it is.
  tell_order(event.order, "Triggered");
  if (!is_closed(event.order.state)) tell_order(event.order);
}

void PrivateHub::tell_execution(AccountId account) {
  const AccountMemory* const memory = memory_.find(account);
  if (memory == nullptr || memory->executions.empty() || readers(account) == 0) return;
  const ExecutionEntry& entry = memory->executions.back();
  const std::string_view category = category_of(entry.execution.product);
  JsonWriter data;
  write_execution(data, scene(), entry, Channel::stream);
  tell({account, "execution", category, data.view()});
  if (entry.is_funding || entry.execution.liquidation) return;
  JsonWriter fast;
  write_fast_execution(fast, scene(), entry);
  tell({account, "execution.fast", category, fast.view()});
}

void PrivateHub::on_execution(const ExecutionEvent& event) {
  tell_order(event.order);
  tell_execution(event.order.account);
}

void PrivateHub::on_account_funding(const FundingEvent& event) { tell_execution(event.account); }

void PrivateHub::on_balance(const BalanceEvent& event) {
  if (readers(event.account) == 0) return;
  std::string coins;
  for (const AssetBalance& balance : event.balances) {
    if (!coins.empty()) coins.push_back(',');
    coins += venue_.exchange().listings().asset_name(balance.asset);
  }
  if (coins.empty()) return;
  JsonWriter data;
  write_wallet(data, scene(), event.account, coins);
  tell({event.account, "wallet", {}, data.view()});
}

void PrivateHub::tell_position(AccountId account, const PositionView& position) {
  if (readers(account) == 0) return;
  JsonWriter data;
  write_position(data, scene(), account, position, Channel::stream);
  tell({account, "position", "linear", data.view()});
}

void PrivateHub::on_position(const PositionEvent& event) { tell_position(event.account, event.position); }

void PrivateHub::on_account_settings(const AccountSettingsEvent& event) {
  tell_position(event.account, venue_.exchange().position(event.account, event.instrument));
}

}  // namespace kontor::emulator::bybit
