// Once the buffers have grown, the busiest messages are read without a single allocation.

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "venue/bybit/protocol.hpp"

namespace {
std::size_t bybit_allocations = 0;  // of this test program
}  // namespace

void* operator new(std::size_t size) {
  ++bybit_allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace kontor::bybit {
namespace {

class CountingSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override {
    ++messages;
    if (const auto* book = std::get_if<venue::BookChange>(&message))
      levels += book->bids.size() + book->asks.size();
  }
  std::size_t messages = 0;
  std::size_t levels = 0;
};

constexpr std::string_view kTrade =
    R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,)"
    R"("s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick",)"
    R"("i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"seq":1783284617}]})";
constexpr std::string_view kDelta =
    R"({"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1687940967466,"data":{"s":"BTCUSDT","b":[)"
    R"(["30247.20","30.028"],["30245.40","0.224"],["30242.10","1.593"],["30240.30","1.305"],["30240.00","0"]],)"
    R"("a":[["30248.70","0"],["30249.30","0.892"],["30249.50","1.778"],["30249.60","0"],["30251.90","2.947"]],)"
    R"("u":177400507,"seq":66544703342},"cts":1687940967464})";
constexpr std::string_view kTicker =
    R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","markPrice":"61875.06",)"
    R"("bid1Price":"61873.90","bid1Size":"3.543"},"cs":176530004279,"ts":1715748763063})";

TEST(BybitAllocation, ThereIsNoneAfterTheFirstMessages) {
  constexpr std::size_t kRounds = 100;
  BybitProtocol protocol;
  CountingSink sink;
  const venue::MessageContext context{.product = venue::Product::linear};
  std::size_t failures = 0;
  const auto read_all = [&] {
    for (const std::string_view message : {kTrade, kDelta, kTicker}) {
      failures += protocol.decode(message, context, sink) ? 0U : 1U;
    }
  };
  read_all();
  const std::size_t before = bybit_allocations;
  for (std::size_t i = 0; i < kRounds; ++i) read_all();
  EXPECT_EQ(bybit_allocations - before, 0U);
  EXPECT_EQ(failures, 0U);
  EXPECT_EQ(sink.messages, 3 * (kRounds + 1));
  EXPECT_EQ(sink.levels, 10 * (kRounds + 1));
}

}  // namespace
}  // namespace kontor::bybit
