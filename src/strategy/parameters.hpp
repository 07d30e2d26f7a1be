#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/settings.hpp"

namespace kontor::strategy {

enum class ParameterType : std::uint8_t { integer, real, boolean, text, duration };

/// The value of a parameter; a duration is an integer in nanoseconds.
using ParameterValue = SettingValue;

/// Says everything about one parameter once: configuration, help, the optimiser and the browser read this.
struct ParameterDescriptor {
  std::string_view name;
  ParameterType type = ParameterType::integer;
  ParameterValue default_value;
  double minimum = 0;  ///< integer and real; a duration in seconds
  double maximum = 0;
  std::vector<std::string_view> choices;  ///< text: the allowed words; empty: any
  std::string_view meaning;               ///< one sentence with the unit
};

/// A whole number from `minimum` to `maximum`.
[[nodiscard]] ParameterDescriptor integer_parameter(std::string_view name, std::int64_t default_value,
                                                    std::int64_t minimum, std::int64_t maximum,
                                                    std::string_view meaning);
/// A number from `minimum` to `maximum`.
[[nodiscard]] ParameterDescriptor real_parameter(std::string_view name, double default_value, double minimum,
                                                 double maximum, std::string_view meaning);
/// One word of several; the first is the default.
[[nodiscard]] ParameterDescriptor choice_parameter(std::string_view name,
                                                   std::vector<std::string_view> choices,
                                                   std::string_view meaning);
/// A duration from `minimum` to `maximum`.
[[nodiscard]] ParameterDescriptor duration_parameter(std::string_view name, DurationNs default_value,
                                                     DurationNs minimum, DurationNs maximum,
                                                     std::string_view meaning);

/// Checked parameter values by name, complete: what was not given has its default.
class Parameters {
 public:
  /// Checks types, bounds, choices and names against the descriptors. All faults together, one per line.
  [[nodiscard]] static Result<Parameters> make(std::span<const ParameterDescriptor> descriptors,
                                               const std::map<std::string, ParameterValue>& given);

  /// As they stand in an event: whoever takes them has to check them.
  [[nodiscard]] static Parameters recorded(std::span<const ParameterSetting> settings);

  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(integer(name));
  }
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] DurationNs duration(std::string_view name) const { return integer(name); }
  [[nodiscard]] const std::map<std::string, ParameterValue, std::less<>>& values() const noexcept {
    return values_;
  }

 private:
  std::map<std::string, ParameterValue, std::less<>> values_;
};

/// The parameters as an event has them, by ascending name.
[[nodiscard]] std::vector<ParameterSetting> settings_of(const Parameters& parameters);

/// A fault of one value against its descriptor, or nothing.
[[nodiscard]] std::optional<std::string> fault_of(const ParameterDescriptor& descriptor,
                                                  const ParameterValue& value);
/// `integer, 1 … 5000, default 10`.
[[nodiscard]] std::string describe(const ParameterDescriptor& descriptor);
[[nodiscard]] std::string format_value(const ParameterDescriptor& descriptor, const ParameterValue& value);

}  // namespace kontor::strategy
