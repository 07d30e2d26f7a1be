#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/io_loop.hpp"
#include "net/tls.hpp"

namespace kontor::net {

/// How the other side's bytes came to an end.
struct StreamEnd {
  bool is_orderly = false;  ///< it has said that no more would come
  Error error{};            ///< what was found, without a host
};

/// Is told what happens to a stream. May close it, and be destroyed, from within.
class StreamListener {
 public:
  StreamListener() = default;
  StreamListener(const StreamListener&) = delete;
  StreamListener& operator=(const StreamListener&) = delete;
  virtual ~StreamListener() = default;

  /// More has come; all of it is in unread().
  virtual void on_bytes() = 0;
  /// No more will come. The last that is told.
  virtual void on_end(const StreamEnd& end) = 0;
  /// All that was written has been handed to the system.
  virtual void on_drained() = 0;
};

/// A TCP connection, with TLS once start_tls() has succeeded. Reads into one buffer of its own, which its
/// listener looks at and takes from; writes from another. Neither allocates once the buffers have grown.
/// On the loop's thread.
class ByteStream {
 public:
  static constexpr std::size_t kFirstBuffer = std::size_t{16} << 10U;

  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  /// Nothing: nobody is told any more. Must outlive the stream or its closing.
  virtual void set_listener(StreamListener* listener) noexcept = 0;
  /// The buffer never holds more: a listener that wants more ends the stream by an error of its own.
  virtual void set_read_limit(std::size_t bytes) noexcept = 0;
  /// Reads from now on, until it is paused.
  virtual void start_reading() = 0;
  virtual void pause_reading() noexcept = 0;

  /// May be changed in place. Valid until consume() and the return of on_bytes().
  [[nodiscard]] virtual std::span<char> unread() noexcept = 0;
  virtual void consume(std::size_t bytes) noexcept = 0;

  /// To be appended to, then flushed.
  [[nodiscard]] virtual std::string& outbox() noexcept = 0;
  virtual void flush() = 0;
  /// Bytes written and not yet taken by the system.
  [[nodiscard]] virtual std::size_t queued_bytes() const noexcept = 0;
  /// False only where it is certain that nothing written since the opening has left.
  [[nodiscard]] virtual bool may_have_sent() const noexcept = 0;
  /// From now on counts as the opening.
  virtual void forget_sent() noexcept = 0;
  /// True where it is seen at once that the other side has closed, or has said something that nobody waits
  /// for: no good for another request.
  [[nodiscard]] virtual bool is_stale() noexcept = 0;

  using Done = std::move_only_function<void(Result<void>)>;
  /// Speaks TLS from now on, as the client of this host. Errors: io, timed out included; what the
  /// certificate lacks is named.
  virtual void start_tls_client(const std::shared_ptr<TlsContext>& context, const std::string& host,
                                Done done) = 0;
  virtual void start_tls_server(const std::shared_ptr<TlsContext>& context, Done done) = 0;

  /// Tells the listener no more, hands over what is queued, says goodbye, and closes when the other side
  /// has too, at the latest after a second without progress.
  virtual void finish() = 0;
  /// Closes now and tells the listener no more.
  virtual void close() noexcept = 0;
  /// The same, and the other side reads "connection reset".
  virtual void reset() noexcept = 0;
  [[nodiscard]] virtual bool is_open() const noexcept = 0;
  /// `127.0.0.1:40122`.
  [[nodiscard]] virtual std::string peer() const = 0;
};

}  // namespace kontor::net
