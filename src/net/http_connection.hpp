#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "net/byte_stream.hpp"
#include "net/http_client.hpp"
#include "net/http_reader.hpp"
#include "net/http_writer.hpp"
#include "net/io_loop.hpp"

namespace kontor::net {

/// One connection of a client, which carries one request after the other. Its messages name no host.
class HttpConnection final : public StreamListener, public std::enable_shared_from_this<HttpConnection> {
 public:
  /// `may_go_on`: another request can be sent.
  using Finished = std::move_only_function<void(HttpOutcome outcome, bool may_go_on)>;

  HttpConnection(IoLoop& loop, std::shared_ptr<ByteStream> stream, std::size_t max_header_bytes)
      : loop_(loop), stream_(std::move(stream)), max_header_bytes_(max_header_bytes) {}

  /// Waits for nothing; `closed` is called where the other side closes meanwhile.
  void rest(DurationNs longest, std::move_only_function<void()> closed);
  /// False: it cannot take a request, and was closed if it was not before.
  [[nodiscard]] bool wake() noexcept;
  /// Sends a request; `finished` never comes from within this call.
  void exchange(const HttpRequest& request, const RequestTarget& target, const HttpOptions& options,
                Finished finished);
  /// Closes in the middle of an exchange, whose `finished` does not come any more, and says what is known.
  [[nodiscard]] HttpFailure give_up(bool timed_out, Error error);
  /// Calls nothing back any more.
  void close() noexcept;

  void on_bytes() override;
  void on_end(const StreamEnd& end) override;
  void on_drained() override;

 private:
  void read();
  void read_answer();
  void answered();
  void wait_for(HttpStep step, DurationNs longest, std::string_view what);
  void end_with(ErrorKind kind, std::string message);
  [[nodiscard]] HttpFailure failure(bool timed_out, Error error) const;
  [[nodiscard]] Error cut_off(const StreamEnd& end) const;
  void conclude(HttpOutcome outcome, bool may_go_on);

  IoLoop& loop_;
  std::shared_ptr<ByteStream> stream_;
  const std::size_t max_header_bytes_;
  std::optional<HttpReader> reader_{};
  HttpOptions options_{};
  Finished finished_{};
  std::move_only_function<void()> closed_{};
  Timer timer_{};
  HttpStep step_ = HttpStep::write;
  unsigned interim_answers_ = 0;
  bool is_busy_ = false;
  bool is_written_ = false;
};

}  // namespace kontor::net
