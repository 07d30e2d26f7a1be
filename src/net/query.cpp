#include "net/query.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace kontor::net {
namespace {

constexpr bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 15U]);
  }
}

void Query::begin(std::string_view name) {
  if (!text_.empty()) text_.push_back('&');
  append_percent_encoded(text_, name);
  text_.push_back('=');
}

Query& Query::add(std::string_view name, std::string_view value) {
  begin(name);
  append_percent_encoded(text_, value);
  return *this;
}

Query& Query::add_plain(std::string_view name, std::string_view value) {
  begin(name);
  text_.append(value);
  return *this;
}

Query& Query::add(std::string_view name, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  static_cast<void>(error);  // there is room for every 64-bit number
  return add_plain(name, {digits.data(), end});
}

}  // namespace kontor::net
