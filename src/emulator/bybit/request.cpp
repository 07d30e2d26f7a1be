#include "emulator/bybit/request.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/bybit/refusals.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr DurationNs kWeek = 7 * kDay;

Checked<std::optional<TimeNs>> asked_time(const Request& request, std::string_view name) {
  TRY(const std::optional<std::int64_t> value, request.parameters.integer(name));
  if (!value) return std::nullopt;
  constexpr std::int64_t kLatest = kTimeMax / kMillisecond - 1;
  if (*value < 0 || *value > kLatest) return bad_parameter(fmt::format("{} invalid", name));
  return *value * kMillisecond;
}

}  // namespace

Checked<Category> asked_category(const Request& request) {
  const std::string_view word = request.parameters.get("category");
  if (word.empty()) return refusal(10001, "Category is required");
  const auto category = parse_category(word);
  if (!category) return refusal(10001, "Illegal category");
  return *category;
}

Checked<const ListedInstrument*> asked_instrument(const Request& request, Product product) {
  TRY(const std::string_view symbol, request.parameters.needed("symbol"));
  const ListedInstrument* const listed = request.listings().find(product, symbol);
  if (listed == nullptr) return refusal(10001, "Not supported symbols");
  return listed;
}

Checked<void> may_trade(const Request& request, Product product) {
  if (request.key != nullptr && request.key->permissions.may_trade(product)) return {};
  return refusal(10005, "Permission denied, please check your API key permissions.");
}

Checked<const ListedInstrument*> asked_to_trade(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const std::string_view symbol, request.parameters.needed("symbol"));
  const auto product = product_of(category);
  if (!product) return refusal(10001, "params error: symbol invalid");
  TRY_VOID(may_trade(request, *product));
  const ListedInstrument* const listed = request.listings().find(*product, symbol);
  if (listed == nullptr) return refused({RefusalReason::unknown_symbol, {}}, *product, Asked::create);
  return listed;
}

Checked<Stretch> asked_week(const Request& request) {
  TRY(const std::optional<TimeNs> start, asked_time(request, "startTime"));
  TRY(const std::optional<TimeNs> end, asked_time(request, "endTime"));
  constexpr DurationNs kWholeMillisecond = kMillisecond - 1;
  if (start && end) {
    if (*start > *end) return bad_parameter("startTime needs to be smaller than endTime");
    if (*end - *start > kWeek)
      return refusal(10001, "The time range between startTime and endTime cannot exceed 7 days");
    return Stretch{*start, *end + kWholeMillisecond};
  }
  if (start) return Stretch{*start, *start + kWeek};
  const TimeNs to = end ? *end + kWholeMillisecond : request.now();
  return Stretch{to - kWeek, to};
}

Checked<Page> asked_page(const Request& request, const PageLimits& limits) {
  TRY(const std::int64_t limit, request.parameters.integer_within("limit", {1, INT64_MAX, limits.otherwise}));
  Page page{static_cast<std::size_t>(std::min(limit, limits.most))};
  // Clients send the cursor back encoded once more, or not.
  std::string cursor = percent_decoded(request.parameters.get("cursor"));
  if (cursor.empty()) return page;
  constexpr std::string_view kToken = "page_token=";
  if (cursor.starts_with(kToken)) cursor.erase(0, kToken.size());
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), page.below);
  if (error != std::errc()) return refusal(10001, "Cursor invalid");
  return page;
}

std::string cursor_text(std::uint64_t last) { return fmt::format("page_token%3D{}%26", last); }

}  // namespace kontor::emulator::bybit
