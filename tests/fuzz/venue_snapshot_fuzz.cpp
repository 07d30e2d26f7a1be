#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "base/codec.hpp"
#include "base/crc32c.hpp"
#include "venue/sim/sim_venue.hpp"

// The snapshot of a busy simulated venue with bytes put elsewhere: refused, or taken and written again byte
// for byte. The input is a list of edits (three bytes of place, one of value, the first one a length to cut
// to); the checksum is put right behind them, since what is behind it is where the fuzzer has to look.

namespace {

using namespace kontor;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kHead = 32 + sizeof(std::uint64_t);  ///< digest and length

InstrumentTable one_perpetual() {
  InstrumentTable table;
  InstrumentSpecification specification;
  specification.name = {"test", "BTCPERP"};
  specification.kind = InstrumentKind::linear_perpetual;
  specification.base = "BTC";
  specification.quote = "USDT";
  specification.tick = Decimal{1, 2};
  specification.step = Decimal{1, 3};
  specification.max_leverage = Decimal{10, 0};
  ASSERT(table.add(specification).has_value());
  return table;
}

NewOrder limit(std::uint64_t id, Side side, std::int64_t price) {
  NewOrder order;
  order.id = OrderId(id);
  order.instrument = InstrumentId(0);
  order.side = side;
  order.type = OrderType::limit;
  order.quantity = RawQuantity(2'000);
  order.limit_price = RawPrice(price);
  return order;
}

/// Orders on both ladders, triggers, groups that live and that ended, a position.
Bytes busy(const InstrumentTable& table) {
  sim::SimVenue venue(table, {});
  venue.deposit({Amount::parse("100000").value(), table[InstrumentId(0)].quote()});
  const BookLevelChange levels[] = {{RawPrice(9'900), RawQuantity(5'000), Side::buy},
                                    {RawPrice(10'100), RawQuantity(3'000), Side::sell}};
  venue.on_book({InstrumentId(0), kSecond, kSecond, true, levels});
  const auto send = [&](const CommandBody& command) { venue.on_command(command, 2 * kSecond); };
  send(limit(1, Side::buy, 10'100));
  send(limit(2, Side::buy, 9'900));
  NewOrder order = limit(3, Side::sell, 10'500);
  order.time_in_force = TimeInForce::good_till_date;
  order.expire_at = kHour;
  send(order);
  order = limit(4, Side::sell, 0);
  order.type = OrderType::trailing_stop;
  order.trailing_offset = RawPrice(300);
  send(order);
  for (std::uint64_t group = 1; group <= 3; ++group) {
    order = limit(10 * group, Side::buy, 9'700);
    order.group = GroupId(group);
    order.role = GroupRole::entry;
    send(order);
    order = limit(10 * group + 1, Side::sell, 0);
    order.group = GroupId(group);
    order.role = GroupRole::stop_loss;
    order.type = OrderType::stop_market;
    order.trigger_price = RawPrice(9'000);
    send(order);
  }
  send(CancelOrder{OrderId(10), InstrumentId(0)});
  Encoder encoder;
  venue.save(encoder);
  return encoder.take();
}

Bytes edited(const Bytes& snapshot, std::span<const std::uint8_t> edits) {
  Bytes content(snapshot.begin() + kHead, snapshot.end() - sizeof(std::uint32_t));
  const auto byte = [&](std::size_t at) { return std::size_t{edits[at]}; };
  for (std::size_t at = 0; at + 4 <= edits.size(); at += 4) {
    const std::size_t place = byte(at) | byte(at + 1) << 8U | byte(at + 2) << 16U;
    if (at == 0) content.resize(std::min(content.size(), place));
    if (!content.empty()) content[place % content.size()] = std::byte(edits[at + 3]);
  }
  Encoder encoder;
  encoder.bytes(snapshot.data(), kHead - sizeof(std::uint64_t));
  encode_into(encoder, content);
  encode_into(encoder, crc32c(content));
  return encoder.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const InstrumentTable table = one_perpetual();
  static const Bytes snapshot = busy(table);
  const Bytes bytes = edited(snapshot, {data, size});
  sim::SimVenue venue(table, {});
  Decoder decoder(bytes);
  if (!venue.load(decoder)) return 0;
  Encoder again;
  venue.save(again);
  ASSERT(again.buffer() == bytes);
  return 0;
}
