#pragma once

#include <string>
#include <string_view>

#include "emulator/binance/service.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {

// Order lists on spot: one order cancels the other, one order triggers the other.
[[nodiscard]] Answer<std::string> spot_oco(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_oco_of_old(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_oto(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_otoco(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_cancel_list(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_list(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_open_lists(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_all_lists(Service& service, const Call& call);

/// Cancels what is open of a list; false: nothing was.
bool cancel_open_orders_of(Service& service, AccountId account, OrderListId list);
/// `"OCO"`, `"OTO"`.
[[nodiscard]] std::string_view contingency_text(Service& service, AccountId account, OrderListId list);
/// A list of which everything has been canceled.
void write_canceled_list(JsonWriter& out, Service& service, AccountId account, OrderListId list,
                         std::string_view cancel_name);

}  // namespace kontor::emulator::binance
