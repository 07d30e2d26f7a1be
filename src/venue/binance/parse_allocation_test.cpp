// Once the buffers have grown, the busiest messages are read without a single allocation.

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "venue/binance/protocol.hpp"

namespace {
std::size_t binance_allocations = 0;  // of this test program
}  // namespace

void* operator new(std::size_t size) {
  ++binance_allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace kontor::binance {
namespace {

constexpr std::string_view kBusyMessages[] = {
    R"({"e":"trade","E":1700000000123,"s":"BTCUSDT","t":3300000001,"p":"43210.98","q":"0.00123","T":1700000000122,)"
    R"("m":true,"M":true})",
    R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1700000000123,"s":"BTCUSDT","a":2300000001,)"
    R"("p":"43210.90","q":"0.015","f":1,"l":2,"T":1700000000120,"m":false}})",
    R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1700000000123,"T":1700000000120,"s":"BTCUSDT",)"
    R"("U":3900000000001,"u":3900000000120,"pu":3900000000000,"b":[["43210.90","1.204"],["43210.80","0.000"],)"
    R"(["43210.70","0.350"]],"a":[["43211.00","2.117"],["43211.10","0.051"]]}})",
    R"({"u":400900217,"s":"BNBUSDT","b":"25.3519","B":"31.21","a":"25.3652","A":"40.66"})",
};

class TellingSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& /*message*/) override { ++messages; }
  std::size_t messages = 0;
};

TEST(BinanceAllocation, ThereIsNoneAfterTheFirstMessages) {
  constexpr std::size_t kRounds = 100;
  const auto protocol = make_protocol();
  TellingSink sink;
  std::size_t failures = 0;
  const auto read_all = [&] {
    for (const std::string_view text : kBusyMessages) {
      const auto product = text.starts_with(R"({"stream")") ? venue::Product::linear : venue::Product::spot;
      failures += protocol->decode(text, {.product = product}, sink) ? 0U : 1U;
    }
  };
  read_all();
  read_all();
  const std::size_t before = binance_allocations;
  for (std::size_t round = 0; round < kRounds; ++round) read_all();
  EXPECT_EQ(binance_allocations, before);
  EXPECT_EQ(failures, 0U);
  EXPECT_EQ(sink.messages, (kRounds + 2) * std::size(kBusyMessages));
  // And they are counted.
  const auto another = make_protocol();
  EXPECT_GT(binance_allocations, before);
}

}  // namespace
}  // namespace kontor::binance
