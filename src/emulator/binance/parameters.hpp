#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "emulator/binance/api_error.hpp"

namespace kontor::emulator::binance {

/// The parameters of one request, in the order in which they came, decoded. The getters answer with the
/// venue's own error where a value is not what it has to be; an empty value is as good as none.
class Parameters {
 public:
  static constexpr std::size_t kMaxParameters = 200;

  struct Item {
    std::string name;
    std::string value;
  };

  /// Adds `a=1&b=2`. Errors: -1101 (a name twice, or too many), -1100 (no percent form).
  [[nodiscard]] Answer<void> add_query(std::string_view text);
  /// Adds the members of a JSON object. Error -1135.
  [[nodiscard]] Answer<void> add_json(std::string_view text);
  [[nodiscard]] Answer<void> add(std::string name, std::string value);
  /// Gives a parameter another name, where a newer name of the same is known.
  void set(std::string_view name, std::string value);

  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  [[nodiscard]] bool has(std::string_view name) const noexcept { return !text(name).empty(); }
  /// Empty: not sent.
  [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
  [[nodiscard]] Answer<std::string_view> required(std::string_view name) const;
  [[nodiscard]] Answer<std::optional<std::int64_t>> integer(std::string_view name) const;
  [[nodiscard]] Answer<std::optional<Decimal>> decimal(std::string_view name) const;
  [[nodiscard]] Answer<std::optional<bool>> boolean(std::string_view name) const;
  /// A moment in milliseconds, or in microseconds where it has that many digits.
  [[nodiscard]] Answer<std::optional<TimeNs>> time(std::string_view name) const;
  /// How many rows are wanted: `fallback` if nothing is said; more than `maximum` is refused.
  [[nodiscard]] Answer<std::size_t> limit(std::size_t fallback, std::size_t maximum) const;
  /// The texts of a JSON array of strings: `["BTCUSDT","BNBUSDT"]`.
  [[nodiscard]] Answer<std::vector<std::string>> texts(std::string_view name) const;

 private:
  std::vector<Item> items_;
};

/// Percent forms and `+` resolved; nothing where a percent form is none.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace kontor::emulator::binance
