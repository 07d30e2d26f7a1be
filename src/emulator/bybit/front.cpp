#include "emulator/bybit/front.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/bybit/authentication.hpp"
#include "emulator/bybit/desk.hpp"
#include "emulator/bybit/event_relay.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/private_hub.hpp"
#include "emulator/bybit/public_hub.hpp"
#include "emulator/bybit/rest.hpp"
#include "emulator/bybit/session.hpp"
#include "emulator/control.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr DurationNs kFlushEvery = 10 * kMillisecond;
constexpr std::size_t kMaxHanging = 500;
constexpr std::size_t kMaxConnectsPerWindow = 500;
constexpr DurationNs kConnectWindow = 5 * kMinute;
constexpr std::uint64_t kConnectionKind = 9;

net::HttpResponse control_response(const ControlReply& reply) {
  return {reply.status, {{"Content-Type", "application/json"}}, reply.body};
}

}  // namespace

class Front::Impl {
 public:
  Impl(net::IoLoop& loop, EmulatedVenue& venue, FrontSettings settings)
      : loop_(loop),
        venue_(venue),
        settings_(std::move(settings)),
        memory_(venue.exchange()),
        desk_(venue, memory_),
        market_(venue, memory_, desk_.books()),
        accounts_(venue, memory_),
        relay_(memory_, market_, accounts_),
        delays_(loop),
        rest_(desk_) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    flush_timer_.cancel();
    second_timer_.cancel();
    server_.reset();
    gone_.insert(gone_.end(), sessions_.begin(), sessions_.end());
    forget_gone();
    venue_.exchange().remove_listener(relay_);
  }

  [[nodiscard]] Result<void> start() {
    if (!venue_.exchange().add_listener(relay_)) {
      return fail(ErrorKind::usage, "expected room for one more listener of the exchange, found none");
    }
    net::ServerOptions options{.address = settings_.address, .port = settings_.port, .tls = settings_.tls};
    net::ServerHandlers handlers;
    handlers.on_request = [this](const net::ServerRequest& request, net::HttpResponder responder) {
      on_request(request, std::move(responder));
    };
    handlers.on_upgrade = [this](const net::ServerRequest& request) { return on_upgrade(request); };
    TRY(server_, net::HttpServer::listen(loop_, std::move(options), std::move(handlers)));
    schedule_flush();
    schedule_second();
    return {};
  }

  void after_step() {
    desk_.settle();
    market_.flush();
  }
  void stop(DurationNs grace, std::move_only_function<void()> done) {
    hanging_.clear();
    server_->stop(grace, std::move(done));
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return server_->port(); }
  [[nodiscard]] std::size_t sockets() const noexcept { return sessions_.size(); }
  [[nodiscard]] std::string url(std::string_view scheme, std::string_view path) const {
    return fmt::format("{}{}://{}:{}{}", scheme, settings_.tls ? "s" : "", settings_.address, port(), path);
  }

 private:
  void schedule_flush() {
    flush_timer_ = loop_.after(kFlushEvery, [this] {
      schedule_flush();
      after_step();
    });
  }
  void schedule_second() {
    second_timer_ = loop_.after(kSecond, [this] {
      schedule_second();
      forget_gone();
      // A session that ends by its tick takes itself out of the list.
      const auto sessions = sessions_;
      for (const auto& session : sessions) session->tick();
    });
  }

  void catch_up() {
    if (settings_.catch_up) settings_.catch_up();
  }

  void on_request(const net::ServerRequest& request, net::HttpResponder responder) {
    catch_up();
    if (is_control_path(request.path())) {
      responder.answer(control_response(control(venue_, {request.method, request.path(), request.body})));
      after_step();
      return;
    }
    const RequestFault fault = venue_.before_request(RestService::places_orders(request));
    if (fault.delay_ns <= 0) {
      work_off(request, fault, std::move(responder));
      return;
    }
    delays_.after(fault.delay_ns, [this, request, fault, responder = std::move(responder)]() mutable {
      catch_up();
      work_off(request, fault, std::move(responder));
    });
  }

  void work_off(const net::ServerRequest& request, const RequestFault& fault, net::HttpResponder responder) {
    if (fault.action == RequestAction::close_connection) return responder.drop();
    if (fault.action == RequestAction::hang) return hang(std::move(responder));
    const RestReply reply = rest_.answer(request, fault);
    switch (reply.action) {
      case ReplyAction::send:
      case ReplyAction::server_error: return responder.answer(reply.response);
      case ReplyAction::close_connection: return responder.drop();
      case ReplyAction::hang: return hang(std::move(responder));
      case ReplyAction::truncate:
        return responder.answer_truncated(reply.response, reply.response.body.size() / 2);
    }
  }

  void hang(net::HttpResponder responder) {
    hanging_.push_back(std::move(responder));
    if (hanging_.size() <= kMaxHanging) return;
    hanging_.front().drop();
    hanging_.pop_front();
  }

  /// False: more connections from one address than the venue takes.
  [[nodiscard]] bool may_connect(const std::string& address) {
    const TimeNs now = venue_.exchange().now();
    std::erase_if(connects_, [&](const Connect& connect) { return connect.at <= now - kConnectWindow; });
    const auto count = std::count_if(connects_.begin(), connects_.end(),
                                     [&](const Connect& connect) { return connect.address == address; });
    if (static_cast<std::size_t>(count) >= kMaxConnectsPerWindow) return false;
    connects_.push_back({now, address});
    return true;
  }

  [[nodiscard]] net::UpgradeDecision on_upgrade(const net::ServerRequest& request) {
    const auto path = parse_socket_path(request.path(), request.query());
    if (!path) return net::HttpResponse{404, {{"Content-Type", "text/plain"}}, "404 page not found"};
    const std::string address = address_of(request.peer);
    const bool banned =
        venue_.limiter(Product::linear).banned_until(venue_.exchange().now(), address) != kTimeMin;
    if (banned || !may_connect(address)) return access_too_frequent();
    if (venue_.faults().maintenance_left_ns(venue_.exchange().now()) > 0) {
      return net::HttpResponse{503, {{"Content-Type", "text/plain"}}, "maintenance"};
    }
    auto session = std::make_shared<Session>(SessionHost{desk_, market_, accounts_, delays_}, *path, address,
                                             uuid_text(kConnectionKind, ++connections_));
    net::SocketHandlers handlers;
    handlers.on_open = [this, session](const std::shared_ptr<net::ServerSocket>& socket) {
      sessions_.push_back(session);
      session->opened(socket);
    };
    handlers.on_message = [this, session](std::string_view text, bool is_binary) {
      if (is_binary) return;
      catch_up();
      session->received(text);
    };
    handlers.on_close = [this, session](const net::CloseReason&) {
      session->closed();
      gone_.push_back(session);  // the socket is still calling: let go of it later
      std::erase(sessions_, session);
    };
    return handlers;
  }

  void forget_gone() {
    for (const auto& session : gone_) session->forget_socket();
    gone_.clear();
  }

  struct Connect {
    TimeNs at = 0;
    std::string address;
  };

  net::IoLoop& loop_;
  EmulatedVenue& venue_;
  FrontSettings settings_;
  VenueMemory memory_;
  Desk desk_;
  PublicHub market_;
  PrivateHub accounts_;
  EventRelay relay_;
  Delays delays_;
  RestService rest_;
  std::vector<std::shared_ptr<Session>> sessions_;
  std::vector<std::shared_ptr<Session>> gone_;  ///< closed, and still holding their sockets
  std::deque<net::HttpResponder> hanging_;
  std::vector<Connect> connects_;
  std::uint64_t connections_ = 0;
  net::Timer flush_timer_;
  net::Timer second_timer_;
  std::unique_ptr<net::HttpServer> server_;
};

Front::Front(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Front::~Front() = default;

Result<std::unique_ptr<Front>> Front::listen(net::IoLoop& loop, EmulatedVenue& venue,
                                             FrontSettings settings) {
  auto impl = std::make_unique<Impl>(loop, venue, std::move(settings));
  TRY_VOID(impl->start());
  return std::unique_ptr<Front>(new Front(std::move(impl)));
}

FrontUrls Front::urls() const {
  return {.rest = impl_->url("http", ""),
          .public_spot = impl_->url("ws", "/v5/public/spot"),
          .public_linear = impl_->url("ws", "/v5/public/linear"),
          .account = impl_->url("ws", "/v5/private"),
          .trade = impl_->url("ws", "/v5/trade")};
}

std::uint16_t Front::port() const noexcept { return impl_->port(); }
std::size_t Front::sockets() const noexcept { return impl_->sockets(); }
void Front::after_step() { impl_->after_step(); }
void Front::stop(DurationNs grace, std::move_only_function<void()> done) {
  impl_->stop(grace, std::move(done));
}

}  // namespace kontor::emulator::bybit
