#include <string_view>

#include <benchmark/benchmark.h>

#include "base/assert.hpp"
#include "venue/binance/protocol.hpp"

// From a venue's text to messages, and from an order to the request that is sent. The bounds: 800 ns for a
// message of the market, 5,000 ns for an order with its signature.

namespace {

using kontor::venue::Product;

constexpr std::string_view kTrade =
    R"({"e":"trade","E":1700000000123,"s":"BTCUSDT","t":3300000001,"p":"43210.98000000","q":"0.00123000",)"
    R"("T":1700000000122,"m":true,"M":true})";
constexpr std::string_view kAggregatedTrade =
    R"({"e":"aggTrade","E":1700000000123,"s":"BTCUSDT","a":2300000001,"p":"43210.90","q":"0.015",)"
    R"("f":4300000001,"l":4300000003,"T":1700000000120,"m":false})";
constexpr std::string_view kDepth =
    R"({"e":"depthUpdate","E":1700000000123,"T":1700000000120,"s":"BTCUSDT","U":3900000000001,)"
    R"("u":3900000000120,"pu":3900000000000,"b":[["43210.90","1.204"],["43210.80","0.000"],)"
    R"(["43210.70","0.350"]],"a":[["43211.00","2.117"],["43211.10","0.051"]]})";
constexpr std::string_view kCombinedDepth =
    R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1700000000123,"T":1700000000120,)"
    R"("s":"BTCUSDT","U":3900000000001,"u":3900000000120,"pu":3900000000000,"b":[["43210.90","1.204"],)"
    R"(["43210.80","0.000"],["43210.70","0.350"]],"a":[["43211.00","2.117"],["43211.10","0.051"]]}})";

class CountingSink final : public kontor::venue::MessageSink {
 public:
  void take(const kontor::venue::Message& message) override {
    benchmark::DoNotOptimize(&message);
    ++count;
  }
  std::int64_t count = 0;
};

void decode(benchmark::State& state, std::string_view text, Product product) {
  const auto protocol = kontor::binance::make_protocol();
  CountingSink sink;
  for (auto _ : state) {
    const auto read = protocol->decode(text, {.product = product}, sink);
    benchmark::DoNotOptimize(&read);
  }
  ASSERT(sink.count == state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

/// Items of bytes are those of the venue's text.
void BM_binance_decode_trade(benchmark::State& state) { decode(state, kTrade, Product::spot); }
BENCHMARK(BM_binance_decode_trade);

void BM_binance_decode_aggregated_trade(benchmark::State& state) {
  decode(state, kAggregatedTrade, Product::linear);
}
BENCHMARK(BM_binance_decode_aggregated_trade);

/// Five levels, as they come on a socket of one stream …
void BM_binance_decode_depth(benchmark::State& state) { decode(state, kDepth, Product::linear); }
BENCHMARK(BM_binance_decode_depth);

/// … and on one of many.
void BM_binance_decode_combined_depth(benchmark::State& state) {
  decode(state, kCombinedDepth, Product::linear);
}
BENCHMARK(BM_binance_decode_combined_depth);

/// A limit order, written and signed.
void BM_binance_encode_order(benchmark::State& state) {
  const auto protocol = kontor::binance::make_protocol();
  const kontor::venue::Credentials credentials = {.key = std::string(64, 'k'),
                                                  .secret = std::string(64, 's')};
  kontor::venue::PlaceOrder order{.symbol = "BTCUSDT",
                                  .side = kontor::Side::sell,
                                  .type = kontor::OrderType::limit,
                                  .quantity = {123, 5},
                                  .client_order_id = "k0-000000000017-01"};
  order.price = kontor::Decimal{4321098, 2};
  const kontor::venue::Action action = order;
  const kontor::venue::RequestContext context = {
      .product = Product::spot, .clock = 1700000000123 * kontor::kMillisecond, .credentials = &credentials};
  for (auto _ : state) {
    const auto request = protocol->encode(action, context);
    ASSERT(request.has_value());
    benchmark::DoNotOptimize(request->url.data());
  }
}
BENCHMARK(BM_binance_encode_order);

}  // namespace
