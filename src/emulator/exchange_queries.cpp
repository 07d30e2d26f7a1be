#include <algorithm>
#include <utility>

#include "emulator/account_desk.hpp"
#include "emulator/exchange_impl.hpp"

namespace kontor::emulator {
namespace {

/// Keeps the first or the last `limit` of what matches, ascending.
template <class Range, class Matches, class Pointer>
auto chosen(const Range& range, const HistoryQuery& query, const Matches& matches, const Pointer& pointer) {
  std::vector<decltype(pointer(*range.begin()))> found;
  if (query.from_start) {
    for (auto at = range.begin(); at != range.end() && found.size() < query.limit; ++at) {
      if (matches(*pointer(*at))) found.push_back(pointer(*at));
    }
    return found;
  }
  for (auto at = range.rbegin(); at != range.rend() && found.size() < query.limit; ++at) {
    if (matches(*pointer(*at))) found.push_back(pointer(*at));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

bool is_of(const HistoryQuery& query, Product product, std::optional<InstrumentId> instrument) noexcept {
  return product == query.product && (!query.instrument || query.instrument == instrument);
}

bool is_within(const HistoryQuery& query, TimeNs ts) noexcept { return ts >= query.from && ts <= query.to; }

template <class Element>
const Element* address_of(const Element& element) noexcept {
  return &element;
}

}  // namespace

const OrderRecord* Exchange::find_order(AccountId account, const OrderKey& key) const {
  if (!impl_->core.is_account(account)) return nullptr;
  return emulator::find_order(impl_->core, impl_->core.account(account), key);
}

std::vector<const OrderRecord*> Exchange::open_orders(AccountId account, Product product,
                                                      std::optional<InstrumentId> instrument) const {
  std::vector<const OrderRecord*> found;
  if (!impl_->core.is_account(account)) return found;
  for (const auto& [id, record] : impl_->core.account(account).orders.open()) {
    if (record->product == product && (!instrument || record->instrument == *instrument)) {
      found.push_back(record);
    }
  }
  return found;
}

std::vector<const OrderRecord*> Exchange::orders(AccountId account, const HistoryQuery& query) const {
  if (!impl_->core.is_account(account)) return {};
  const auto matches = [&](const OrderRecord& record) {
    return is_of(query, record.product, record.instrument) && is_within(query, record.created_at) &&
           record.id >= query.order && (!query.closed_only || is_closed(record.state));
  };
  return chosen(impl_->core.account(account).orders.all(), query, matches,
                [](const auto& entry) { return address_of(entry.second); });
}

std::vector<const OrderRecord*> Exchange::list_orders(AccountId account, OrderListId list) const {
  std::vector<const OrderRecord*> found;
  if (!impl_->core.is_account(account) || list.value == 0) return found;
  for (const auto& [id, record] : impl_->core.account(account).orders.all()) {
    if (record.ticket.list == list) found.push_back(&record);
  }
  return found;
}

std::vector<const Execution*> Exchange::executions(AccountId account, const HistoryQuery& query) const {
  if (!impl_->core.is_account(account)) return {};
  const auto matches = [&](const Execution& execution) {
    return is_of(query, execution.product, execution.instrument) && is_within(query, execution.ts) &&
           execution.id >= query.from_execution && (query.order.value == 0 || execution.order == query.order);
  };
  return chosen(impl_->core.account(account).executions, query, matches, address_of<Execution>);
}

std::vector<const IncomeRecord*> Exchange::income(AccountId account, const HistoryQuery& query) const {
  if (!impl_->core.is_account(account)) return {};
  const auto matches = [&](const IncomeRecord& record) {
    return is_of(query, record.product, record.instrument) && is_within(query, record.ts);
  };
  return chosen(impl_->core.account(account).income, query, matches, address_of<IncomeRecord>);
}

std::vector<AssetBalance> Exchange::balances(AccountId account, Product product) const {
  std::vector<AssetBalance> found;
  if (!impl_->core.is_account(account)) return found;
  const Wallet& wallet = impl_->core.account(account).wallet(product);
  const auto count = static_cast<std::uint32_t>(impl_->core.listings.instruments().asset_count());
  for (std::uint32_t asset = 0; asset < count; ++asset) {
    const AssetBalance raw = wallet.raw_balance(AssetId(asset));
    if (raw.total.is_zero() && raw.reserved.is_zero() && raw.position_margin.is_zero()) continue;
    found.push_back(wallet.balance(AssetId(asset)));
  }
  return found;
}

AssetBalance Exchange::balance(AccountId account, Product product, AssetId asset) const {
  if (!impl_->core.is_account(account)) return {};
  return impl_->core.account(account).wallet(product).balance(asset);
}

std::vector<PositionView> Exchange::positions(AccountId account) const {
  std::vector<PositionView> found;
  if (!impl_->core.is_account(account)) return found;
  for (const ListedInstrument& listed : impl_->core.listings.all()) {
    if (listed.product == Product::linear) found.push_back(position(account, listed.id));
  }
  return found;
}

PositionView Exchange::position(AccountId account, InstrumentId instrument) const {
  if (!impl_->core.is_account(account)) return {};
  return position_view(impl_->core, impl_->core.account(account), instrument);
}

InstrumentSettings Exchange::settings(AccountId account, InstrumentId instrument) const {
  if (!impl_->core.is_account(account)) return {};
  return impl_->core.account(account).wallet(impl_->core.listings[instrument].product).settings(instrument);
}

FeeRates Exchange::fees(AccountId /*account*/, InstrumentId instrument) const {
  const Instrument& listed = impl_->core.listings.instrument(instrument);
  return {listed.maker_fee(), listed.taker_fee()};
}

}  // namespace kontor::emulator
