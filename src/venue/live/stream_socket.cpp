#include "venue/live/stream_socket.hpp"

#include <algorithm>

namespace kontor::live {
namespace {

/// How long before the venue ends a socket it is replaced.
constexpr DurationNs kBeforeItsEnd = 5 * kMinute;

net::WebSocketOptions options_of(const StreamSocket::Setup& setup) {
  net::WebSocketOptions options{.connect = setup.connect};
  if (setup.rules.silence_until_dead > 0) options.silence_ns = setup.rules.silence_until_dead;
  // Whoever pings in the venue's own way needs no other pings.
  if (setup.rules.ping_every > 0) options.ping_every_ns = 0;
  return options;
}

}  // namespace

StreamSocket::StreamSocket(net::IoLoop& loop, venue::Protocol& protocol, Setup setup, Handlers handlers)
    : loop_(loop),
      protocol_(protocol),
      setup_(std::move(setup)),
      handlers_(std::move(handlers)),
      backoff_({}, setup_.seed),
      client_(std::make_unique<net::WebSocketClient>(loop_, options_of(setup_))) {}

void StreamSocket::open(std::string url, std::function<std::vector<std::string>()> greeting,
                        std::vector<std::string> topics) {
  url_ = std::move(url);
  greeting_ = std::move(greeting);
  topics_ = std::move(topics);
  is_wanted_ = true;
  connect();
}

void StreamSocket::connect() {
  client_->connect(url_, {.on_open = [this] { on_open(); },
                          .on_message = [this](std::string_view text, bool) { handlers_.on_message(text); },
                          .on_close = [this](const net::CloseReason& reason) { on_close(reason); }});
}

void StreamSocket::on_open() {
  opened_at_ = net::steady_now();
  subscribed_ = 0;
  if (greeting_) {
    for (const std::string& text : greeting_()) {
      if (!client_->send(text)) return client_->abort();
    }
  }
  if (setup_.rules.ping_every > 0) ping_ = loop_.after(setup_.rules.ping_every, [this] { ping(); });
  if (setup_.rules.longest_life > kBeforeItsEnd)
    life_ = loop_.after(setup_.rules.longest_life - kBeforeItsEnd, [this] { reopen(); });
  subscribe_next();
}

void StreamSocket::ping() {
  if (!client_->send(protocol_.ping_text(++requests_))) return client_->abort();
  ping_ = loop_.after(setup_.rules.ping_every, [this] { ping(); });
}

/// As many topics as one request may name, then the rest after a pause.
void StreamSocket::subscribe_next() {
  if (subscribed_ == topics_.size()) return handlers_.on_change(true, {});
  const std::size_t most =
      setup_.rules.topics_per_request == 0 ? topics_.size() : setup_.rules.topics_per_request;
  const auto part = std::span<const std::string>(topics_)
                        .subspan(subscribed_)
                        .first(std::min(most, topics_.size() - subscribed_));
  if (!client_->send(protocol_.subscribe_text(part, ++requests_, true))) return client_->abort();
  subscribed_ += part.size();
  if (subscribed_ == topics_.size()) return handlers_.on_change(true, {});
  pace_ = loop_.after(setup_.rules.between_requests, [this] { subscribe_next(); });
}

void StreamSocket::on_close(const net::CloseReason& reason) {
  pace_.cancel();
  ping_.cancel();
  life_.cancel();
  if (opened_at_ != 0) backoff_.ended_after(net::steady_now() - opened_at_);
  opened_at_ = 0;
  if (!is_wanted_) return;  // we have closed it
  handlers_.on_change(false, reason.error.message);
  try_again();
}

void StreamSocket::try_again() {
  again_ = loop_.after(backoff_.next(), [this] { connect(); });
}

void StreamSocket::leave(const std::vector<std::string>& topics) {
  std::erase_if(topics_,
                [&](const std::string& topic) { return std::ranges::find(topics, topic) != topics.end(); });
  subscribed_ = std::min(subscribed_, topics_.size());
  if (topics.empty() || !client_->is_open()) return;
  if (!client_->send(protocol_.subscribe_text(topics, ++requests_, false))) client_->abort();
}

void StreamSocket::reopen() {
  if (client_->is_open()) client_->abort();
}

void StreamSocket::close() {
  is_wanted_ = false;
  again_.cancel();
  client_->close();
}

}  // namespace kontor::live
