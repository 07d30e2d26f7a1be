#include "net/http_reader.hpp"

#include <variant>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

namespace kontor::net {
namespace {

namespace http = boost::beast::http;
using RequestParser = http::request_parser<http::string_body>;
using ResponseParser = http::response_parser<http::string_body>;

/// No message in chunks ends with less. Beast takes it for granted that it has as much, once it has seen how
/// the last chunk begins.
constexpr std::size_t kLastChunkBytes = sizeof("0\r\n\r\n") - 1;

std::string_view view_of(boost::beast::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace

struct HttpReader::Impl {
  decltype(auto) visit(auto&& function) { return std::visit(function, parser); }
  [[nodiscard]] decltype(auto) visit(auto&& function) const { return std::visit(function, parser); }

  Impl(Kind kind, const HttpReaderLimits& wanted) : limits(wanted) {
    if (kind == Kind::request) {
      parser.emplace<RequestParser>();
    } else {
      parser.emplace<ResponseParser>().skip(kind == Kind::response_head);
    }
    visit([&](auto& one) {
      one.eager(true);
      one.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
      one.body_limit(limits.body_bytes);
    });
  }

  [[nodiscard]] Error explain(const boost::system::error_code& code) const;
  [[nodiscard]] bool is_in_chunks() const {
    return visit([](const auto& one) { return one.is_header_done() && one.chunked(); });
  }

  HttpReaderLimits limits;
  bool has_refused_body = false;
  std::variant<ResponseParser, RequestParser> parser;
};

Error HttpReader::Impl::explain(const boost::system::error_code& code) const {
  if (code == http::error::body_limit) {
    const auto announced = visit([](const auto& one) {
      const auto& header = one.get()[http::field::content_length];
      return std::string(header.data(), header.size());
    });
    return {ErrorKind::overflow, fmt::format("expected a body of at most {} bytes, found {}",
                                             limits.body_bytes, announced.empty() ? "more" : announced)};
  }
  if (code == http::error::header_limit) {
    return {ErrorKind::overflow,
            fmt::format("expected headers of at most {} bytes, found more", limits.header_bytes)};
  }
  if (code == http::error::partial_message) {
    return {ErrorKind::bad_data, "expected a whole message, found its end missing"};
  }
  return {ErrorKind::bad_data, fmt::format("expected HTTP/1.1, found: {}", code.message())};
}

HttpReader::HttpReader(Kind kind, const HttpReaderLimits& limits)
    : impl_(std::make_unique<Impl>(kind, limits)) {}
HttpReader::HttpReader(HttpReader&&) noexcept = default;
HttpReader& HttpReader::operator=(HttpReader&&) noexcept = default;
HttpReader::~HttpReader() = default;

Result<std::size_t> HttpReader::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !is_done()) {
    boost::system::error_code code;
    const auto rest = bytes.substr(taken);
    if (rest.size() < kLastChunkBytes && impl_->is_in_chunks()) break;
    const std::size_t used =
        impl_->visit([&](auto& one) { return one.put(boost::asio::buffer(rest.data(), rest.size()), code); });
    taken += used;
    impl_->has_refused_body = code == http::error::body_limit;
    if (code && code != http::error::need_more) return std::unexpected(impl_->explain(code));
    if (code == http::error::need_more || used == 0) break;
  }
  return taken;
}

Result<void> HttpReader::finish() {
  const bool has_begun = impl_->visit([](const auto& one) { return one.got_some(); });
  if (!has_begun) return fail(ErrorKind::bad_data, "expected a message, found the end");
  boost::system::error_code code;
  impl_->visit([&](auto& one) { one.put_eof(code); });
  if (code) return std::unexpected(impl_->explain(code));
  if (!is_done()) return fail(ErrorKind::bad_data, "expected a whole message, found its end missing");
  return {};
}

bool HttpReader::has_header() const noexcept {
  return impl_->has_refused_body || impl_->visit([](const auto& one) { return one.is_header_done(); });
}
bool HttpReader::is_done() const noexcept {
  return impl_->visit([](const auto& one) { return one.is_done(); });
}
bool HttpReader::keeps_alive() const noexcept {
  return impl_->visit([](const auto& one) { return one.keep_alive(); });
}
bool HttpReader::asks_to_upgrade() const noexcept {
  return impl_->visit([](const auto& one) { return one.upgrade(); });
}
unsigned HttpReader::status() const noexcept {
  const auto* const response = std::get_if<ResponseParser>(&impl_->parser);
  return response != nullptr ? response->get().result_int() : 0;
}
std::string_view HttpReader::method() const noexcept {
  const auto* const request = std::get_if<RequestParser>(&impl_->parser);
  return request != nullptr ? view_of(request->get().method_string()) : std::string_view();
}
std::string_view HttpReader::target() const noexcept {
  const auto* const request = std::get_if<RequestParser>(&impl_->parser);
  return request != nullptr ? view_of(request->get().target()) : std::string_view();
}

std::vector<HttpHeader> HttpReader::headers() const {
  std::vector<HttpHeader> all;
  impl_->visit([&](const auto& one) {
    for (const auto& field : one.get().base()) {
      all.push_back({std::string(view_of(field.name_string())), std::string(view_of(field.value()))});
    }
  });
  return all;
}

std::string HttpReader::take_body() noexcept {
  return impl_->visit([](auto& one) { return std::move(one.get().body()); });
}

std::size_t HttpReader::body_bytes() const noexcept {
  return impl_->visit([](const auto& one) { return one.get().body().size(); });
}

}  // namespace kontor::net
