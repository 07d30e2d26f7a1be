#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "strategy/indicators/bar_values.hpp"

/// The indicators by name: what there is, what each takes and gives, and how to make one from a text such as
/// `rsi:14`, `macd:12,26,9`, `bollinger:period=20,deviations=2` or `sma` alone for the defaults.
namespace kontor::strategy::indicators {

enum class ParameterType : std::uint8_t { integer, real };

/// One parameter of an indicator: its place in the list is its place in a specification.
struct IndicatorParameter {
  std::string_view name;
  ParameterType type = ParameterType::integer;
  double default_value = 0;
  double minimum = 0;  ///< smallest allowed value
  double maximum = 0;  ///< largest allowed value
  std::string_view meaning;
};

/// What a user can know of an indicator without making one.
struct IndicatorDescriptor {
  std::string_view name;     ///< as in a specification
  std::string_view alias;    ///< a second accepted name, TA-Lib's where it differs; may be empty
  std::string_view title;    ///< in words
  std::string_view summary;  ///< one sentence
  std::string_view inputs;   ///< fields of the bar it reads
  std::span<const IndicatorParameter> parameters;
  std::span<const std::string_view> outputs;  ///< a single unnamed ("") or several named outputs
  std::string_view warmup;  ///< bars until all outputs exist, as a formula of the parameters
  std::string_view source;  ///< where the definition comes from
};

/// Any indicator, fed with closed bars; single-value indicators read the close.
class AnyIndicator {
 public:
  virtual ~AnyIndicator() = default;

  /// Takes the next closed bar and returns the outputs, NaN where not ready; valid until the next call.
  virtual std::span<const double> update(const BarValues& bar) = 0;
  /// True once every output exists.
  [[nodiscard]] virtual bool ready() const = 0;
  /// Number of bars after which every output exists.
  [[nodiscard]] virtual std::size_t warmup() const = 0;
  /// The state in binary form, for `restore` on an indicator of the same specification.
  [[nodiscard]] virtual std::vector<std::byte> snapshot() const = 0;
  /// Continues from a snapshot; bad data leaves the indicator as it was.
  [[nodiscard]] virtual Result<void> restore(std::span<const std::byte> snapshot) = 0;

  /// Name with parameters, such as `macd_12_26_9`.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// One name per output: `rsi_14`, or `macd_12_26_9.signal` where there are several.
  [[nodiscard]] std::span<const std::string> output_names() const noexcept { return output_names_; }
  [[nodiscard]] const IndicatorDescriptor& descriptor() const noexcept { return *descriptor_; }

 protected:
  AnyIndicator(const IndicatorDescriptor& descriptor, std::string name);

 private:
  const IndicatorDescriptor* descriptor_;
  std::string name_;
  std::vector<std::string> output_names_;
};

/// All indicators in alphabetical order of their names.
[[nodiscard]] std::span<const IndicatorDescriptor> descriptors() noexcept;

/// The descriptor with this name or alias; null where there is none.
[[nodiscard]] const IndicatorDescriptor* find_descriptor(std::string_view name) noexcept;

/// Makes the indicator that `spec` asks for: `name`, `name:value,value` or `name:parameter=value`, values in
/// the order of the parameters first, named ones after them, the rest at their defaults. A usage error names
/// the part that is wrong, what was expected, and the nearest known name.
[[nodiscard]] Result<std::unique_ptr<AnyIndicator>> make(std::string_view spec);

}  // namespace kontor::strategy::indicators
