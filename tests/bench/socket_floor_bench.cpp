// What sockets cost here without anything of ours: the yardstick for the benchmarks of a live session, to be
// read from the same run.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>  // tidy: allow(fence): what the library does alone
#include <boost/asio/ip/tcp.hpp>      // tidy: allow(fence): the same
#include <boost/beast/core.hpp>       // tidy: allow(fence): the same
#include <boost/beast/websocket.hpp>  // tidy: allow(fence): the same

namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using FloorClock = std::chrono::steady_clock;

/// As long as a venue's trade.
const std::string kMessage(180, 'x');
constexpr std::size_t kEchoes = 20'000;
constexpr std::size_t kMessages = 500'000;

/// Both ends of a WebSocket of the loopback device, with calls that wait.
class SocketPair {
 public:
  SocketPair() : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    std::thread other([this] {
      acceptor_.accept(server_.next_layer());
      server_.next_layer().set_option(tcp::no_delay(true));
      server_.accept();
    });
    client_.next_layer().connect(acceptor_.local_endpoint());
    client_.next_layer().set_option(tcp::no_delay(true));
    client_.handshake("127.0.0.1", "/");
    other.join();
  }
  [[nodiscard]] websocket::stream<tcp::socket>& server() noexcept { return server_; }
  [[nodiscard]] websocket::stream<tcp::socket>& client() noexcept { return client_; }

 private:
  asio::io_context context_;
  tcp::acceptor acceptor_;
  websocket::stream<tcp::socket> server_{context_};
  websocket::stream<tcp::socket> client_{context_};
};

/// There and back; the time is the median.
void BM_beast_echo(benchmark::State& state) {
  for (auto _ : state) {
    SocketPair pair;
    std::thread echo([&] {
      boost::beast::flat_buffer buffer;
      for (std::size_t i = 0; i < kEchoes; ++i) {
        pair.client().read(buffer);
        pair.client().write(buffer.data());
        buffer.clear();
      }
    });
    std::vector<double> seconds;
    seconds.reserve(kEchoes);
    boost::beast::flat_buffer buffer;
    for (std::size_t i = 0; i < kEchoes; ++i) {
      const auto start = FloorClock::now();
      pair.server().write(asio::buffer(kMessage));
      pair.server().read(buffer);
      buffer.clear();
      seconds.push_back(std::chrono::duration<double>(FloorClock::now() - start).count());
    }
    echo.join();
    std::ranges::sort(seconds);
    state.counters["p50_us"] = seconds[kEchoes / 2] * 1e6;
    state.counters["p99_us"] = seconds[kEchoes * 99 / 100] * 1e6;
    state.SetIterationTime(seconds[kEchoes / 2]);
  }
}
BENCHMARK(BM_beast_echo)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(1);

/// One way, as fast as they are taken. Items are messages.
void BM_beast_feed(benchmark::State& state) {
  for (auto _ : state) {
    SocketPair pair;
    const auto start = FloorClock::now();
    std::thread sender([&] {
      for (std::size_t i = 0; i < kMessages; ++i) pair.server().write(asio::buffer(kMessage));
    });
    boost::beast::flat_buffer buffer;
    for (std::size_t i = 0; i < kMessages; ++i) {
      pair.client().read(buffer);
      buffer.clear();
    }
    state.SetIterationTime(std::chrono::duration<double>(FloorClock::now() - start).count());
    sender.join();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMessages));
}
BENCHMARK(BM_beast_feed)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

}  // namespace
