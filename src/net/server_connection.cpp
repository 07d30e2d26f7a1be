#include "net/server_connection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "net/http_writer.hpp"
#include "net/websocket_handshake.hpp"

namespace kontor::net {
namespace {

constexpr std::size_t kKeyLetters = 24;  ///< of 16 bytes in base64

HttpResponse plain_response(unsigned status, std::string_view text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::string(text)};
}

bool wants_websocket(const ServerRequest& request) {
  return contains_in_any_case(request.header("Upgrade"), "websocket") &&
         contains_in_any_case(request.header("Connection"), "upgrade");
}

}  // namespace

void ServerConnection::start() {
  const ServerOptions& options = context_->options;
  if (!options.tls) return rest();
  timer_ = context_->loop.after(options.limits.tls_ns, [self = shared_from_this()] { self->drop(); });
  stream_->start_tls_server(options.tls, [self = shared_from_this()](Result<void> done) {
    if (!done) return self->drop();
    self->rest();
  });
}

void ServerConnection::rest() {
  if (phase_ == Phase::gone) return;
  const ServerLimits& limits = context_->options.limits;
  phase_ = Phase::resting;
  has_asked_for_body_ = false;
  reader_.emplace(HttpReader::Kind::request, HttpReaderLimits{limits.header_bytes, limits.body_bytes});
  stream_->set_read_limit(2 * std::max(limits.header_bytes, ByteStream::kFirstBuffer));
  stream_->set_listener(this);
  timer_ = context_->loop.after(limits.idle_ns, [self = shared_from_this()] { self->finish(); });
  stream_->start_reading();
  read_request();
}

void ServerConnection::on_bytes() {
  const auto self = shared_from_this();
  // Who sends the next request before the answer to this one waits, as do the bytes.
  if (phase_ == Phase::working || phase_ == Phase::writing) return stream_->pause_reading();
  read_request();
}

void ServerConnection::read_request() {
  const auto bytes = stream_->unread();
  if (bytes.empty()) return;
  if (phase_ == Phase::resting) {
    phase_ = Phase::reading;
    timer_ = context_->loop.after(context_->options.limits.request_ns, [self = shared_from_this()] {
      self->refuse(408, "expected the whole request sooner");
    });
  }
  const auto used = reader_->feed({bytes.data(), bytes.size()});
  if (!used) {
    refuse(used.error().kind == ErrorKind::overflow ? (reader_->has_header() ? 413 : 431) : 400,
           used.error().message);
    return;
  }
  stream_->consume(*used);
  if (reader_->is_done()) return handle();
  if (reader_->has_header()) ask_for_body();
}

void ServerConnection::ask_for_body() {
  if (has_asked_for_body_) return;
  has_asked_for_body_ = true;
  const auto headers = reader_->headers();
  const bool waits = std::ranges::any_of(headers, [](const HttpHeader& one) {
    return equals_in_any_case(one.name, "Expect") && equals_in_any_case(one.value, "100-continue");
  });
  if (!waits) return;
  stream_->outbox().append("HTTP/1.1 100 Continue\r\n\r\n");
  stream_->flush();
}

ServerRequest ServerConnection::take_request() {
  return {.method = std::string(reader_->method()),
          .target = std::string(reader_->target()),
          .headers = reader_->headers(),
          .body = reader_->take_body(),
          .peer = stream_->peer(),
          .is_secure = context_->options.tls != nullptr};
}

void ServerConnection::handle() {
  keeps_alive_ = reader_->keeps_alive() && !context_->is_stopping;
  phase_ = Phase::working;
  timer_.cancel();
  const ServerRequest request = take_request();
  is_head_ = request.method == "HEAD";
  if (wants_websocket(request)) return upgrade(request);
  HttpResponder responder(weak_from_this());
  if (!context_->handlers.on_request) return responder.answer(plain_response(404, "nothing is here"));
  const auto context = context_;  // who handles it may destroy the server
  context->handlers.on_request(request, std::move(responder));
}

void ServerConnection::upgrade(const ServerRequest& request) {
  if (!context_->handlers.on_upgrade) return refuse(404, "no WebSocket is here");
  const std::string_view key = request.header("Sec-WebSocket-Key");
  if (request.method != "GET" || key.size() != kKeyLetters) {
    return refuse(400, "expected GET and a key of 16 bytes in base64");
  }
  if (request.header("Sec-WebSocket-Version") != "13") {
    HttpResponse response = plain_response(426, "expected version 13 of WebSocket");
    response.headers.push_back({"Sec-WebSocket-Version", "13"});
    return answer(response);
  }
  const auto context = context_;
  UpgradeDecision decision = context->handlers.on_upgrade(request);
  if (phase_ == Phase::gone) return;
  if (auto* const handlers = std::get_if<SocketHandlers>(&decision))
    return accept_upgrade(key, std::move(*handlers));
  answer(std::get<HttpResponse>(decision));
}

void ServerConnection::accept_upgrade(std::string_view key, SocketHandlers handlers) {
  append_upgrade_response(stream_->outbox(), websocket_accept(key));
  stream_->set_listener(nullptr);
  stream_->flush();
  phase_ = Phase::gone;
  timer_.cancel();
  open_server_socket(context_, stream_, std::move(handlers));
  context_->remove(shared_from_this());
}

void ServerConnection::answer(const HttpResponse& response) {
  if (phase_ != Phase::working) return;
  write(response);
}

void ServerConnection::refuse(unsigned status, std::string_view text) {
  if (phase_ == Phase::gone) return;
  keeps_alive_ = false;
  is_head_ = false;
  write(plain_response(status, text));
}

void ServerConnection::write(const HttpResponse& response) {
  const auto self = shared_from_this();
  phase_ = Phase::writing;
  keeps_alive_ = keeps_alive_ && !context_->is_stopping;
  append_response(stream_->outbox(), response, keeps_alive_, !is_head_);
  // The next request is read when this answer has left: nobody fills the queue who does not read.
  timer_ = context_->loop.after(context_->options.limits.idle_ns, [self] { self->reset(); });
  if (!keeps_alive_) return finish();
  stream_->flush();
}

void ServerConnection::on_drained() {
  const auto self = shared_from_this();
  if (phase_ != Phase::writing) return;
  if (!keeps_alive_) return finish();
  rest();
}

void ServerConnection::answer_truncated(const HttpResponse& response, std::size_t body_bytes) {
  if (phase_ != Phase::working) return;
  std::string whole;
  const std::size_t body_at = append_response(whole, response, true, true);
  answer_raw(std::string_view(whole).substr(0, std::min(whole.size(), body_at + body_bytes)));
}

void ServerConnection::answer_raw(std::string_view bytes) {
  if (phase_ != Phase::working) return;
  stream_->outbox().append(bytes);
  finish();
}

void ServerConnection::finish() {
  if (phase_ == Phase::gone) return;
  stream_->finish();
  leave();
}

void ServerConnection::drop() {
  stream_->close();
  leave();
}

void ServerConnection::reset() {
  stream_->reset();
  leave();
}

void ServerConnection::on_end(const StreamEnd& /*end*/) {
  // Who has asked and then closed its half still gets the answer, if it takes it.
  if (phase_ == Phase::working || phase_ == Phase::writing) {
    keeps_alive_ = false;
    return;
  }
  const auto self = shared_from_this();
  drop();
}

void ServerConnection::wind_down() {
  if (phase_ == Phase::opening) return drop();
  if (phase_ == Phase::resting) finish();
}

void ServerConnection::forget() noexcept {
  phase_ = Phase::gone;
  timer_.cancel();
  stream_->close();
}

void ServerConnection::leave() {
  if (phase_ == Phase::gone) return;
  const auto self = shared_from_this();
  phase_ = Phase::gone;
  stream_->set_listener(nullptr);
  timer_.cancel();
  context_->remove(self);
}

}  // namespace kontor::net
