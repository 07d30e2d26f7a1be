#include <algorithm>
#include <map>
#include <vector>

#include "emulator/bybit/account_requests.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::uint64_t kTransferKind = 7;

/// One movement of one coin.
struct LogRow {
  TimeNs ts = 0;
  std::uint64_t key = 0;  ///< orders what happens at one time
  AssetId asset{};
  const ExecutionEntry* entry = nullptr;  ///< null: a transfer
  Amount cash_flow{};
  Amount funding{};
  Amount fee{};
  Amount balance_after{};
  [[nodiscard]] Amount change() const { return cash_flow + funding - fee; }
};

void append_spot_rows(std::vector<LogRow>& rows, const Instrument& instrument, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  const Amount base = instrument.base_amount(execution.quantity);
  const bool buys = execution.side == Side::buy;
  const auto fee_in = [&](AssetId asset) { return execution.fee_asset == asset ? execution.fee : Amount(); };
  rows.push_back({.ts = execution.ts,
                  .key = entry.key * 2,
                  .asset = instrument.base(),
                  .entry = &entry,
                  .cash_flow = buys ? base : -base,
                  .fee = fee_in(instrument.base())});
  rows.push_back({.ts = execution.ts,
                  .key = entry.key * 2 + 1,
                  .asset = instrument.quote(),
                  .entry = &entry,
                  .cash_flow = buys ? -execution.turnover : execution.turnover,
                  .fee = fee_in(instrument.quote())});
}

void append_rows_of(std::vector<LogRow>& rows, const Listings& listings, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  const Instrument& instrument = listings.instrument(execution.instrument);
  if (execution.product == Product::spot) return append_spot_rows(rows, instrument, entry);
  LogRow row{.ts = execution.ts, .key = entry.key * 2, .asset = instrument.quote(), .entry = &entry};
  if (entry.is_funding) {
    row.funding = -execution.fee;
  } else {
    row.cash_flow = execution.realized;
    row.fee = execution.fee;
  }
  rows.push_back(row);
}

/// Oldest first.
std::vector<LogRow> all_rows(const Request& request) {
  std::vector<LogRow> rows;
  for (const Product product : {Product::spot, Product::linear}) {
    for (const IncomeRecord* income :
         request.exchange().income(request.account, {.product = product, .limit = SIZE_MAX})) {
      if (income->product != product || income->kind != IncomeKind::transfer) continue;
      rows.push_back(
          {.ts = income->ts, .key = income->id, .asset = income->asset, .cash_flow = income->amount});
    }
  }
  if (const AccountMemory* const memory = request.memory.find(request.account)) {
    for (const ExecutionEntry& entry : memory->executions) append_rows_of(rows, request.listings(), entry);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const LogRow& a, const LogRow& b) {
    return a.ts != b.ts ? a.ts < b.ts : a.key < b.key;
  });
  return rows;
}

/// Walks back from what is owned now.
void fill_balances(const Request& request, std::vector<LogRow>& rows) {
  std::map<AssetId, Amount> balance;
  for (const AssetBalance& coin : request.exchange().balances(request.account, Product::linear)) {
    balance[coin.asset] = coin.total;
  }
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    Amount& now = balance[row->asset];
    row->balance_after = now;
    now -= row->change();
  }
}

std::string_view type_word(const LogRow& row) {
  if (row.entry == nullptr) return row.cash_flow.is_negative() ? "TRANSFER_OUT" : "TRANSFER_IN";
  if (row.entry->is_funding) return "SETTLEMENT";
  return row.entry->execution.liquidation ? "LIQUIDATION" : "TRADE";
}

void write_trade_fields(JsonWriter& out, const Request& request, const LogRow& row) {
  const ExecutionEntry& entry = *row.entry;
  const Execution& execution = entry.execution;
  const Instrument& instrument = request.listings().instrument(execution.instrument);
  out.text("symbol", request.listings()[execution.instrument].symbol);
  out.text("category", category_of(execution.product)).text("side", side_word(execution.side));
  out.text("orderId", entry.is_funding ? "" : order_id_text(execution.product, execution.order).c_str());
  out.text("orderLinkId", execution.client_id);
  out.text("tradeId", entry.is_funding ? "" : execution_id_text(execution.product, execution.id).c_str());
  out.text("qty", quantity_text(instrument, execution.quantity));
  out.text("size", quantity_text(instrument, execution.quantity));
  out.text("tradePrice", price_text(instrument, execution.price)).text("feeRate", plain_text(entry.fee_rate));
}

void write_transfer_fields(JsonWriter& out, const LogRow& row) {
  out.text("symbol", "")
      .text("category", "")
      .text("side", "None")
      .text("orderId", "")
      .text("orderLinkId", "");
  out.text("tradeId", uuid_text(kTransferKind, row.key));
  out.text("qty", amount_text(row.cash_flow.absolute())).text("size", "0");
  out.text("tradePrice", "").text("feeRate", "");
}

void write_row(JsonWriter& out, const Request& request, const LogRow& row, std::uint64_t number) {
  out.begin_object();
  out.text("id", std::to_string(user_id(request.account)) + "_" + std::to_string(number));
  out.text("type", type_word(row)).text("transSubType", "");
  row.entry == nullptr ? write_transfer_fields(out, row) : write_trade_fields(out, request, row);
  out.text("transactionTime", milliseconds_text(row.ts));
  out.text("currency", request.listings().asset_name(row.asset));
  const bool funded = row.entry != nullptr && row.entry->is_funding;
  out.text("funding", funded ? amount_text(row.funding) : "").text("fee", amount_text(row.fee));
  out.text("cashFlow", amount_text(row.cash_flow)).text("change", amount_text(row.change()));
  out.text("cashBalance", amount_text(row.balance_after)).text("bonusChange", "").text("extraFees", "");
  out.end_object();
}

bool is_asked_row(const Request& request, const Stretch& stretch, const LogRow& row) {
  const Parameters& asked = request.parameters;
  if (row.ts < stretch.from || row.ts > stretch.to) return false;
  if (asked.has("currency") && request.listings().asset_name(row.asset) != asked.get("currency"))
    return false;
  if (asked.has("type") && type_word(row) != asked.get("type")) return false;
  const bool trade = row.entry != nullptr;
  if (asked.has("category") && (!trade || category_of(row.entry->execution.product) != asked.get("category")))
    return false;
  if (!asked.has("baseCoin")) return true;
  return trade && request.listings()[row.entry->execution.instrument].base == asked.get("baseCoin");
}

Checked<std::string> transaction_log_result(const Request& request) {
  if (request.parameters.has("category")) {
    TRY_VOID(asked_category(request));
  }
  TRY(const Stretch stretch, asked_week(request));
  TRY(const Page page, asked_page(request, {20, 50}));
  std::vector<LogRow> rows = all_rows(request);
  fill_balances(request, rows);
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  std::size_t written = 0;
  std::uint64_t last = 0;
  bool goes_on = false;
  // Rows are numbered from the oldest that is remembered: new ones do not move a cursor.
  for (std::size_t i = rows.size(); i-- > 0;) {
    const std::uint64_t number = i + 1;
    if (number >= page.below || !is_asked_row(request, stretch, rows[i])) continue;
    goes_on = written == page.limit;
    if (goes_on) break;
    write_row(out, request, rows[i], number);
    last = number;
    ++written;
  }
  out.end_array().text("nextPageCursor", goes_on ? cursor_text(last) : std::string()).end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_transaction_log(const Request& request) { return answered(transaction_log_result(request)); }

}  // namespace kontor::emulator::bybit
