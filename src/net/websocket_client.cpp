#include "net/websocket_client.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "net/byte_stream.hpp"
#include "net/connector.hpp"
#include "net/http_reader.hpp"
#include "net/http_writer.hpp"
#include "net/url.hpp"
#include "net/url_text.hpp"
#include "net/websocket_peer.hpp"

namespace kontor::net {
namespace {

constexpr std::size_t kOpeningHeaderBytes = std::size_t{64} << 10U;
constexpr std::size_t kRefusalBodyBytes = std::size_t{64} << 10U;

Result<Url> websocket_url(std::string_view text) {
  TRY(Url url, parse_without_telling(text));
  if (url.scheme == "ws" || url.scheme == "wss") return url;
  return fail(ErrorKind::usage, fmt::format("expected ws or wss, found {}", url.scheme));
}

std::string_view header_of(const std::vector<HttpHeader>& headers, std::string_view name) {
  for (const HttpHeader& one : headers) {
    if (equals_in_any_case(one.name, name)) return one.value;
  }
  return {};
}

std::int64_t seconds_in(std::string_view text) noexcept {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() && seconds > 0 ? seconds : 0;
}

}  // namespace

/// One connection of a client, from connect() to on_close.
class WebSocketClient::Session final : public StreamListener, public std::enable_shared_from_this<Session> {
 public:
  Session(IoLoop& loop, std::shared_ptr<const WebSocketOptions> options, Handlers handlers)
      : loop_(loop), options_(std::move(options)), handlers_(std::move(handlers)) {}

  void start(std::string_view url);
  void close(std::uint16_t code, std::string_view text);
  void abort();
  void forget() noexcept;
  [[nodiscard]] Result<void> send(WebSocketOpcode opcode, std::string_view payload);
  [[nodiscard]] const WebSocketPeer* peer() const noexcept { return peer_.get(); }
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

  void on_bytes() override;
  void on_end(const StreamEnd& end) override;
  void on_drained() override {}

 private:
  void on_connected(ConnectOutcome outcome);
  void ask();
  void check_answer();
  void open();
  void refuse(ErrorKind kind, std::string_view what);
  void end_later(CloseReason reason);
  void end(const CloseReason& reason);
  void let_go() noexcept;

  IoLoop& loop_;
  const std::shared_ptr<const WebSocketOptions> options_;
  Handlers handlers_;
  Url url_{};
  std::string key_{};
  std::shared_ptr<Connector> connector_{};
  std::shared_ptr<ByteStream> stream_{};  ///< until it is the peer's
  std::optional<HttpReader> answer_{};
  Timer timer_{};
  std::shared_ptr<WebSocketPeer> peer_{};
  bool is_over_ = false;
  bool is_forgotten_ = false;
};

void WebSocketClient::Session::start(std::string_view text) {
  auto url = websocket_url(text);
  auto checked = check_request_headers(options_->headers);
  if (!url || !checked) {
    return end_later({.end = WebSocketEnd::not_opened,
                      .error = url ? std::move(checked).error() : std::move(url).error()});
  }
  url_ = *std::move(url);
  connector_ = Connector::start(
      loop_, url_, options_->connect,
      [self = shared_from_this()](ConnectOutcome outcome) { self->on_connected(std::move(outcome)); });
}

void WebSocketClient::Session::on_connected(ConnectOutcome outcome) {
  connector_.reset();
  if (is_over_) return;
  if (!outcome) return refuse(outcome.error().error.kind, outcome.error().error.message);
  stream_ = *std::move(outcome);
  ask();
}

void WebSocketClient::Session::ask() {
  key_ = RandomBytes().next_key();
  append_upgrade_request(stream_->outbox(), url_, key_, options_->headers);
  answer_.emplace(HttpReader::Kind::response, HttpReaderLimits{kOpeningHeaderBytes, kRefusalBodyBytes});
  timer_ = loop_.after(options_->opening_ns, [self = shared_from_this()] {
    self->refuse(ErrorKind::io, fmt::format("expected a WebSocket within {}, found no answer",
                                            format_duration(self->options_->opening_ns)));
  });
  stream_->set_read_limit(kOpeningHeaderBytes + kRefusalBodyBytes);
  stream_->set_listener(this);
  stream_->flush();
  stream_->start_reading();
}

void WebSocketClient::Session::on_bytes() {
  const auto self = shared_from_this();
  const auto bytes = stream_->unread();
  const auto used = answer_->feed({bytes.data(), bytes.size()});
  if (!used && !answer_->has_header()) return refuse(used.error().kind, used.error().message);
  if (used) stream_->consume(*used);
  if (answer_->has_header()) check_answer();
}

void WebSocketClient::Session::check_answer() {
  const auto headers = answer_->headers();
  if (answer_->status() != 101) {
    CloseReason reason{.end = WebSocketEnd::not_opened,
                       .error = {ErrorKind::io, fmt::format("{}: expected a WebSocket, found status {}",
                                                            url_.host, answer_->status())},
                       .http_status = answer_->status(),
                       .retry_after_s = seconds_in(header_of(headers, "Retry-After"))};
    return end(reason);
  }
  if (!equals_in_any_case(header_of(headers, "Upgrade"), "websocket") ||
      header_of(headers, "Sec-WebSocket-Accept") != websocket_accept(key_)) {
    return refuse(ErrorKind::bad_data, "expected the answer to our key, found another");
  }
  if (!header_of(headers, "Sec-WebSocket-Extensions").empty()) {
    return refuse(ErrorKind::bad_data, "expected no extensions, found some");
  }
  open();
}

void WebSocketClient::Session::open() {
  timer_.cancel();
  WebSocketPeer::Handlers handlers{.on_message = std::move(handlers_.on_message),
                                   .on_close = [weak = weak_from_this()](const CloseReason& reason) {
                                     if (const auto self = weak.lock()) self->end(reason);
                                   }};
  peer_ = std::make_shared<WebSocketPeer>(loop_, std::exchange(stream_, nullptr),
                                          WebSocketRules{.role = WebSocketRole::client,
                                                         .name = url_.host,
                                                         .ping_every_ns = options_->ping_every_ns,
                                                         .silence_ns = options_->silence_ns,
                                                         .closing_ns = options_->closing_ns,
                                                         .max_message_bytes = options_->max_message_bytes,
                                                         .max_queue_bytes = options_->max_queue_bytes},
                                          std::move(handlers));
  if (handlers_.on_open) handlers_.on_open();
  // Whoever was told may have let go of this already.
  if (!is_over_) peer_->start();
}

Result<void> WebSocketClient::Session::send(WebSocketOpcode opcode, std::string_view payload) {
  if (peer_) return peer_->send(opcode, payload);
  return fail(ErrorKind::io, "expected an open WebSocket, found one that is being opened");
}

void WebSocketClient::Session::close(std::uint16_t code, std::string_view text) {
  if (peer_) return peer_->close(code, text);
  abort();
}

void WebSocketClient::Session::abort() {
  if (peer_) return peer_->abort({.end = WebSocketEnd::by_us});
  let_go();
  end_later({.end = WebSocketEnd::by_us});
}

void WebSocketClient::Session::forget() noexcept {
  const auto self = shared_from_this();
  is_over_ = is_forgotten_ = true;
  let_go();
  if (peer_) peer_->forget();
}

void WebSocketClient::Session::let_go() noexcept {
  if (connector_) std::exchange(connector_, nullptr)->cancel();
  if (stream_) stream_->close();
  timer_.cancel();
}

void WebSocketClient::Session::on_end(const StreamEnd& found) {
  refuse(found.error.kind, "expected a WebSocket, found: " + found.error.message);
}

void WebSocketClient::Session::refuse(ErrorKind kind, std::string_view what) {
  end({.end = WebSocketEnd::not_opened, .error = {kind, fmt::format("{}: {}", url_.host, what)}});
}

void WebSocketClient::Session::end_later(CloseReason reason) {
  loop_.post([self = shared_from_this(), reason = std::move(reason)] { self->end(reason); });
}

void WebSocketClient::Session::end(const CloseReason& reason) {
  if (is_over_) return;
  const auto self = shared_from_this();
  is_over_ = true;
  let_go();
  if (!is_forgotten_ && handlers_.on_close) handlers_.on_close(reason);
}

WebSocketClient::WebSocketClient(IoLoop& loop, WebSocketOptions options)
    : loop_(loop), options_(std::make_shared<const WebSocketOptions>(std::move(options))) {}

WebSocketClient::~WebSocketClient() {
  if (session_) session_->forget();
}

void WebSocketClient::connect(std::string_view url, Handlers handlers) {
  if (session_) session_->forget();
  session_ = std::make_shared<Session>(loop_, options_, std::move(handlers));
  session_->start(url);
}

Result<void> WebSocketClient::send(std::string_view text) {
  if (session_) return session_->send(WebSocketOpcode::text, text);
  return fail(ErrorKind::io, "expected an open WebSocket, found none");
}
Result<void> WebSocketClient::send_binary(std::string_view bytes) {
  if (session_) return session_->send(WebSocketOpcode::binary, bytes);
  return fail(ErrorKind::io, "expected an open WebSocket, found none");
}
void WebSocketClient::close(std::uint16_t code, std::string_view text) {
  if (session_ && !session_->is_over()) session_->close(code, text);
}
void WebSocketClient::abort() {
  if (session_ && !session_->is_over()) session_->abort();
}
bool WebSocketClient::is_open() const noexcept {
  return session_ && session_->peer() != nullptr && session_->peer()->is_open();
}
std::size_t WebSocketClient::queued_bytes() const noexcept {
  return session_ && session_->peer() != nullptr ? session_->peer()->queued_bytes() : 0;
}
DurationNs WebSocketClient::round_trip_ns() const noexcept {
  return session_ && session_->peer() != nullptr ? session_->peer()->round_trip_ns() : 0;
}
DurationNs WebSocketClient::silent_ns() const noexcept {
  return session_ && session_->peer() != nullptr ? session_->peer()->silent_ns() : 0;
}

}  // namespace kontor::net
