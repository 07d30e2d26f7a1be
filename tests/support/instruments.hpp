#pragma once

#include <string_view>

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "model/instrument.hpp"
#include "tests/support/numbers.hpp"

/// Instruments and small conversions that the tests of several rooms share.
namespace kontor::test {

inline RawPrice price(const Instrument& instrument, std::string_view text) {
  const auto raw = instrument.raw_price(decimal(text));
  EXPECT_TRUE(raw) << text;
  return raw ? *raw : RawPrice{};
}

inline RawQuantity quantity(const Instrument& instrument, std::string_view text) {
  const auto raw = instrument.raw_quantity(decimal(text));
  EXPECT_TRUE(raw) << text;
  return raw ? *raw : RawQuantity{};
}

/// Spot: tick 0.01, step 0.00001, minimum 0.00001 and 5 USDT, fees 0.1 %.
inline InstrumentSpecification spot(std::string_view base, std::string_view quote = "USDT") {
  InstrumentSpecification specification;
  specification.name = {"test", std::string(base) + std::string(quote)};
  specification.base = base;
  specification.quote = quote;
  specification.tick = decimal("0.01");
  specification.step = decimal("0.00001");
  specification.min_quantity = decimal("0.00001");
  specification.max_quantity = decimal("9000");
  specification.min_notional = decimal("5");
  specification.maker_fee = decimal("0.001");
  specification.taker_fee = decimal("0.001");
  return specification;
}

/// Linear perpetual: tick 0.1, step 0.001, minimum 0.001 and 100 USDT, fees 0.02 % and 0.05 %, leverage 20.
inline InstrumentSpecification perpetual(std::string_view base, std::string_view quote = "USDT") {
  InstrumentSpecification specification = spot(base, quote);
  specification.name = {"test", std::string(base) + std::string(quote) + "PERP"};
  specification.kind = InstrumentKind::linear_perpetual;
  specification.tick = decimal("0.1");
  specification.step = decimal("0.001");
  specification.min_quantity = decimal("0.001");
  specification.min_notional = decimal("100");
  specification.maker_fee = decimal("0.0002");
  specification.taker_fee = decimal("0.0005");
  specification.max_leverage = decimal("20");
  return specification;
}

/// A coin of which one is worth a hundred-thousandth: tick 1e-8, whole units only, minimum 1 USDT.
inline InstrumentSpecification pepe() {
  InstrumentSpecification specification = spot("PEPE");
  specification.tick = decimal("0.00000001");
  specification.step = decimal("1");
  specification.min_quantity = decimal("1");
  specification.max_quantity = decimal("92141578");
  specification.min_notional = decimal("1");
  return specification;
}

/// Adds an instrument that must be all right.
inline InstrumentId add(InstrumentTable& table, const InstrumentSpecification& specification) {
  const auto id = table.add(specification);
  EXPECT_TRUE(id) << (id ? "" : id.error().message);
  return id ? *id : InstrumentId{};
}

/// Uniform in [first, last].
inline std::int64_t between(Prng& random, std::int64_t first, std::int64_t last) {
  return first + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(last - first + 1)));
}

}  // namespace kontor::test
