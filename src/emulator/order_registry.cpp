#include "emulator/order_registry.hpp"

#include <utility>

#include "base/assert.hpp"

namespace kontor::emulator {

std::string OrderRegistry::client_key(Product product, std::string_view client_id) {
  std::string key(1, product == Product::spot ? 's' : 'l');
  key.append(client_id);
  return key;
}

OrderRegistry::OpenCount& OrderRegistry::counter(InstrumentId instrument) {
  if (counts_.size() <= instrument.index()) counts_.resize(instrument.index() + 1);
  return counts_[instrument.index()];
}

OrderRegistry::OpenCount OrderRegistry::count(InstrumentId instrument) const noexcept {
  return instrument.index() < counts_.size() ? counts_[instrument.index()] : OpenCount{};
}

OrderRecord& OrderRegistry::add(OrderRecord record) {
  const std::uint64_t id = record.id.value;
  // Ids ascend, so the place is always behind the last one.
  const auto at = orders_.emplace_hint(orders_.end(), id, std::move(record));
  OrderRecord& added = at->second;
  std::uint64_t& latest = clients_[client_key(added.product, added.client_id)];
  added.client_id_before = VenueOrderId(std::exchange(latest, id));
  open_.emplace_hint(open_.end(), id, &added);
  if (added.matching_id.value != 0) matching_.emplace(added.matching_id.value, &added);
  OpenCount& open = counter(added.instrument);
  ++open.orders;
  if (added.is_conditional()) ++open.conditional;
  return added;
}

void OrderRegistry::leave_open(OrderRecord& record) {
  if (open_.erase(record.id.value) == 0) return;
  matching_.erase(record.matching_id.value);
  OpenCount& open = counter(record.instrument);
  --open.orders;
  if (record.is_conditional()) --open.conditional;
}

void OrderRegistry::discard(VenueOrderId id) {
  OrderRecord* record = find(id);
  ASSERT(record != nullptr);
  leave_open(*record);
  const VenueOrderId before = record->client_id_before;
  const std::string client = client_key(record->product, record->client_id);
  forget(id.value);
  if (find(before) != nullptr) clients_[client] = before.value;
}

void OrderRegistry::rename(OrderRecord& record, OrderId matching_id) {
  matching_.erase(record.matching_id.value);
  record.matching_id = matching_id;
  matching_.emplace(matching_id.value, &record);
}

void OrderRegistry::close(OrderRecord& record) {
  ASSERT(is_closed(record.state));
  leave_open(record);
  closed_.push_back(record.id.value);
}

void OrderRegistry::trim() {
  while (closed_.size() > max_closed_) {
    forget(closed_.front());
    closed_.pop_front();
  }
}

void OrderRegistry::forget(std::uint64_t id) {
  const auto at = orders_.find(id);
  if (at == orders_.end()) return;
  const auto client = clients_.find(client_key(at->second.product, at->second.client_id));
  if (client != clients_.end() && client->second == id) clients_.erase(client);
  orders_.erase(at);
}

OrderRecord* OrderRegistry::find(VenueOrderId id) noexcept {
  const auto at = orders_.find(id.value);
  return at == orders_.end() ? nullptr : &at->second;
}

const OrderRecord* OrderRegistry::find(VenueOrderId id) const noexcept {
  const auto at = orders_.find(id.value);
  return at == orders_.end() ? nullptr : &at->second;
}

const OrderRecord* OrderRegistry::find_client(Product product, std::string_view client_id) const {
  const auto at = clients_.find(client_key(product, client_id));
  return at == clients_.end() ? nullptr : find(VenueOrderId(at->second));
}

OrderRecord* OrderRegistry::find_matching(OrderId id) noexcept {
  const auto at = matching_.find(id.value);
  return at == matching_.end() ? nullptr : at->second;
}

}  // namespace kontor::emulator
