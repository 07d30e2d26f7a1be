#include "venue/bybit/rest_request.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json_text.hpp"
#include "venue/bybit/config.hpp"
#include "venue/bybit/sign.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::Product;
using venue::RequestContext;

std::string address_of(std::string_view path, const RequestContext& context) {
  const venue::Endpoints& where =
      context.endpoints != nullptr ? *context.endpoints : endpoints(context.product);
  std::string address = where.rest;
  while (address.ends_with('/')) address.pop_back();
  return address.append(path);
}

std::string address_with_query(std::string_view path, const net::Query& query,
                               const RequestContext& context) {
  std::string address = address_of(path, context);
  if (!query.empty()) address.append("?").append(query.text());
  return address;
}

Result<const venue::Credentials*> credentials_of(const RequestContext& context) {
  if (context.credentials == nullptr) return refuse(context, "needs a key to sign this with, there is none");
  return context.credentials;
}

std::int64_t milliseconds_up(TimeNs time) noexcept { return -floor_divide(-time, kMillisecond); }

bool needs_no_encoding(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%").contains(c);
}

}  // namespace

void Body::begin(std::string_view name) {
  if (text_.size() > 1) text_.push_back(',');
  append_json_text(text_, name);
  text_.push_back(':');
}

Body& Body::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_text(text_, value);
  return *this;
}

Body& Body::decimal(std::string_view name, const Decimal& value) {
  return text(name, value.normalized().format());
}

Body& Body::number(std::string_view name, std::int64_t value) {
  begin(name);
  text_.append(std::to_string(value));
  return *this;
}

Body& Body::flag(std::string_view name, bool value) { return json(name, value ? "true" : "false"); }

Body& Body::json(std::string_view name, std::string_view value) {
  begin(name);
  text_.append(value);
  return *this;
}

std::string Body::take() && {
  text_.push_back('}');
  return std::move(text_);
}

net::Query category_query(const RequestContext& context) {
  net::Query query;
  query.add_plain("category", category_name(context.product));
  return query;
}

Body category_body(const RequestContext& context) {
  Body body;
  body.text("category", category_name(context.product));
  return body;
}

void add_cursor(net::Query& query, std::string_view cursor) {
  if (cursor.empty()) return;
  if (std::ranges::all_of(cursor, needs_no_encoding)) {
    query.add_plain("cursor", cursor);
  } else {
    query.add("cursor", cursor);
  }
}

net::HttpRequest public_request(std::string_view path, const net::Query& query,
                                const RequestContext& context) {
  return {.method = net::HttpMethod::get, .url = address_with_query(path, query, context)};
}

Result<net::HttpRequest> private_request(std::string_view path, const net::Query& query,
                                         const RequestContext& context) {
  TRY(const venue::Credentials* credentials, credentials_of(context));
  return net::HttpRequest{
      .method = net::HttpMethod::get,
      .url = address_with_query(path, query, context),
      .headers = signed_headers(query.text(), context.clock, *credentials),
  };
}

Result<net::HttpRequest> private_request(std::string_view path, Body body, const RequestContext& context) {
  TRY(const venue::Credentials* credentials, credentials_of(context));
  net::HttpRequest request{.method = net::HttpMethod::post, .url = address_of(path, context)};
  request.body = std::move(body).take();
  request.headers = signed_headers(request.body, context.clock, *credentials);
  request.headers.push_back({"Content-Type", "application/json"});
  return request;
}

std::unexpected<Error> refuse(const RequestContext& context, std::string_view reason) {
  return fail(ErrorKind::usage, fmt::format("bybit {} {}", category_name(context.product), reason));
}

Result<void> check_symbol(const RequestContext& context, std::string_view symbol) {
  if (symbol.empty()) return refuse(context, "needs a symbol, there is none");
  return {};
}

Result<void> check_linear(const RequestContext& context, std::string_view what) {
  if (context.product == Product::spot) return refuse(context, fmt::format("has no {}", what));
  return {};
}

void add_span(net::Query& query, SpanNames names, Span span) {
  if (span.from > 0) query.add(names.from, milliseconds_up(span.from));
  if (span.to > 0) query.add(names.to, milliseconds_up(span.to) - 1);
}

Result<void> add_limit(net::Query& query, const RequestContext& context, Limit limit) {
  if (limit.wanted > limit.most) {
    return refuse(context, fmt::format("gives at most {} at once, not {}", limit.most, limit.wanted));
  }
  if (limit.wanted > 0) query.add("limit", static_cast<std::int64_t>(limit.wanted));
  return {};
}

}  // namespace kontor::bybit
