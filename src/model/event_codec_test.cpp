#include "model/event_codec.hpp"

#include <array>

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor {
namespace {

std::vector<std::byte> bytes_of(const Event& event) {
  Encoder encoder;
  encode_event(encoder, event);
  return encoder.take();
}

template <std::size_t... Index>
std::vector<EventBody> one_of_each(std::index_sequence<Index...>) {
  return {EventBody(std::in_place_index<Index>)...};
}

/// Every alternative once, with defaults, and some with content.
std::vector<EventBody> bodies() {
  static constexpr std::array kChanges{BookLevelChange{RawPrice(100), RawQuantity(5), Side::buy},
                                       BookLevelChange{RawPrice(-7), RawQuantity(0), Side::sell}};
  auto all = one_of_each(std::make_index_sequence<std::variant_size_v<EventBody>>());
  all.emplace_back(BookUpdate{InstrumentId(3), 10, 20, true, kChanges});
  all.emplace_back(Trade{InstrumentId(1), 5, 6, RawPrice(7), RawQuantity(8), TradeId(9), Side::sell});
  all.emplace_back(OrderRejected{OrderId(4), RejectReason::duplicate_order});
  all.emplace_back(FundingRate{InstrumentId(1), 2, 3, Decimal{-125, 6}, RawPrice(4)});
  all.emplace_back(TradingStateChanged{TradingState::halted, TradingReason::stop_time});
  SettingsChanged settings{"c0ffee", "[risk]\n", {{"risk.cooldown", "", "1h"}}, {}, {}};
  settings.limits.push_back({LimitScope::instrument, 1, {}});
  settings.limits.back().limits.max_orders_per_day = 3;
  settings.limits.back().limits.max_exposure = Decimal{5, 1};
  settings.limits.back().limits.max_order_notional = Amount::from_units(kInt128Min);
  settings.strategies.push_back(
      {StrategyId(2), {{"fast", std::int64_t{7}}, {"mode", "long_flat"}, {"on", true}, {"size", 0.5}}});
  all.emplace_back(settings);
  Fill fill;
  fill.fee = Amount::from_units(kInt128Min);
  fill.liquidation = true;
  all.emplace_back(fill);
  return all;
}

TEST(EventCodec, DecodeUndoesEncodeForEveryKindOfEvent) {
  for (const EventBody& body : bodies()) {
    const Event event{EventHeader{1, 2, 3, 4}, body};
    const auto bytes = bytes_of(event);
    std::vector<BookLevelChange> changes;
    const auto decoded = decode_event(bytes, changes);
    ASSERT_TRUE(decoded) << body.index();
    EXPECT_EQ(decoded->body.index(), body.index());
    EXPECT_EQ(decoded->header.cause, 4U);
    EXPECT_EQ(bytes_of(*decoded), bytes) << body.index();
  }
}

TEST(EventCodec, ABookUpdateBringsItsChanges) {
  const std::array written{BookLevelChange{RawPrice(100), RawQuantity(5), Side::sell}};
  std::vector<BookLevelChange> changes(7);
  const auto decoded =
      decode_event(bytes_of(Event{{}, BookUpdate{InstrumentId(2), 5, 6, true, written}}), changes);
  const auto& update = std::get<BookUpdate>(decoded.value().body);
  ASSERT_EQ(update.changes.size(), 1U);
  EXPECT_EQ(update.changes[0].price, RawPrice(100));
  EXPECT_EQ(update.changes[0].side, Side::sell);
  EXPECT_TRUE(update.snapshot);
  EXPECT_EQ(update.instrument, InstrumentId(2));
}

TEST(EventCodec, EveryPrefixAndEveryTailIsBadData) {
  std::vector<BookLevelChange> changes;
  for (const EventBody& body : bodies()) {
    auto bytes = bytes_of(Event{{}, body});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_EQ(decode_event(std::span(bytes).first(size), changes).error().kind, ErrorKind::bad_data);
    }
    bytes.push_back(std::byte{0});
    ASSERT_FALSE(decode_event(bytes, changes));
  }
}

TEST(EventCodec, RefusesWhatNoEventCanSay) {
  std::vector<BookLevelChange> changes;
  auto bytes = bytes_of(Event{{}, TradingStateChanged{}});
  bytes.back() = std::byte{7};
  EXPECT_FALSE(decode_event(bytes, changes)) << "no such reason for a trading state";
  bytes = bytes_of(Event{{}, TradingStateChanged{}});
  bytes[bytes.size() - 2] = std::byte{4};
  EXPECT_FALSE(decode_event(bytes, changes)) << "no such trading state";
  bytes = bytes_of(Event{{}, OrderRejected{}});
  bytes.back() = std::byte{0xFF};
  EXPECT_FALSE(decode_event(bytes, changes)) << "no such reason";
  bytes[sizeof(EventHeader)] = static_cast<std::byte>(std::variant_size_v<EventBody>);
  EXPECT_FALSE(decode_event(bytes, changes)) << "no such event";
  FundingRate funding;
  funding.rate.scale = 19;
  EXPECT_FALSE(decode_event(bytes_of(Event{{}, funding}), changes))
      << "a scale that would read beyond the powers of ten";
  Bar bar;
  bar.timeframe.period_ns = 0;
  EXPECT_FALSE(decode_event(bytes_of(Event{{}, bar}), changes)) << "a period that would divide by zero";
}

TEST(EventCodec, WhatDecodesIsWhatWasWritten) {
  Prng prng(10);
  std::vector<BookLevelChange> changes;
  const auto all = bodies();
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = bytes_of(Event{{}, all[prng.below(all.size())]});
    for (std::uint64_t flips = prng.below(4); flips > 0; --flips) {
      bytes[prng.below(bytes.size())] = static_cast<std::byte>(prng.below(256));
    }
    const auto decoded = decode_event(bytes, changes);
    if (decoded) {
      ASSERT_EQ(bytes_of(*decoded), bytes);
    }
  }
}

TEST(EventCodec, CommandsHaveABinaryFormToo) {
  NewOrder order;
  order.id = OrderId(5);
  order.type = OrderType::stop_limit;
  order.limit_price = RawPrice(12);
  for (const CommandBody& body :
       {CommandBody(order), CommandBody(CancelOrder{OrderId(6), InstrumentId(1)}),
        CommandBody(AmendOrder{OrderId(7), InstrumentId(1), RawQuantity(3), RawPrice(4)})}) {
    const auto bytes = encode(Command{EventHeader{9, 8, 7, 6}, body});
    const auto decoded = decode<Command>(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode(*decoded), bytes);
  }
}

}  // namespace
}  // namespace kontor
