#include "net/connector.hpp"

#include <fmt/format.h>

namespace kontor::net {
namespace {

constexpr std::size_t kProxyHeaderBytes = std::size_t{16} << 10U;

std::string_view promise_of(ConnectStep step) noexcept {
  switch (step) {
    case ConnectStep::resolve: return "an address";
    case ConnectStep::connect: return "a connection";
    case ConnectStep::proxy: return "a tunnel through the proxy";
    case ConnectStep::tls: return "the handshake of TLS";
  }
  return "";
}

}  // namespace

std::shared_ptr<Connector> Connector::start(IoLoop& loop, const Url& url, const ConnectOptions& options,
                                            ConnectCallback callback) {
  auto connector = std::make_shared<Connector>(loop, url, options, std::move(callback));
  connector->begin();
  return connector;
}

Connector::Connector(IoLoop& loop, const Url& url, const ConnectOptions& options, ConnectCallback callback)
    : loop_(loop), url_(url), options_(options), callback_(std::move(callback)) {}

void Connector::begin() {
  const auto refuse = [this](ConnectStep step, Error error) {
    loop_.post([self = shared_from_this(), step, error = std::move(error)]() mutable {
      self->fail_at(step, std::move(error));
    });
  };
  if (url_.is_secure() && !options_.tls) {
    return refuse(ConnectStep::tls, {ErrorKind::usage, "expected settings of TLS, found none"});
  }
  HostAndPort where{url_.host, url_.port};
  if (!options_.proxy.url.empty()) {
    const auto proxy = Url::parse(options_.proxy.url);
    if (!proxy || proxy->scheme != "http") {
      return refuse(ConnectStep::proxy, {ErrorKind::usage, "expected a proxy such as http://host:port"});
    }
    where = {proxy->host, proxy->port};
  }
  connecting_ = connect_tcp(
      loop_, std::move(where), options_.timeouts,
      [self = shared_from_this()](ConnectOutcome outcome) { self->on_connected(std::move(outcome)); });
}

void Connector::on_connected(ConnectOutcome outcome) {
  if (is_done_) return;
  if (!outcome)
    return fail_at(outcome.error().step, std::move(outcome.error().error), outcome.error().timed_out);
  stream_ = *std::move(outcome);
  if (!options_.proxy.url.empty() && !asks_proxy_itself(url_, options_.proxy)) return ask_proxy();
  if (url_.is_secure()) return start_tls();
  deliver(stream_);
}

void Connector::ask_proxy() {
  arm(ConnectStep::proxy, options_.timeouts.proxy_ns);
  const std::string where =
      fmt::format(fmt::runtime(url_.host.contains(':') ? "[{}]:{}" : "{}:{}"), url_.host, url_.port);
  std::string& out = stream_->outbox();
  out += fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", where);
  if (!options_.proxy.authorization.empty()) {
    out += fmt::format("Proxy-Authorization: {}\r\n", options_.proxy.authorization);
  }
  out += "\r\n";
  proxy_answer_.emplace(HttpReader::Kind::response_head, HttpReaderLimits{kProxyHeaderBytes, 0});
  stream_->set_listener(this);
  stream_->flush();
  stream_->start_reading();
}

void Connector::on_bytes() {
  const auto self = shared_from_this();
  const auto bytes = stream_->unread();
  const auto used = proxy_answer_->feed({bytes.data(), bytes.size()});
  if (!used) return fail_at(ConnectStep::proxy, used.error());
  stream_->consume(*used);
  if (!proxy_answer_->is_done()) return;
  if (proxy_answer_->status() / 100 != 2) {
    return fail_at(ConnectStep::proxy,
                   {ErrorKind::io, fmt::format("expected a tunnel through the proxy, found status {}",
                                               proxy_answer_->status())});
  }
  stream_->pause_reading();
  stream_->set_listener(nullptr);
  stream_->forget_sent();  // what the proxy was told is no part of any request
  if (url_.is_secure()) return start_tls();
  deliver(stream_);
}

void Connector::on_end(const StreamEnd& end) {
  const auto self = shared_from_this();
  fail_at(ConnectStep::proxy,
          {ErrorKind::io, "expected a tunnel through the proxy, found: " + end.error.message});
}

void Connector::start_tls() {
  arm(ConnectStep::tls, options_.timeouts.tls_ns);
  stream_->start_tls_client(options_.tls, url_.host, [self = shared_from_this()](Result<void> done) {
    if (!done) return self->fail_at(ConnectStep::tls, std::move(done).error());
    self->deliver(self->stream_);
  });
}

void Connector::arm(ConnectStep step, DurationNs longest) {
  timer_ = loop_.after(longest, [self = shared_from_this(), step, longest] {
    self->fail_at(step,
                  {ErrorKind::io, fmt::format("expected {} within {}, found no answer", promise_of(step),
                                              format_duration(longest))},
                  true);
  });
}

void Connector::fail_at(ConnectStep step, Error error, bool timed_out) {
  if (is_done_) return;
  if (stream_) stream_->close();
  deliver(std::unexpected(ConnectFailure{step, timed_out, std::move(error)}));
}

void Connector::deliver(ConnectOutcome outcome) {
  if (is_done_) return;
  const auto self = shared_from_this();
  stream_.reset();  // is the receiver's from now on
  ConnectCallback callback = std::move(callback_);
  cancel();
  callback(std::move(outcome));
}

void Connector::cancel() noexcept {
  if (is_done_) return;
  is_done_ = true;
  const auto self = shared_from_this();
  if (connecting_) connecting_->cancel();
  connecting_.reset();
  if (stream_) stream_->close();
  timer_.cancel();
}

}  // namespace kontor::net
