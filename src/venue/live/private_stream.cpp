#include "venue/live/private_stream.hpp"

#include <fmt/format.h>

namespace kontor::live {

/// Hands a message's parts on.
class PrivateStream::Sink final : public venue::MessageSink {
 public:
  explicit Sink(PrivateStream& stream) noexcept : stream_(stream) {}
  void take(const venue::Message& message) override { stream_.take(message); }

 private:
  PrivateStream& stream_;
};

PrivateStream::PrivateStream(net::IoLoop& loop, std::unique_ptr<venue::Protocol> protocol, RestCaller& rest,
                             net::ConnectOptions connect, bool needs_listen_key, Handlers handlers)
    : loop_(loop),
      protocol_(std::move(protocol)),
      rest_(rest),
      connect_(std::move(connect)),
      needs_listen_key_(needs_listen_key),
      handlers_(std::move(handlers)),
      backoff_({}, rest_.setup().seed ^ 0x9E37U) {}

void PrivateStream::open(std::vector<std::string> topics) {
  topics_ = std::move(topics);
  begin();
}

void PrivateStream::begin() {
  if (!needs_listen_key_) return open_socket({});
  ask_listen_key();
}

void PrivateStream::ask_listen_key() {
  auto key = std::make_shared<std::string>();
  rest_.ask(
      venue::ManageListenKey{venue::ListenKeyUse::create}, net::RateLane::sync,
      [key](const venue::Message& message) {
        if (const auto* made = std::get_if<venue::ListenKey>(&message)) *key = std::string(made->key);
      },
      [this, key](const CallOutcome& outcome) {
        if (!key->empty()) return open_socket(*key);
        handlers_.note("private stream: no listen key: " + outcome.text);
        again_ = loop_.after(backoff_.next(), [this] { ask_listen_key(); });
      });
}

void PrivateStream::open_socket(const std::string& listen_key) {
  const auto& setup = rest_.setup();
  const auto greeting = [this] {
    const auto& own = rest_.setup();
    auto texts = protocol_->private_greeting(
        {.product = own.product, .clock = rest_.now(), .credentials = own.credentials.get()}, 1);
    awaits_sign_in_ = !texts.empty();
    return texts;
  };
  const auto on_change = [this](bool is_open, const std::string& why) {
    if (!is_open) {
      handlers_.note("private stream: socket lost: " + why);
      set_alive(false);
    } else if (!awaits_sign_in_) {
      set_alive(true);
    }
  };
  socket_ = std::make_unique<StreamSocket>(
      loop_, *protocol_,
      StreamSocket::Setup{
          .rules = protocol_->stream_rules(setup.product), .connect = connect_, .seed = setup.seed ^ 0xA511U},
      StreamSocket::Handlers{.on_message = [this](std::string_view text) { take_text(text); },
                             .on_change = on_change});
  socket_->open(protocol_->private_url(setup.product, setup.endpoints, listen_key), greeting, topics_);
  if (needs_listen_key_) keep_alive_ = loop_.after(kBetweenKeepAlives, [this] { keep_alive(); });
}

void PrivateStream::keep_alive() {
  rest_.ask(venue::ManageListenKey{venue::ListenKeyUse::keep_alive}, net::RateLane::sync, {},
            [this](const CallOutcome& outcome) {
              if (outcome.end == CallEnd::refused) start_over("the listen key is gone: " + outcome.text);
            });
  keep_alive_ = loop_.after(kBetweenKeepAlives, [this] { keep_alive(); });
}

/// With a new listen key where one is needed; from the loop, never from within a message.
void PrivateStream::start_over(const std::string& why) {
  handlers_.note("private stream: " + why);
  set_alive(false);
  again_ = loop_.after(backoff_.next(), [this] {
    if (socket_) socket_->close();
    socket_.reset();
    begin();
  });
}

void PrivateStream::leave_topics() {
  if (socket_) socket_->leave(std::exchange(topics_, {}));
}

void PrivateStream::close() {
  keep_alive_.cancel();
  again_.cancel();
  if (socket_) socket_->close();
}

void PrivateStream::set_alive(bool is_alive) {
  if (is_alive_ == is_alive) return;
  is_alive_ = is_alive;
  if (is_alive) backoff_.reset();
  handlers_.on_change(is_alive);
}

void PrivateStream::take_text(std::string_view text) {
  Sink sink(*this);
  const auto read = protocol_->decode(text, {.product = rest_.setup().product}, sink);
  // A private message that cannot be read may have been a fill: what it said has to be asked for.
  if (!read) start_over(read.error().message);
}

void PrivateStream::take(const venue::Message& message) {
  if (const auto* status = std::get_if<venue::StreamStatus>(&message)) {
    switch (status->status) {
      case venue::StreamEvent::done:
      case venue::StreamEvent::signed_in: awaits_sign_in_ = false; return set_alive(true);
      case venue::StreamEvent::expired:
      case venue::StreamEvent::closing: return start_over("the venue ends it");
      case venue::StreamEvent::pong:
      case venue::StreamEvent::other: return;
    }
  }
  if (const auto* error = std::get_if<venue::VenueError>(&message))
    return start_over(fmt::format("refused: {} {}", error->code, error->text));
  handlers_.on_message(message);
}

}  // namespace kontor::live
