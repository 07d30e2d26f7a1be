#include "net/tcp.hpp"

#include <cerrno>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "net/asio_stream.hpp"
#include "net/io_context.hpp"

namespace kontor::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

std::string describe_endpoint(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

namespace {

class Connecting final : public TcpConnecting, public std::enable_shared_from_this<Connecting> {
 public:
  Connecting(IoLoop& loop, HostAndPort where, const ConnectTimeouts& timeouts, ConnectCallback callback)
      : loop_(loop),
        where_(std::move(where)),
        timeouts_(timeouts),
        callback_(std::move(callback)),
        resolver_(loop.context().io),
        socket_(loop.context().io) {}

  void start();
  void cancel() noexcept override;

 private:
  void on_resolved(const error_code& code, const tcp::resolver::results_type& found);
  void try_next();
  void on_connected(const error_code& code);
  void on_connect_timeout();
  void fail_with(ConnectFailure failure);
  void deliver(ConnectOutcome outcome);

  IoLoop& loop_;
  const HostAndPort where_;
  const ConnectTimeouts timeouts_;
  ConnectCallback callback_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  Timer timer_{};
  std::vector<tcp::endpoint> addresses_{};
  std::size_t tried_ = 0;
  ConnectFailure last_{};
  bool is_done_ = false;
};

void Connecting::start() {
  error_code not_an_address;
  const auto address = boost::asio::ip::make_address(where_.host, not_an_address);
  if (!not_an_address) {
    addresses_.emplace_back(address, where_.port);
    return loop_.post([self = shared_from_this()] { self->try_next(); });
  }
  timer_ = loop_.after(timeouts_.resolve_ns, [self = shared_from_this()] {
    self->fail_with(
        {ConnectStep::resolve,
         true,
         {ErrorKind::io, fmt::format("expected the address of {} within {}, found no answer",
                                     self->where_.host, format_duration(self->timeouts_.resolve_ns))}});
  });
  resolver_.async_resolve(
      where_.host, std::to_string(where_.port),
      [self = shared_from_this()](const error_code& code, const tcp::resolver::results_type& found) {
        self->on_resolved(code, found);
      });
}

void Connecting::on_resolved(const error_code& code, const tcp::resolver::results_type& found) {
  if (is_done_) return;
  if (code) {
    return fail_with(
        {ConnectStep::resolve,
         false,
         {ErrorKind::io, fmt::format("expected the address of {}, found: {}", where_.host, code.message())}});
  }
  for (const auto& one : found) {
    if (addresses_.size() < kMaxAddresses) addresses_.push_back(one.endpoint());
  }
  try_next();
}

void Connecting::try_next() {
  if (is_done_) return;
  if (tried_ >= addresses_.size()) return fail_with(std::move(last_));
  socket_ = tcp::socket(loop_.context().io);  // what is still heard of the one before is about nothing
  timer_ = loop_.after(timeouts_.connect_ns, [self = shared_from_this()] { self->on_connect_timeout(); });
  socket_.async_connect(addresses_[tried_],
                        [self = shared_from_this(), attempt = tried_](const error_code& code) {
                          if (!self->is_done_ && attempt == self->tried_) self->on_connected(code);
                        });
}

void Connecting::on_connected(const error_code& code) {
  if (!code) return deliver(make_stream(loop_, std::move(socket_)));
  last_ = {ConnectStep::connect,
           false,
           {ErrorKind::io, fmt::format("expected {} to take a connection at {}, found: {}", where_.host,
                                       describe_endpoint(addresses_[tried_]), code.message())}};
  ++tried_;
  try_next();
}

void Connecting::on_connect_timeout() {
  last_ = {ConnectStep::connect,
           true,
           {ErrorKind::io,
            fmt::format("expected {} to take a connection at {} within {}, found no answer", where_.host,
                        describe_endpoint(addresses_[tried_]), format_duration(timeouts_.connect_ns))}};
  ++tried_;
  try_next();
}

void Connecting::fail_with(ConnectFailure failure) { deliver(std::unexpected(std::move(failure))); }

void Connecting::deliver(ConnectOutcome outcome) {
  if (is_done_) return;
  ConnectCallback callback = std::move(callback_);
  const auto self = shared_from_this();
  cancel();
  callback(std::move(outcome));
}

void Connecting::cancel() noexcept {
  if (is_done_) return;
  is_done_ = true;
  const auto self = shared_from_this();
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  timer_.cancel();
}

/// How long nobody is let in after the system could not, for want of descriptors.
constexpr DurationNs kPause = 100 * kMillisecond;

class Listening final : public TcpListener, public std::enable_shared_from_this<Listening> {
 public:
  Listening(IoLoop& loop, Accept accept)
      : loop_(loop), acceptor_(loop.context().io), accept_(std::move(accept)) {}

  error_code open(const tcp::endpoint& endpoint);
  void accept_next();
  std::uint16_t port() const noexcept override { return port_; }
  void stop() noexcept override {
    const auto self = shared_from_this();
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  void on_accepted(const error_code& code, tcp::socket socket);

  IoLoop& loop_;
  tcp::acceptor acceptor_;
  Accept accept_;
  Timer pause_{};
  std::uint16_t port_ = 0;
};

error_code Listening::open(const tcp::endpoint& endpoint) {
  error_code code;
  if (acceptor_.open(endpoint.protocol(), code)) return code;
  if (acceptor_.set_option(tcp::acceptor::reuse_address(true), code)) return code;
  if (acceptor_.bind(endpoint, code)) return code;
  if (acceptor_.listen(boost::asio::socket_base::max_listen_connections, code)) return code;
  port_ = acceptor_.local_endpoint(code).port();
  return code;
}

void Listening::accept_next() {
  acceptor_.async_accept([self = shared_from_this()](const error_code& code, tcp::socket socket) {
    self->on_accepted(code, std::move(socket));
  });
}

void Listening::on_accepted(const error_code& code, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (code) {
    pause_ = loop_.after(kPause, [self = shared_from_this()] { self->accept_next(); });
    return;
  }
  accept_(make_stream(loop_, std::move(socket)));
  if (acceptor_.is_open()) accept_next();
}

}  // namespace

std::shared_ptr<TcpConnecting> connect_tcp(IoLoop& loop, HostAndPort where, const ConnectTimeouts& timeouts,
                                           ConnectCallback callback) {
  auto connecting = std::make_shared<Connecting>(loop, std::move(where), timeouts, std::move(callback));
  connecting->start();
  return connecting;
}

Result<std::shared_ptr<TcpListener>> listen_tcp(IoLoop& loop, const HostAndPort& where,
                                                TcpListener::Accept accept) {
  error_code code;
  const auto address = boost::asio::ip::make_address(where.host, code);
  if (code)
    return fail(ErrorKind::usage, fmt::format("expected an address to listen on, found \"{}\"", where.host));
  const tcp::endpoint endpoint(address, where.port);
  auto listening = std::make_shared<Listening>(loop, std::move(accept));
  if (const error_code refused = listening->open(endpoint)) {
    return fail(ErrorKind::io,
                fmt::format("cannot listen on {}: {}", describe_endpoint(endpoint), refused.message()));
  }
  listening->accept_next();
  return listening;
}

}  // namespace kontor::net
