#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"

// Arbitrary text as every kind of number and time: a value or an error, never a crash. What was read is
// written in a form that reads as the same value.

namespace {

void read_decimal(std::string_view text) {
  const auto decimal = kontor::Decimal::parse(text);
  if (!decimal) return;
  ASSERT(decimal->is_valid());
  const auto again = kontor::Decimal::parse(decimal->format());
  ASSERT(again && again->units == decimal->units && again->scale == decimal->scale);
  ASSERT(decimal->normalized() == *decimal);
  const auto amount = kontor::Amount::parse(text);
  ASSERT(amount && *amount == kontor::Amount::from_decimal(*decimal));
}

void read_amount(std::string_view text) {
  const auto amount = kontor::Amount::parse(text);
  if (!amount) return;
  ASSERT(kontor::Amount::parse(amount->format()).value() == *amount);
  ASSERT(kontor::Amount::parse(amount->format_fixed(kontor::Amount::kScale)).value() == *amount);
}

void read_time(std::string_view text) {
  const auto time = kontor::parse_time(text);
  // The days at the very ends, reached by an offset only, cannot be read back.
  if (time && *time > kontor::start_of({1678, 1, 1}) && *time < kontor::start_of({2261, 12, 31})) {
    ASSERT(kontor::parse_time(kontor::format_time(*time)).value() == *time);
  }
  if (const auto duration = kontor::parse_duration(text)) ASSERT(!kontor::format_duration(*duration).empty());
  if (const auto timeframe = kontor::Timeframe::parse(text)) {
    ASSERT(kontor::Timeframe::parse(timeframe->format()).value() == *timeframe);
  }
  if (const auto name = kontor::InstrumentName::parse(text)) ASSERT(name->format() == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  read_decimal(text);
  read_amount(text);
  read_time(text);
  return 0;
}
