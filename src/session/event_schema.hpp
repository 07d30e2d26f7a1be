#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/logged_event.hpp"

namespace kontor::session {

/// What a value of a session's event may be.
enum class FieldForm : std::uint8_t {
  version,   ///< kEventVersion
  time,      ///< ISO-8601 in UTC
  decimal,   ///< a decimal number as text
  text,      ///< not empty
  note,      ///< text, may be empty
  count,     ///< a whole number from 0 on
  ordinal,   ///< a whole number from 1 on
  fraction,  ///< a number from 0 to 1
  choice,    ///< one of `names`
  object,    ///< of `members`, and no others
  details,   ///< any names; texts, numbers, truths and lists of texts
};

/// One member of an event: the description that both the published schema and the validator come from.
struct FieldRule {
  std::string_view name;
  FieldForm form = FieldForm::text;
  bool required = false;
  std::string_view description;
  std::vector<std::string_view> names{};
  std::vector<FieldRule> members{};
};

/// What is particular to one type of event.
struct TypeRule {
  EventType type{};
  std::vector<std::string_view> needs{};    ///< members that are required beside those of every event
  std::vector<std::string_view> details{};  ///< details that it always has beside `record`
  bool told = true;                         ///< false: of a part of the program that is still to come
  std::string_view description;
};

[[nodiscard]] const std::vector<FieldRule>& event_fields();
[[nodiscard]] const std::vector<TypeRule>& event_types();

/// The regular expression of a form's text (ECMA-262), or nothing.
[[nodiscard]] std::string_view pattern_of(FieldForm form) noexcept;

/// The JSON Schema (draft 2020-12) of a line; docs/session-events.schema.json is this text.
[[nodiscard]] std::string event_schema();

/// Says what is wrong with lines of events, member by member.
class EventValidator {
 public:
  /// What is wrong with the line, the first thing only; nothing: it is as the schema says, and its seq is one
  /// higher than that of the line before.
  [[nodiscard]] std::optional<std::string> complaint(std::string_view line);

 private:
  std::uint64_t last_seq_ = 0;
};

}  // namespace kontor::session
