#include "emulator/binance/front.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "emulator/binance/opening.hpp"
#include "emulator/control.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::size_t kMaxHanging = 1'000;
constexpr std::size_t kMaxTasks = 10'000;
constexpr std::size_t kMaxAddresses = 1'000;
constexpr DurationNs kAttemptsSpan = 5 * kMinute;

net::HttpResponse control_response(EmulatedVenue& venue, const net::ServerRequest& request) {
  const ControlReply reply =
      control(venue, {.method = request.method, .path = request.path(), .body = request.body});
  net::HttpResponse response;
  response.status = reply.status;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = reply.body;
  return response;
}

}  // namespace

Front::Front(EmulatedVenue& venue, net::IoLoop& loop, FrontSettings settings)
    : venue_(venue),
      loop_(loop),
      settings_(std::move(settings)),
      service_(venue, settings_.seed),
      spot_{MarketStreams(service_, Product::spot), UserStreams(service_, Product::spot)},
      linear_{MarketStreams(service_, Product::linear), UserStreams(service_, Product::linear)} {
  const bool is_heard = venue.exchange().add_listener(*this);
  ASSERT(is_heard);
}

Front::~Front() {
  venue_.exchange().remove_listener(*this);
  gone_.insert(gone_.end(), sockets_.begin(), sockets_.end());
  forget_gone();
}

/// A socket holds its callbacks, they hold our end of it, and that holds the socket: the ring is opened here.
void Front::forget_gone() {
  for (const auto& peer : gone_) peer->outbox().forget();
  gone_.clear();
}

Front::ProductSide& Front::streams(Product product) noexcept {
  return product == Product::spot ? spot_ : linear_;
}

void Front::catch_up() {
  if (settings_.catch_up) settings_.catch_up();
}

void Front::finish() {
  spot_.user.finish();
  linear_.user.finish();
}

net::HttpResponse Front::answer(const net::ServerRequest& request) {
  if (is_control_path(request.path())) return control_response(venue_, request);
  DeskAnswer answer = answer_rest(service_, RestRequest::of(request), {});
  finish();
  return std::move(answer.response);
}

void Front::let_hang(net::HttpResponder responder) {
  hanging_.push_back(std::move(responder));
  if (hanging_.size() > kMaxHanging) hanging_.pop_front();
}

void Front::reply(const DeskAnswer& answer, net::HttpResponder responder) {
  FaultPlan& faults = venue_.faults();
  switch (answer.placed_order ? faults.after_acceptance() : faults.reply()) {
    case ReplyAction::send: return responder.answer(answer.response);
    case ReplyAction::server_error: return responder.answer(error_response(unknown_outcome()));
    case ReplyAction::close_connection: return responder.drop();
    case ReplyAction::hang: return let_hang(std::move(responder));
    case ReplyAction::truncate:
      return responder.answer_truncated(answer.response, answer.response.body.size() / 2);
  }
}

void Front::work_off(const net::ServerRequest& request, const RequestFault& fault,
                     net::HttpResponder responder) {
  if (fault.action == RequestAction::close_connection) return responder.drop();
  if (fault.action == RequestAction::hang) return let_hang(std::move(responder));
  const DeskAnswer answer = answer_rest(service_, RestRequest::of(request), fault);
  finish();
  if (fault.action != RequestAction::proceed) return responder.answer(answer.response);
  reply(answer, std::move(responder));
}

void Front::receive(const net::ServerRequest& request, net::HttpResponder responder) {
  catch_up();
  if (is_control_path(request.path())) {
    const net::HttpResponse response = control_response(venue_, request);
    finish();
    return responder.answer(response);
  }
  const RestRequest rest = RestRequest::of(request);
  const bool places_order = rest.endpoint != nullptr && rest.endpoint->orders > 0;
  const RequestFault fault = venue_.before_request(places_order);
  if (fault.delay_ns <= 0) return work_off(request, fault, std::move(responder));
  waiting_.push_back({request, std::move(responder), fault, {}});
  const auto place = std::prev(waiting_.end());
  place->timer = loop_.after(fault.delay_ns, [this, place] {
    Waiting due = std::move(*place);
    waiting_.erase(place);
    catch_up();
    work_off(due.request, due.fault, std::move(due.responder));
  });
}

net::ServerHandlers Front::handlers(Product product) {
  net::ServerHandlers handlers;
  handlers.on_request = [this](const net::ServerRequest& request, net::HttpResponder responder) {
    receive(request, std::move(responder));
  };
  handlers.on_upgrade = [this, product](const net::ServerRequest& request) {
    catch_up();
    return upgrade(product, request);
  };
  return handlers;
}

void Front::run_later(const std::weak_ptr<SocketPeer>& peer, DurationNs delay, std::function<void()> task) {
  std::erase_if(tasks_, [](const net::Timer& timer) { return !timer.is_pending(); });
  if (tasks_.size() >= kMaxTasks) return;
  tasks_.push_back(loop_.after(delay, [this, peer, task = std::move(task)] {
    const std::shared_ptr<SocketPeer> alive = peer.lock();
    if (!alive) return;
    catch_up();
    task();
    finish();
  }));
}

std::shared_ptr<SocketPeer> Front::make_peer(Product product, const net::ServerRequest& request) {
  SocketOpening opening = opening_of(product, request);
  if (auto* stream = std::get_if<StreamOpening>(&opening)) {
    ProductSide& streams_of_product = streams(stream->product);
    return std::make_shared<StreamSocket>(
        service_, ProductStreams{streams_of_product.market, streams_of_product.user}, std::move(*stream));
  }
  if (auto* api = std::get_if<ApiSocket::Opening>(&opening)) {
    auto self = std::make_shared<std::weak_ptr<SocketPeer>>();
    UserStreams& user = streams(api->product).user;
    const auto peer = std::make_shared<ApiSocket>(service_, user, std::move(*api),
                                                  [this, self](DurationNs delay, std::function<void()> task) {
                                                    run_later(*self, delay, std::move(task));
                                                  });
    *self = peer;
    return peer;
  }
  return nullptr;
}

net::SocketHandlers Front::handlers_of(const std::shared_ptr<SocketPeer>& peer) {
  net::SocketHandlers handlers;
  handlers.on_open = [this, peer](const std::shared_ptr<net::ServerSocket>& socket) {
    catch_up();
    peer->open(socket);
    if (auto* stream = dynamic_cast<StreamSocket*>(peer.get())) stream->start();
  };
  handlers.on_message = [this, peer](std::string_view text, bool /*is_binary*/) {
    catch_up();
    peer->receive(text);
    finish();
  };
  handlers.on_close = [this, peer](const net::CloseReason& /*reason*/) {
    peer->close();
    gone_.push_back(peer);
    std::erase(sockets_, peer);
  };
  return handlers;
}

bool Front::attempts_too_often(std::string_view address) {
  const TimeNs now = venue_.exchange().now();
  for (auto& [known, times] : attempts_)
    while (!times.empty() && times.front() <= now - kAttemptsSpan) times.pop_front();
  std::erase_if(attempts_, [](const auto& entry) { return entry.second.empty(); });
  if (attempts_.size() >= kMaxAddresses) return true;
  std::deque<TimeNs>& times = attempts_[std::string(address)];
  if (times.size() >= kMaxAttempts) return true;
  times.push_back(now);
  return false;
}

net::UpgradeDecision Front::upgrade(Product product, const net::ServerRequest& request) {
  const auto refuse_with = [](unsigned status) {
    net::HttpResponse response;
    response.status = status;
    return response;
  };
  if (venue_.faults().maintenance_left_ns(venue_.exchange().now()) > 0) return refuse_with(503);
  const TimeNs banned =
      venue_.limiter(product).banned_until(venue_.exchange().now(), address_of(request.peer));
  if (banned != kTimeMin) return refuse_with(418);
  if (sockets_.size() >= kMaxSockets) return refuse_with(503);
  if (attempts_too_often(address_of(request.peer))) return refuse_with(429);
  const std::shared_ptr<SocketPeer> peer = make_peer(product, request);
  if (!peer) return refuse_with(404);
  sockets_.push_back(peer);
  return handlers_of(peer);
}

void Front::expire_listen_keys() {
  for (const std::string& key : service_.listen_keys().take_expired(venue_.exchange().now()))
    for (const auto& peer : sockets_)
      if (auto* stream = dynamic_cast<StreamSocket*>(peer.get())) stream->expire(key);
}

void Front::shut_down() {
  for (const auto& peer : std::vector(sockets_)) peer->shut_down();
}

void Front::watch_maintenance() {
  const bool is_closed = venue_.faults().maintenance_left_ns(venue_.exchange().now()) > 0;
  if (is_closed && !was_closed_) shut_down();
  was_closed_ = is_closed;
}

void Front::tick() {
  forget_gone();
  watch_maintenance();
  expire_listen_keys();
  const TimeNs now = venue_.exchange().now();
  spot_.market.flush(now);
  linear_.market.flush(now);
  finish();
  for (const auto& peer : std::vector(sockets_)) peer->tick();
}

void Front::on_order(const OrderEvent& event) { streams(event.order.product).user.on_order(event); }
void Front::on_execution(const ExecutionEvent& event) {
  streams(event.order.product).user.on_execution(event);
}
void Front::on_balance(const BalanceEvent& event) { streams(event.product).user.on_balance(event); }
void Front::on_position(const PositionEvent& event) { linear_.user.on_position(event); }
void Front::on_account_settings(const AccountSettingsEvent& event) { linear_.user.on_settings(event); }

void Front::on_trade(const MarketTrade& event) {
  spot_.market.on_trade(event.trade);
  linear_.market.on_trade(event.trade);
}
void Front::on_book_change(const BookChange& event) {
  spot_.market.on_book_change(event);
  linear_.market.on_book_change(event);
}
void Front::on_ticker(const TickerChange& event) {
  spot_.market.on_ticker(event);
  linear_.market.on_ticker(event);
}
void Front::on_candle(const CandleChange& event) {
  spot_.market.on_candle(event);
  linear_.market.on_candle(event);
}

}  // namespace kontor::emulator::binance
