#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"

namespace kontor {

/// How much a record of the log matters. `off` is no level of a record: as a threshold it lets nothing pass.
BOOST_DEFINE_FIXED_ENUM_CLASS(LogLevel, std::uint8_t, debug, info, warning, error, critical, off)
inline constexpr std::size_t kLogLevels = 5;

/// The part of the program that speaks.
BOOST_DEFINE_FIXED_ENUM_CLASS(LogComponent, std::uint8_t,
                              session,         // start, recovery, phases, snapshots, end
                              journal,         // what the journal could not do
                              risk,            // refusals and breakers
                              strategy,        // signals that were left
                              execution,       // orders and executions
                              portfolio,       // positions and funding
                              reconciliation,  // books against the venue's
                              connection,      // to the venue
                              clock,           // its offset
                              control,         // what people ask for
                              configuration,   // changes and refusals of the file
                              log)             // the log itself
inline constexpr std::size_t kLogComponents = 12;

[[nodiscard]] std::string_view name_of(LogLevel level) noexcept;
[[nodiscard]] std::string_view name_of(LogComponent component) noexcept;
/// All of them with spaces between, `off` included.
[[nodiscard]] std::string log_level_names();
[[nodiscard]] std::string log_component_names();
/// Error usage names what there is.
[[nodiscard]] Result<LogLevel> parse_log_level(std::string_view name);
[[nodiscard]] Result<LogComponent> parse_log_component(std::string_view name);

/// The least level that is logged, for each component.
class LogLevels {
 public:
  explicit LogLevels(LogLevel everywhere = LogLevel::info) { set(everywhere); }

  [[nodiscard]] LogLevel of(LogComponent component) const noexcept {
    return levels_[static_cast<std::size_t>(component)];
  }
  /// For every component: what was said of single ones before is taken back.
  void set(LogLevel everywhere) {
    levels_.fill(everywhere);
    everywhere_ = everywhere;
  }
  void set(LogComponent component, LogLevel level) noexcept {
    levels_[static_cast<std::size_t>(component)] = level;
  }
  /// `debug`, or `risk=debug`. Error usage: something else.
  [[nodiscard]] Result<void> apply(std::string_view word);
  /// `info risk=debug`: the words that give these levels.
  [[nodiscard]] std::string text() const;

  bool operator==(const LogLevels&) const = default;

 private:
  std::array<LogLevel, kLogComponents> levels_{};
  LogLevel everywhere_ = LogLevel::info;
};

/// What is logged, and where to: the table `[log]` of a configuration.
struct LogSettings {
  static constexpr std::uint64_t kLeastSize = 4'000;
  static constexpr std::uint64_t kMostSize = 1'000'000'000;
  static constexpr std::uint32_t kMostFiles = 100;

  LogLevels levels{};
  /// The console shows what is logged and is of this level or above.
  LogLevel console = LogLevel::warning;
  std::string folder{};             ///< of the files; empty: the session's
  std::uint64_t size = 10'000'000;  ///< bytes after which another file is begun
  std::uint32_t count = 5;          ///< files, the one being written included

  bool operator==(const LogSettings&) const = default;
};

/// Reads `500KB`, `10MB`, `1GB` (powers of ten) into bytes. Error usage: something else.
[[nodiscard]] Result<std::uint64_t> parse_log_size(std::string_view text);
/// The same the other way round, in the largest unit that divides it.
[[nodiscard]] std::string log_size_text(std::uint64_t bytes);

}  // namespace kontor
