#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "emulator/binance/parameters.hpp"
#include "net/html.hpp"
#include "net/http_reader.hpp"
#include "net/query.hpp"
#include "net/url.hpp"
#include "net/url_text.hpp"
#include "net/utf8.hpp"

// Arbitrary bytes as a message of HTTP, whole and in pieces: the same message or an error, within the limits.
// As an address, which reads again as itself; as a page, whose title nobody's terminal obeys; and as a part
// of a query, which somebody else reads as what it was. The first byte says what is read and how it is cut.

namespace {

using namespace kontor::net;

constexpr HttpReaderLimits kLimits{.header_bytes = 2'000, .body_bytes = 3'000};

struct Reading {
  bool is_done = false;
  unsigned status = 0;
  std::string method;
  std::string target;
  std::size_t headers = 0;
  std::string body;
  bool operator==(const Reading&) const = default;
};

Reading read_in_pieces(HttpReader::Kind kind, std::string_view bytes, std::size_t piece) {
  HttpReader reader(kind, kLimits);
  std::string buffer;
  bool has_failed = false;
  while (!has_failed && !reader.is_done() && !bytes.empty()) {
    buffer += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const auto used = reader.feed(buffer);
    has_failed = !used;
    if (used) buffer.erase(0, *used);
    ASSERT(!used || *used <= buffer.size() + *used);
  }
  if (!has_failed && !reader.is_done()) has_failed = !reader.finish();
  Reading reading{.is_done = !has_failed && reader.is_done(), .method = {}, .target = {}, .body = {}};
  ASSERT(reader.body_bytes() <= kLimits.body_bytes);
  if (!reading.is_done) return reading;
  const bool is_request = kind == HttpReader::Kind::request;
  if (is_request) reading.method = reader.method();
  if (is_request) reading.target = reader.target();
  if (!is_request) reading.status = reader.status();
  reading.headers = reader.headers().size();
  reading.body = reader.take_body();
  return reading;
}

void read_message(std::uint8_t choice, std::string_view text) {
  const auto kind = static_cast<HttpReader::Kind>(choice % 3U);
  const Reading at_once = read_in_pieces(kind, text, text.size() + 1);
  // Bytes one by one can end a message that more at once would have shown to be none; and how much of the
  // first line counts towards the limit of headers depends on how it comes.
  const Reading in_pieces = read_in_pieces(kind, text, 1U + choice / 3U);
  ASSERT(at_once == in_pieces || !at_once.is_done || text.size() > kLimits.header_bytes);
}

void read_url(std::string_view text) {
  static_cast<void>(parse_without_telling(text));
  const auto url = Url::parse(text);
  if (!url) return;
  const auto again = Url::parse(url->origin() + url->target);
  ASSERT(again && again->scheme == url->scheme && again->host == url->host && again->port == url->port &&
         again->target == url->target);
}

void read_page(const std::string& text) {
  const HttpResponse page{.status = 503, .headers = {}, .body = text};
  static_cast<void>(is_html(page));
  const std::string title = html_title(text);
  ASSERT(is_utf8(title) || !is_utf8(text));
  ASSERT(std::ranges::none_of(title, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

void write_query(std::string_view text) {
  std::string encoded;
  append_percent_encoded(encoded, text);
  ASSERT(kontor::emulator::binance::percent_decoded(encoded) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data + 1, data + size);
  read_message(data[0], text);
  read_url(text);
  read_page(text);
  write_query(text);
  return 0;
}
