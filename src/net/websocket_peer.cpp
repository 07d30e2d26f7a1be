#include "net/websocket_peer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::net {

WebSocketPeer::WebSocketPeer(IoLoop& loop, std::shared_ptr<ByteStream> stream, WebSocketRules rules,
                             Handlers handlers)
    : loop_(loop),
      stream_(std::move(stream)),
      rules_(std::move(rules)),
      handlers_(std::move(handlers)),
      reader_(rules_.role, rules_.max_message_bytes),
      heard_at_(steady_now()),
      pinged_at_(heard_at_) {}

void WebSocketPeer::start() {
  const auto self = shared_from_this();
  // Twice a frame: of one that is not whole yet, and room to read the rest without moving it each time.
  stream_->set_read_limit(2 * reader_.longest_frame());
  stream_->set_listener(this);
  watch();
  read_messages();
  if (phase_ != Phase::closed) stream_->start_reading();
}

CloseReason WebSocketPeer::reason(WebSocketEnd how, ErrorKind kind, std::string_view what) const {
  return {.end = how, .error = {kind, fmt::format("{}: {}", rules_.name, what)}};
}

Result<void> WebSocketPeer::send(WebSocketOpcode opcode, std::string_view payload) {
  if (phase_ != Phase::open)
    return fail(ErrorKind::io, rules_.name + ": expected an open WebSocket, found it closed");
  if (queued_bytes() + payload.size() + kLongestFrameHeader > rules_.max_queue_bytes) {
    return fail(ErrorKind::overflow,
                fmt::format("{}: expected at most {} bytes waiting to be sent, found {} and a message of {}",
                            rules_.name, rules_.max_queue_bytes, queued_bytes(), payload.size()));
  }
  put(opcode, payload);
  return {};
}

void WebSocketPeer::put(WebSocketOpcode opcode, std::string_view payload) {
  const bool masks = rules_.role == WebSocketRole::client;
  append_websocket_frame(stream_->outbox(), opcode, payload,
                         masks ? std::optional(random_.next_mask()) : std::nullopt);
  stream_->flush();
}

void WebSocketPeer::close(std::uint16_t code, std::string_view text) {
  if (phase_ != Phase::open) return;
  phase_ = Phase::closing;
  put(WebSocketOpcode::close, websocket_close_payload(code, text));
  closing_ = loop_.after(rules_.closing_ns,
                         [self = shared_from_this()] { self->end({.end = WebSocketEnd::by_us}); });
}

void WebSocketPeer::abort(CloseReason why) {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closing;
  stream_->reset();
  loop_.post([self = shared_from_this(), why = std::move(why)] { self->end(why); });
}

void WebSocketPeer::break_off(std::string_view text, std::size_t bytes) {
  if (phase_ != Phase::open) return;
  std::string frame;
  append_websocket_frame(frame, WebSocketOpcode::text, text, std::nullopt);
  stream_->outbox().append(frame, 0, bytes);
  stream_->finish();
  phase_ = Phase::closing;
  loop_.post([self = shared_from_this()] { self->end({.end = WebSocketEnd::by_us}); });
}

void WebSocketPeer::forget() noexcept {
  // The handlers stay until this goes: one of them may be what is running.
  is_forgotten_ = true;
  phase_ = Phase::closed;
  stream_->close();
  watch_.cancel();
  closing_.cancel();
}

void WebSocketPeer::on_bytes() {
  heard_at_ = steady_now();
  const auto self = shared_from_this();  // who is called back may let go of this
  read_messages();
}

void WebSocketPeer::read_messages() {
  while (phase_ != Phase::closed && stream_->is_open()) {
    const auto step = reader_.next(stream_->unread());
    if (!step) return refuse(step.error());
    if (step->consumed == 0) return;
    if (step->has_message) take(*step);
    stream_->consume(step->consumed);
  }
}

void WebSocketPeer::take(const WebSocketReader::Step& step) {
  switch (step.opcode) {
    case WebSocketOpcode::text:
    case WebSocketOpcode::binary:
      // After our goodbye nobody waits for messages.
      if (phase_ == Phase::open && handlers_.on_message) {
        handlers_.on_message(step.payload, step.opcode == WebSocketOpcode::binary);
      }
      return;
    case WebSocketOpcode::ping: return answer_ping(step.payload);
    case WebSocketOpcode::pong: return take_pong(step.payload);
    case WebSocketOpcode::close: return take_close(step.payload);
    case WebSocketOpcode::continuation: return;  // never a message
  }
}

void WebSocketPeer::answer_ping(std::string_view payload) {
  if (phase_ != Phase::open) return;
  if (send(WebSocketOpcode::pong, payload)) return;
  stream_->reset();
  end(reason(WebSocketEnd::overflow, ErrorKind::overflow,
             "expected its pongs to be read, found the queue full"));
}

void WebSocketPeer::take_pong(std::string_view payload) noexcept {
  if (payload == std::to_string(pings_)) round_trip_ns_ = heard_at_ - pinged_at_;
}

void WebSocketPeer::take_close(std::string_view payload) {
  CloseReason why{.end = WebSocketEnd::by_us, .code = 1005};
  if (payload.size() >= 2) {
    why.code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                          static_cast<unsigned char>(payload[1]));
    why.text = payload.substr(2);
  }
  if (phase_ == Phase::open) {
    why.end = WebSocketEnd::by_peer;
    why.error = {ErrorKind::io, fmt::format("{}: it closed the WebSocket with code {}{}{}", rules_.name,
                                            why.code, why.text.empty() ? "" : ": ", why.text)};
    put(WebSocketOpcode::close, payload.substr(0, 2));
  }
  stream_->finish();
  end(why);
}

void WebSocketPeer::refuse(const WebSocketViolation& violation) {
  if (phase_ == Phase::open) {
    put(WebSocketOpcode::close, websocket_close_payload(violation.code, violation.text));
  }
  stream_->finish();
  CloseReason why =
      reason(WebSocketEnd::protocol, violation.code == 1009 ? ErrorKind::overflow : ErrorKind::bad_data,
             violation.text);
  why.code = violation.code;
  end(why);
}

void WebSocketPeer::on_end(const StreamEnd& found) {
  const auto self = shared_from_this();
  if (phase_ == Phase::closing) return end({.end = WebSocketEnd::by_us});
  end(reason(WebSocketEnd::lost, ErrorKind::io,
             "expected messages or a goodbye, found: " + found.error.message));
}

void WebSocketPeer::watch() {
  DurationNs next = kTimeMax;
  if (rules_.ping_every_ns > 0) next = std::min(next, pinged_at_ + rules_.ping_every_ns);
  if (rules_.silence_ns > 0) next = std::min(next, heard_at_ + rules_.silence_ns);
  if (next == kTimeMax) return;
  watch_ = loop_.at(next, [self = shared_from_this()] { self->on_watch(); });
}

void WebSocketPeer::on_watch() {
  if (phase_ == Phase::closed) return;
  if (rules_.silence_ns > 0 && silent_ns() >= rules_.silence_ns) {
    stream_->reset();
    return end(reason(WebSocketEnd::silence, ErrorKind::io,
                      fmt::format("expected to hear something within {}, found nothing",
                                  format_duration(rules_.silence_ns))));
  }
  if (rules_.ping_every_ns > 0 && steady_now() - pinged_at_ >= rules_.ping_every_ns) ping();
  watch();
}

void WebSocketPeer::ping() {
  pinged_at_ = steady_now();
  // A queue that is full says enough; whether the other side still lives is told by the silence.
  if (is_open() && send(WebSocketOpcode::ping, std::to_string(pings_ + 1))) ++pings_;
}

void WebSocketPeer::end(const CloseReason& why) {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  const auto self = shared_from_this();
  if (stream_->is_open()) stream_->finish();
  watch_.cancel();
  closing_.cancel();
  if (!is_forgotten_ && handlers_.on_close) handlers_.on_close(why);
}

}  // namespace kontor::net
