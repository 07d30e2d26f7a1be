#include "net/byte_stream.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "net/asio_stream.hpp"
#include "net/handler_memory.hpp"
#include "net/io_context.hpp"
#include "net/tls_session.hpp"

namespace kontor::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr DurationNs kPatience = kSecond;  ///< with a finished stream that makes no progress

/// Free space below which what is unread moves to the front of the buffer rather than that it grows.
constexpr std::size_t kLittleRoom = 4096;

StreamEnd end_of(const error_code& code) {
  if (code == asio::error::eof) return {.is_orderly = true, .error = {ErrorKind::io, "it was closed"}};
  if (code == asio::ssl::error::stream_truncated) {
    return {.is_orderly = false, .error = {ErrorKind::io, "it was cut off without a goodbye of TLS"}};
  }
  return {.is_orderly = false, .error = {ErrorKind::io, code.message()}};
}

class AsioStream final : public ByteStream, public std::enable_shared_from_this<AsioStream> {
 public:
  AsioStream(IoLoop& loop, tcp::socket socket) : loop_(loop), socket_(std::move(socket)) {
    error_code ignored;  // a socket that is closed by now fails when it is used
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto endpoint = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = describe_endpoint(endpoint);
  }

  void set_listener(StreamListener* listener) noexcept override { listener_ = listener; }
  void set_read_limit(std::size_t bytes) noexcept override { limit_ = std::max(bytes, kFirstBuffer); }

  void start_reading() override {
    is_paused_ = false;
    read_more();
  }
  void pause_reading() noexcept override { is_paused_ = true; }

  std::span<char> unread() noexcept override { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) noexcept override { begin_ += std::min(bytes, end_ - begin_); }

  std::string& outbox() noexcept override { return outbox_; }
  void flush() override {
    if (is_writing_ || outbox_.empty() || !is_open_ || has_write_failed_) return;
    in_flight_.swap(outbox_);
    write_more();
  }
  std::size_t queued_bytes() const noexcept override { return outbox_.size() + in_flight_.size() - written_; }
  bool may_have_sent() const noexcept override { return has_sent_ || is_writing_; }
  void forget_sent() noexcept override { has_sent_ = false; }
  bool is_stale() noexcept override;

  void start_tls_client(const std::shared_ptr<TlsContext>& context, const std::string& host,
                        Done done) override {
    start_tls(client_session(*context, host), asio::ssl::stream_base::client, std::move(done));
  }
  void start_tls_server(const std::shared_ptr<TlsContext>& context, Done done) override {
    start_tls(server_session(*context), asio::ssl::stream_base::server, std::move(done));
  }

  void finish() override;
  void close() noexcept override;
  void reset() noexcept override {
    error_code ignored;
    if (is_open_) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }
  bool is_open() const noexcept override { return is_open_; }
  std::string peer() const override { return peer_; }

 private:
  void read_more();
  bool make_room();
  void on_read(const error_code& code, std::size_t bytes);
  void write_more();
  void on_written(const error_code& code, std::size_t bytes);
  void on_all_written();
  void say_goodbye();
  void wait_for_goodbye();
  void end(const StreamEnd& end);
  void start_tls(Result<ssl_st*> session, asio::ssl::stream_base::handshake_type type, Done done);

  IoLoop& loop_;
  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_{};
  std::string peer_{};
  StreamListener* listener_ = nullptr;
  Timer patience_{};

  std::unique_ptr<char[]> buffer_{};
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  ///< of what is unread …
  std::size_t end_ = 0;
  std::size_t limit_ = std::size_t{1} << 20U;

  std::string outbox_{};
  std::string in_flight_{};
  std::size_t written_ = 0;  ///< of what is in flight

  HandlerMemory read_memory_{};
  HandlerMemory write_memory_{};

  bool is_open_ = true;
  bool is_paused_ = true;
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool has_sent_ = false;
  bool has_write_failed_ = false;
  bool has_ended_ = false;
  bool is_finishing_ = false;
  bool has_progressed_ = false;  ///< since patience was looked at
};

void AsioStream::read_more() {
  if (is_reading_ || is_paused_ || has_ended_ || !is_open_) return;
  if (is_finishing_) begin_ = end_;  // nobody wants it
  if (!make_room()) {
    return end(
        {.error = {ErrorKind::overflow, fmt::format("more than {} bytes that belong together", limit_)}});
  }
  is_reading_ = true;
  const auto room = asio::buffer(buffer_.get() + end_, capacity_ - end_);
  auto handler = asio::bind_allocator(
      HandlerAllocator<char>(read_memory_),
      [self = shared_from_this()](const error_code& code, std::size_t bytes) { self->on_read(code, bytes); });
  if (tls_) {
    tls_->async_read_some(room, std::move(handler));
  } else {
    socket_.async_read_some(room, std::move(handler));
  }
}

bool AsioStream::make_room() {
  const std::size_t held = end_ - begin_;
  if (held == 0) begin_ = end_ = 0;
  if (capacity_ - end_ >= kLittleRoom) return true;
  // Moving at most half a buffer makes room for as much again: each byte moves once on average.
  if (capacity_ > 0 && held <= capacity_ / 2) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  } else {
    if (held >= limit_) return false;
    const std::size_t wider = std::clamp(capacity_ * 2, kFirstBuffer, std::max(limit_, kFirstBuffer));
    if (wider > capacity_) {
      auto bigger = std::make_unique_for_overwrite<char[]>(wider);
      if (held > 0) std::memcpy(bigger.get(), buffer_.get() + begin_, held);
      buffer_ = std::move(bigger);
      capacity_ = wider;
    } else {
      std::memmove(buffer_.get(), buffer_.get() + begin_, held);
    }
  }
  begin_ = 0;
  end_ = held;
  return true;
}

void AsioStream::on_read(const error_code& code, std::size_t bytes) {
  is_reading_ = false;
  if (!is_open_) return;
  end_ += bytes;
  has_progressed_ = true;
  if (bytes > 0 && listener_ != nullptr) listener_->on_bytes();
  if (code) return end(end_of(code));
  read_more();
}

void AsioStream::end(const StreamEnd& end) {
  if (has_ended_ || !is_open_) return;
  has_ended_ = true;
  if (is_finishing_ && !is_writing_) return close();
  if (listener_ != nullptr) listener_->on_end(end);
}

void AsioStream::write_more() {
  is_writing_ = true;
  has_sent_ = has_sent_ || tls_.has_value();  // what TLS has taken may leave whatever it says afterwards
  const auto rest = asio::buffer(in_flight_.data() + written_, in_flight_.size() - written_);
  auto handler = asio::bind_allocator(HandlerAllocator<char>(write_memory_),
                                      [self = shared_from_this()](const error_code& code, std::size_t bytes) {
                                        self->on_written(code, bytes);
                                      });
  if (tls_) {
    tls_->async_write_some(rest, std::move(handler));
  } else {
    socket_.async_write_some(rest, std::move(handler));
  }
}

void AsioStream::on_written(const error_code& code, std::size_t bytes) {
  is_writing_ = false;
  written_ += bytes;
  has_sent_ = has_sent_ || bytes > 0;
  has_progressed_ = true;
  if (!is_open_) return;
  if (code) {
    has_write_failed_ = true;
    // What the other side has said before it closed may still be read, and says more.
    if (!is_reading_) end(end_of(code));
    return;
  }
  if (written_ < in_flight_.size()) return write_more();
  in_flight_.clear();
  written_ = 0;
  if (!outbox_.empty()) return flush();
  on_all_written();
}

void AsioStream::on_all_written() {
  if (is_finishing_) return say_goodbye();
  if (listener_ != nullptr) listener_->on_drained();
}

void AsioStream::finish() {
  listener_ = nullptr;
  if (!is_open_ || is_finishing_) return;
  if (has_write_failed_) return close();
  is_finishing_ = true;
  wait_for_goodbye();
  if (is_writing_) return;
  if (!outbox_.empty()) return flush();
  say_goodbye();
}

void AsioStream::say_goodbye() {
  if (has_ended_) return close();
  // Until the other side has closed too, its bytes are read: a socket that is closed with bytes unread makes
  // the system throw away what we have sent last.
  if (tls_) {
    tls_->async_shutdown([self = shared_from_this()](const error_code&) { self->close(); });
    return;
  }
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  start_reading();
}

void AsioStream::wait_for_goodbye() {
  has_progressed_ = false;
  patience_ = loop_.after(kPatience, [self = shared_from_this()] {
    if (!self->has_progressed_) return self->close();
    self->wait_for_goodbye();
  });
}

void AsioStream::close() noexcept {
  listener_ = nullptr;
  if (!is_open_) return;
  is_open_ = false;
  error_code ignored;
  socket_.close(ignored);
  patience_.cancel();  // last: it may hold the last owner of this stream
}

bool AsioStream::is_stale() noexcept {
  if (!is_open_ || has_ended_ || has_write_failed_ || begin_ != end_) return true;
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
         (errno != EAGAIN && errno != EWOULDBLOCK);
}

void AsioStream::start_tls(Result<ssl_st*> session, asio::ssl::stream_base::handshake_type type, Done done) {
  if (!session) {
    loop_.post(
        [self = shared_from_this(), done = std::move(done), error = std::move(session).error()]() mutable {
          if (self->is_open_) done(std::unexpected(std::move(error)));
        });
    return;
  }
  tls_.emplace(socket_, *session);
  keep_buffers(*session);
  tls_->async_handshake(
      type, [self = shared_from_this(), done = std::move(done)](const error_code& code) mutable {
        if (!self->is_open_) return;
        if (!code) return done({});
        done(fail(ErrorKind::io, describe_tls_failure(self->tls_->native_handle(), code.message())));
      });
}

}  // namespace

std::shared_ptr<ByteStream> make_stream(IoLoop& loop, tcp::socket socket) {
  return std::make_shared<AsioStream>(loop, std::move(socket));
}

}  // namespace kontor::net
