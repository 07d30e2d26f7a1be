#include "tests/bench/bench_venue.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace kontor::bench {
namespace {

constexpr DurationNs kLongestWait = kSecond;
/// As much as may wait to be sent before the feed waits, too.
constexpr std::size_t kMostQueued = std::size_t{64} << 10U;

constexpr std::string_view kInstruments =
    R"({"timezone":"UTC","serverTime":1700000000000,"rateLimits":[],"symbols":[{"symbol":"BTCUSDT",)"
    R"("status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[)"
    R"({"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000.00","tickSize":"0.01"},)"
    R"({"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.00000","stepSize":"0.00001"},)"
    R"({"filterType":"NOTIONAL","minNotional":"5.00","maxNotional":"9000000.00"}]}]})";
/// Limits that no benchmark reaches.
constexpr std::string_view kOrderCounts =
    R"([{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":1000000000,"count":0},)"
    R"({"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":1000000000,"count":0}])";

std::string_view value_in(std::string_view query, std::string_view name) {
  const auto at = query.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = query.substr(at + name.size());
  return rest.substr(0, rest.find('&'));
}

}  // namespace

BenchVenue::BenchVenue() {
  auto server = net::HttpServer::listen(
      loop_, {},
      {.on_request = net::ServerHandlers::at_once(
           [this](const net::ServerRequest& request) { return answer(request); }),
       .on_upgrade = [this](const net::ServerRequest& request) { return open_socket(request); }});
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(*server);
  thread_ = std::thread([this] { serve(); });
}

BenchVenue::~BenchVenue() {
  is_stopped_ = true;
  thread_.join();
}

venue::Endpoints BenchVenue::endpoints() const {
  const std::string stream = fmt::format("ws://127.0.0.1:{}", server_->port());
  return {.rest = fmt::format("http://127.0.0.1:{}", server_->port()),
          .public_stream = stream,
          .private_stream = stream + "/ws-api/v3",
          .order_entry = {}};
}

TimeNs BenchVenue::wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void BenchVenue::send_ticks(Ticks ticks) {
  is_done_ = false;
  loop_.post([this, ticks] {
    ticks_ = ticks;
    delays_.clear();
    delays_.reserve(ticks.count);
    unanswered_ = 0;
    awaits_order_ = false;
  });
}

void BenchVenue::send_feed(Feed feed) {
  is_done_ = false;
  loop_.post([this, feed] {
    feed_ = feed;
    fed_ = 0;
    first_sent_at_ = next_at_ = net::steady_now();
  });
}

void BenchVenue::serve() {
  while (!is_stopped_.load(std::memory_order_relaxed)) {
    loop_.poll();
    step();
  }
  market_.reset();
  account_.reset();
  server_.reset();
}

void BenchVenue::step() {
  const bool is_idle = ticks_.count == 0 && feed_.count == 0;
  if (is_idle || !market_ || !market_->is_open()) return;
  const DurationNs now = net::steady_now();
  ticks_.count > 0 ? step_ticks(now) : step_feed(now);
}

void BenchVenue::finish() {
  ticks_ = {};
  feed_ = {};
  is_done_.store(true, std::memory_order_release);
}

void BenchVenue::step_ticks(DurationNs now) {
  if (awaits_order_) {
    if (now - sent_at_ < kLongestWait) return;
    awaits_order_ = false;
    ++unanswered_;
    delays_.push_back(kLongestWait);
  }
  if (delays_.size() >= ticks_.count) return finish();
  if (now < next_at_) return;
  write_trade();
  awaits_order_ = true;
  sent_at_ = net::steady_now();
  send_trade();
}

void BenchVenue::step_feed(DurationNs now) {
  while (fed_ < feed_.count && now >= next_at_ && market_->queued_bytes() < kMostQueued) {
    write_trade();
    send_trade();
    ++fed_;
    next_at_ += feed_.every;
    if (feed_.every == 0) break;  // one by one, as venues send them
  }
  if (fed_ < feed_.count) return;
  last_sent_at_ = net::steady_now();
  finish();
}

void BenchVenue::write_trade() {
  const TimeNs now = wall_clock() / kMillisecond;
  ++trades_;
  trade_.clear();
  fmt::format_to(
      std::back_inserter(trade_),
      R"({{"stream":"btcusdt@trade","data":{{"e":"trade","E":{},"s":"BTCUSDT","t":{},"p":"5{:04}.{:02}000000",)"
      R"("q":"0.00123000","T":{},"m":true,"M":true}}}})",
      now, trades_, trades_ % 97, trades_ % 89, now);
}

void BenchVenue::send_trade() {
  static_cast<void>(market_->send(trade_));  // a socket that has closed is found by the next step
}

net::HttpResponse BenchVenue::answer(const net::ServerRequest& request) {
  if (request.method == "POST" && awaits_order_) {
    delays_.push_back(net::steady_now() - sent_at_);
    awaits_order_ = false;
    next_at_ = net::steady_now() + ticks_.pause;
  }
  const std::string_view path = request.path();
  net::HttpResponse response{.status = 200, .headers = {{"Content-Type", "application/json"}}};
  response.headers.push_back({"X-MBX-USED-WEIGHT-1M", "1"});
  if (path == "/api/v3/order" && request.method == "POST") response.body = take_order(request.query());
  if (path == "/api/v3/time")
    response.body = fmt::format(R"({{"serverTime":{}}})", wall_clock() / kMillisecond);
  if (path == "/api/v3/exchangeInfo") response.body = kInstruments;
  if (path == "/api/v3/account") response.body = account_text();
  if (path == "/api/v3/rateLimit/order") response.body = kOrderCounts;
  if (path == "/api/v3/openOrders" || path == "/api/v3/myTrades") response.body = "[]";
  if (response.body.empty()) response.status = 404;
  return response;
}

/// What is held of what all orders were about: so many times a hundredth of a bitcoin.
std::string BenchVenue::account_text() const {
  return fmt::format(
      R"({{"updateTime":1700000000000,"balances":[{{"asset":"BTC","free":"{}.{:02}","locked":"0.0"}},)"
      R"({{"asset":"USDT","free":"{}.0","locked":"0.0"}}]}})",
      1'000 + held_ / 100, held_ % 100, 100'000'000 - 500 * held_);
}

std::string BenchVenue::take_order(std::string_view query) {
  ++orders_;
  held_ += value_in(query, "side=") == "BUY" ? 1 : -1;
  const std::string_view quantity = value_in(query, "quantity=");
  return fmt::format(
      R"({{"symbol":"BTCUSDT","orderId":{0},"orderListId":-1,"clientOrderId":"{1}","transactTime":{2},)"
      R"("price":"0.00000000","origQty":"{3}","executedQty":"{3}","status":"FILLED","timeInForce":"GTC",)"
      R"("type":"MARKET","side":"{4}","fills":[{{"price":"50000.00000000","qty":"{3}",)"
      R"("commission":"0.00000000","commissionAsset":"BNB","tradeId":{0}}}]}})",
      orders_, value_in(query, "newClientOrderId="), wall_clock() / kMillisecond, quantity,
      value_in(query, "side="));
}

net::UpgradeDecision BenchVenue::open_socket(const net::ServerRequest& request) {
  const bool is_market = request.path() == "/stream";
  auto& place = is_market ? market_ : account_;
  return net::SocketHandlers{
      .on_open = [&place](const std::shared_ptr<net::ServerSocket>& socket) { place = socket; },
      .on_message =
          [&place, is_market](std::string_view /*text*/, bool /*is_binary*/) {
            static_cast<void>(place->send(is_market
                                              ? R"({"result":null,"id":1})"
                                              : R"({"id":"1","status":200,"result":{"subscriptionId":0}})"));
          },
      .on_close = [&place](const net::CloseReason&) { place.reset(); }};
}

}  // namespace kontor::bench
