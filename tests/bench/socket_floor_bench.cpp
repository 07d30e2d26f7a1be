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
constexpr std::chrono::microseconds kPause{100};
constexpr std::size_t kMessages = 500'000;

/// Both ends of a WebSocket of the loopback device, with calls that wait.
class SocketPair {
 public:
  SocketPair() : acceptor_(server_context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
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
  asio::io_context server_context_;
  asio::io_context client_context_;
  tcp::acceptor acceptor_;
  websocket::stream<tcp::socket> server_{server_context_};
  websocket::stream<tcp::socket> client_{client_context_};
};

/// One message of this end, by calls that wait, or by asking again and again.
class End {
 public:
  End(websocket::stream<tcp::socket>& stream, bool spins) : stream_(stream), spins_(spins) {}

  void write() { stream_.write(asio::buffer(kMessage)); }
  void read() {
    buffer_.clear();
    if (!spins_) return static_cast<void>(stream_.read(buffer_));
    is_read_ = false;
    stream_.async_read(buffer_, [this](boost::system::error_code, std::size_t) { is_read_ = true; });
    context().restart();
    while (!is_read_) context().poll();
  }

 private:
  asio::io_context& context() { return static_cast<asio::io_context&>(stream_.get_executor().context()); }

  websocket::stream<tcp::socket>& stream_;
  bool spins_;
  bool is_read_ = false;
  boost::beast::flat_buffer buffer_;
};

/// There and back, one after the other with a pause, as ticks come; the time is the median.
void echo_messages(benchmark::State& state, bool spins) {
  for (auto _ : state) {
    SocketPair pair;
    std::thread echo([&] {
      End end(pair.client(), spins);
      for (std::size_t i = 0; i < kEchoes; ++i) {
        end.read();
        end.write();
      }
    });
    End end(pair.server(), spins);
    std::vector<double> seconds;
    seconds.reserve(kEchoes);
    for (std::size_t i = 0; i < kEchoes; ++i) {
      const auto start = FloorClock::now();
      end.write();
      end.read();
      const auto back = FloorClock::now();
      seconds.push_back(std::chrono::duration<double>(back - start).count());
      while (FloorClock::now() - back < kPause) {
      }
    }
    echo.join();
    std::ranges::sort(seconds);
    state.counters["p50_us"] = seconds[kEchoes / 2] * 1e6;
    state.counters["p99_us"] = seconds[kEchoes * 99 / 100] * 1e6;
    state.SetIterationTime(seconds[kEchoes / 2]);
  }
}

void BM_beast_echo(benchmark::State& state) { echo_messages(state, false); }
BENCHMARK(BM_beast_echo)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(1);

void BM_beast_echo_spinning(benchmark::State& state) { echo_messages(state, true); }
BENCHMARK(BM_beast_echo_spinning)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(1);

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
