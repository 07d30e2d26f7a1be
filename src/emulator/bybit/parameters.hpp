#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "emulator/bybit/answer.hpp"

namespace kontor::emulator::bybit {

/// The named values of a request, from a query or a JSON object. A value keeps the text that it was written
/// with; whether it was text in JSON is remembered, because the venue insists on it for decimals.
class Parameters {
 public:
  static constexpr std::size_t kMaxParameters = 200;
  static constexpr std::size_t kMaxListItems = 100;

  struct Value {
    std::string name;
    std::string text;
    bool is_text = true;
  };

  /// Names and values are percent-decoded; what is given twice counts the first time.
  [[nodiscard]] static Parameters from_query(std::string_view query);
  /// Of one object; members that are null do not count, an array of objects becomes list(). An empty text is
  /// an object without members.
  [[nodiscard]] static Checked<Parameters> from_json(std::string_view body);

  /// Empty: it is absent, or empty, which is the same to the venue.
  [[nodiscard]] std::string_view get(std::string_view name) const noexcept;
  [[nodiscard]] bool has(std::string_view name) const noexcept { return !get(name).empty(); }
  /// The objects of the member `request`.
  [[nodiscard]] const std::vector<Parameters>& list() const noexcept { return list_; }
  [[nodiscard]] bool has_list() const noexcept { return has_list_; }

  /// Refused where it is absent.
  [[nodiscard]] Checked<std::string_view> needed(std::string_view name) const;
  /// None where it is absent; refused where it is no decimal number written as a text.
  [[nodiscard]] Checked<std::optional<Decimal>> decimal(std::string_view name) const;
  [[nodiscard]] Checked<std::optional<std::int64_t>> integer(std::string_view name) const;
  /// `otherwise` where it is absent; refused out of range.
  struct Range {
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t otherwise = 0;
  };
  [[nodiscard]] Checked<std::int64_t> integer_within(std::string_view name, const Range& range) const;
  [[nodiscard]] Checked<bool> boolean(std::string_view name) const;

  /// False: there are too many already.
  bool add(Value value);
  bool add_to_list(Parameters item);
  void begin_list() noexcept { has_list_ = true; }

 private:
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;

  std::vector<Value> values_;
  std::vector<Parameters> list_;
  bool has_list_ = false;
};

/// One message of a client on a WebSocket.
struct SocketRequest {
  std::string id;  ///< `req_id`, or `reqId` on the order entry; empty: none
  std::string operation;
  std::vector<std::string> arguments;  ///< texts and numbers of `args`
  std::vector<Parameters> objects;     ///< objects of `args`
  Parameters header;
};

/// None: no JSON object, or more in it than any client needs.
[[nodiscard]] std::optional<SocketRequest> parse_socket_request(std::string_view text);

/// Replaces percent forms and `+`.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace kontor::emulator::bybit
