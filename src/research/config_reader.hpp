#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/timeframe.hpp"
#include "strategy/parameters.hpp"

namespace kontor::research {

/// Reads one TOML table key by key. Every fault (unknown key, wrong type, impossible value) is collected with
/// file, line, what was found and what was expected, so that the user sees all of them at once. Every value
/// that is read, given or default, is also written into the effective configuration.
class ConfigReader {
 public:
  /// The keys that were asked for, by table: `venue`, `instrument.limits`; `` is the file itself.
  using KnownKeys = std::map<std::string, std::set<std::string>, std::less<>>;

  /// Faults of a whole file and the keys that it may have, shared by the readers of all its tables.
  class Faults {
   public:
    explicit Faults(std::string file) : file_(std::move(file)) {}
    /// Line 0: somewhere in the file.
    void add_in_file(std::uint32_t line, std::string_view text);
    /// Of a value that did not come from the file; `key` is its whole path.
    void add_in_override(std::string_view key, std::string_view text);
    /// From now on a fault of this key is blamed on the option that has set it, such as `--from`.
    void set_by_option(std::string key, std::string option) { options_[std::move(key)] = std::move(option); }
    void add_known(std::string_view table, std::string_view key) { known_[std::string(table)].emplace(key); }
    [[nodiscard]] const KnownKeys& known() const noexcept { return known_; }
    [[nodiscard]] bool empty() const noexcept { return faults_.empty(); }
    [[nodiscard]] std::size_t count() const noexcept { return faults_.size(); }
    /// One per line, in the order of the file; those of --set come last.
    [[nodiscard]] std::string text() const;

   private:
    struct Fault {
      std::uint32_t line = 0;
      std::string text;
    };

    std::string file_;
    std::vector<Fault> faults_;
    std::map<std::string, std::string, std::less<>> options_;
    KnownKeys known_;
  };

  ConfigReader(const toml::table& table, std::string path, Faults& faults, toml::table& effective);

  std::string text(std::string_view key, std::string_view fallback);
  /// One of `choices`; the index into them is returned.
  std::size_t choice(std::string_view key, std::size_t fallback, std::span<const std::string_view> choices);
  bool boolean(std::string_view key, bool fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                       std::int64_t maximum);
  std::optional<std::int64_t> optional_integer(std::string_view key, std::int64_t minimum,
                                               std::int64_t maximum);
  /// A number or a text with a number: decimals that matter to the last digit are best written as text.
  Decimal decimal(std::string_view key, const Decimal& fallback, const Decimal& minimum,
                  const Decimal& maximum);
  std::optional<Decimal> optional_decimal(std::string_view key, const Decimal& minimum,
                                          const Decimal& maximum);
  DurationNs duration(std::string_view key, DurationNs fallback);
  std::optional<DurationNs> optional_duration(std::string_view key);
  Timeframe timeframe(std::string_view key, Timeframe fallback);
  /// A date, a date-time or a text with one; nothing where the key is absent.
  std::optional<TimeNs> time(std::string_view key);
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback);
  /// The value of a strategy's parameter, type and bounds checked against its descriptor; nothing after a
  /// fault.
  std::optional<strategy::ParameterValue> parameter(const strategy::ParameterDescriptor& descriptor);

  /// Reads the table below `key`, if any; an empty one otherwise, so that defaults are taken.
  void table(std::string_view key, const std::function<void(ConfigReader&)>& read);
  /// Reads the table below `key` where there is one; an absent one leaves nothing in the effective
  /// configuration.
  void optional_table(std::string_view key, const std::function<void(ConfigReader&)>& read) {
    if (find(key) != nullptr) table(key, read);
  }
  /// Reads every table of an array of tables; a single table counts as one.
  void tables(std::string_view key, const std::function<void(ConfigReader&)>& read);

  /// Writes a default into the effective configuration that is no single value.
  void note_default(std::string_view key, const toml::array& value) { record(key, value); }

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  /// True where the key has its value from the command line.
  [[nodiscard]] bool is_override(std::string_view key) const;
  /// Adds a fault at a key, or at the table itself where the key is absent.
  void fault(std::string_view key, std::string_view text);
  /// Reports every key that nobody has asked for, with the nearest known one.
  void finish();
  /// Lets unknown keys pass: used where an earlier fault makes it impossible to say which keys are known.
  void ignore_unknown() noexcept { ignore_unknown_ = true; }

 private:
  const toml::node* find(std::string_view key);
  void wrong_type(std::string_view key, const toml::node& node, std::string_view expected);
  template <class Value>
  void record(std::string_view key, const Value& value) {
    effective_.insert_or_assign(key, value);
  }

  const toml::table& table_;
  std::string path_;
  Faults& faults_;
  toml::table& effective_;
  std::vector<std::string> known_;
  bool ignore_unknown_ = false;
};

/// `integer 5`, `string "abc"`, `table`: what a TOML node is, in words.
[[nodiscard]] std::string found_text(const toml::node& node);

/// `10ms`, `15m`: the largest unit that divides the duration, as parse_duration reads it back.
[[nodiscard]] std::string exact_duration_text(DurationNs duration);

/// Parses a TOML file or text; a syntax error is a usage error with line and column.
[[nodiscard]] Result<toml::table> parse_toml_file(const std::string& file);
[[nodiscard]] Result<toml::table> parse_toml_text(std::string_view text, const std::string& file);

/// Applies `key=value` to a table: `backtest.from=2025-06-01`, `strategy[1].fast=20`; an index may be left
/// out where an array of tables has one element. The value is TOML, or text if it is none.
[[nodiscard]] Result<void> apply_override(toml::table& root, std::string_view assignment);

}  // namespace kontor::research
