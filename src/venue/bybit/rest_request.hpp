#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "net/query.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

/// A JSON object in the making, in the order in which its fields are added: the text that is signed is the
/// text that is sent.
class Body {
 public:
  Body& text(std::string_view name, std::string_view value);
  /// As a string, without an exponent and without zeros that say nothing.
  Body& decimal(std::string_view name, const Decimal& value);
  Body& number(std::string_view name, std::int64_t value);
  Body& flag(std::string_view name, bool value);
  /// What is JSON already.
  Body& json(std::string_view name, std::string_view value);
  [[nodiscard]] std::string take() &&;

 private:
  void begin(std::string_view name);

  std::string text_ = "{";
};

/// The query or body that most requests begin with: `category`.
[[nodiscard]] net::Query category_query(const venue::RequestContext& context);
[[nodiscard]] Body category_body(const venue::RequestContext& context);

/// Cursors come percent-encoded from the venue and are sent back the way they came.
void add_cursor(net::Query& query, std::string_view cursor);

/// A question that needs no signature. The path begins with `/v5/`.
[[nodiscard]] net::HttpRequest public_request(std::string_view path, const net::Query& query,
                                              const venue::RequestContext& context);
/// Errors: usage (no credentials).
[[nodiscard]] Result<net::HttpRequest> private_request(std::string_view path, const net::Query& query,
                                                       const venue::RequestContext& context);
[[nodiscard]] Result<net::HttpRequest> private_request(std::string_view path, Body body,
                                                       const venue::RequestContext& context);

/// `bybit spot …`: why something is not sent.
[[nodiscard]] std::unexpected<Error> refuse(const venue::RequestContext& context, std::string_view reason);

/// Errors: usage (there is none).
[[nodiscard]] Result<void> check_symbol(const venue::RequestContext& context, std::string_view symbol);
/// Errors: usage (on spot, which has no such thing).
[[nodiscard]] Result<void> check_linear(const venue::RequestContext& context, std::string_view what);

/// A span of time as Bybit wants it: milliseconds, both ends included. Ours ends before `to`.
struct Span {
  TimeNs from = 0;
  TimeNs to = 0;
};
struct SpanNames {
  std::string_view from;
  std::string_view to;
};
void add_span(net::Query& query, SpanNames names, Span span);

/// How many rows to ask for. Errors: usage (more than the venue gives).
struct Limit {
  std::uint32_t wanted = 0;  ///< 0: what the venue gives by itself
  std::uint32_t most = 0;
};
[[nodiscard]] Result<void> add_limit(net::Query& query, const venue::RequestContext& context, Limit limit);

}  // namespace kontor::bybit
