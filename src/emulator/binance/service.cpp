#include "emulator/binance/service.hpp"

#include <algorithm>
#include <utility>

#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_symbol_letter(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

}  // namespace

std::int64_t Service::now_ms() const noexcept { return milliseconds(now()); }

std::string Service::make_name(std::size_t length) {
  std::string name;
  for (std::size_t i = 0; i < length; ++i) name.push_back(kLetters[prng_.below(kLetters.size())]);
  return name;
}

void Service::note_list(OrderListId list, ListNote note) {
  if (list_notes_.size() == kMaxListNotes) list_notes_.erase(list_notes_.begin());
  list_notes_.insert_or_assign(list, std::move(note));
}

void Service::note_orders_used(Product product, AccountId account, const LimitVerdict& verdict) {
  for (const LimitState& state : verdict.states)
    if (state.rule->kind == LimitKind::orders)
      orders_used_[{product, account, state.rule->name}] = {state.used, state.resets_at};
}

std::int64_t Service::orders_used(Product product, AccountId account, const LimitRule& rule) const {
  const auto found = orders_used_.find({product, account, rule.name});
  if (found == orders_used_.end() || found->second.resets_at <= venue_.exchange().now()) return 0;
  return found->second.used;
}

Answer<const ListedInstrument*> Service::symbol(const Call& call, std::string_view name) const {
  TRY(const auto text, call.parameters.required(name));
  if (text.size() > 20 || !std::ranges::all_of(text, is_symbol_letter))
    return illegal_characters(name, "^[A-Z0-9-_.]{1,20}$");
  const ListedInstrument* found = listings().find(call.product, text);
  if (found == nullptr) return unknown_symbol();
  return found;
}

Answer<const ListedInstrument*> Service::optional_symbol(const Call& call) const {
  if (!call.parameters.has("symbol")) return nullptr;
  return symbol(call);
}

}  // namespace kontor::emulator::binance
