#include "emulator/binance/history_query.hpp"

#include <fmt/format.h>

namespace kontor::emulator::binance {

Answer<OrderKey> order_key(const Call& call, const ListedInstrument& listing, std::string_view id_name,
                           std::string_view client_name) {
  TRY(const auto id, call.parameters.integer(id_name));
  const std::string_view client_id = call.parameters.text(client_name);
  if (!id && client_id.empty())
    return refuse(-1102, fmt::format("Param '{}' or '{}' must be sent, but both were empty/null!",
                                     client_name, id_name));
  return OrderKey{.product = listing.product,
                  .symbol = listing.symbol,
                  .id = VenueOrderId(static_cast<std::uint64_t>(id.value_or(0))),
                  .client_id = client_id};
}

Answer<HistoryQuery> history_query(const Call& call, const ListedInstrument& listing,
                                   const HistoryRules& rules) {
  const Parameters& parameters = call.parameters;
  HistoryQuery query{.product = listing.product, .instrument = listing.id};
  TRY(const auto order, parameters.integer("orderId"));
  TRY(const auto from_id, parameters.integer("fromId"));
  TRY(const auto from, parameters.time("startTime"));
  TRY(const auto to, parameters.time("endTime"));
  TRY(query.limit, parameters.limit(500, rules.most));
  if (from && to && *to < *from) return refuse(-1127, "Lookup interval is too big.");
  if (from && to && *to - *from > rules.longest_span)
    return refuse(
        -1127, fmt::format("More than {} hours between startTime and endTime.", rules.longest_span / kHour));
  query.order = VenueOrderId(static_cast<std::uint64_t>(order.value_or(0)));
  query.from_execution = ExecutionId(static_cast<std::uint64_t>(from_id.value_or(0)));
  if (from) query.from = *from;
  if (to) query.to = *to + kMillisecond - 1;
  query.from_start = from.has_value() || from_id.has_value() || (rules.order_is_first && order.has_value());
  return query;
}

}  // namespace kontor::emulator::binance
