#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http_message.hpp"

namespace kontor::net {

struct HttpReaderLimits {
  std::size_t header_bytes = std::size_t{64} << 10U;
  std::size_t body_bytes = std::size_t{16} << 20U;
};

/// Reads one message of HTTP/1.1 as its bytes come. Error messages say what was expected and found, and
/// nothing of what the message says.
class HttpReader {
 public:
  /// `response_head`: an answer without a body, whatever it says (to CONNECT).
  enum class Kind : std::uint8_t { request, response, response_head };

  HttpReader(Kind kind, const HttpReaderLimits& limits);
  HttpReader(HttpReader&&) noexcept;
  HttpReader& operator=(HttpReader&&) noexcept;
  ~HttpReader();

  /// Takes what it can use and says how many bytes that were; the rest is to be given again with what comes
  /// next, or belongs to the next message. Errors: bad_data, overflow (more than the limits).
  [[nodiscard]] Result<std::size_t> feed(std::string_view bytes);
  /// No more comes. Error bad_data: the message is not whole.
  [[nodiscard]] Result<void> finish();

  /// True from when the header is whole; also where the body was refused for what the header says.
  [[nodiscard]] bool has_header() const noexcept;
  [[nodiscard]] bool is_done() const noexcept;
  // From here on what the header has said; valid when it is whole.
  [[nodiscard]] bool keeps_alive() const noexcept;
  [[nodiscard]] bool asks_to_upgrade() const noexcept;
  [[nodiscard]] unsigned status() const noexcept;
  [[nodiscard]] std::string_view method() const noexcept;
  [[nodiscard]] std::string_view target() const noexcept;
  [[nodiscard]] std::vector<HttpHeader> headers() const;
  [[nodiscard]] std::string take_body() noexcept;
  /// Of the body that have come.
  [[nodiscard]] std::size_t body_bytes() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kontor::net
