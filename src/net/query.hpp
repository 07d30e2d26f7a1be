#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::net {

/// Appends the text as a component of a query: everything but letters, digits and `-._~` is written as the
/// percent forms of its bytes.
void append_percent_encoded(std::string& out, std::string_view text);

/// A query in the order in which its parts are added: `symbol=BTCUSDT&side=BUY`.
class Query {
 public:
  /// Both are percent-encoded.
  Query& add(std::string_view name, std::string_view value);
  /// The same for what need not be encoded.
  Query& add_plain(std::string_view name, std::string_view value);
  Query& add(std::string_view name, std::int64_t value);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  void reserve(std::size_t bytes) { text_.reserve(bytes); }

 private:
  void begin(std::string_view name);

  std::string text_;
};

}  // namespace kontor::net
