#include <algorithm>
#include <map>
#include <regex>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "session/event_schema.hpp"

namespace kontor::session {
namespace {

namespace json = boost::json;

json::array list_of(const std::vector<std::string_view>& names) {
  json::array list;
  for (const auto name : names) list.emplace_back(name);
  return list;
}

json::object object_schema(const std::vector<FieldRule>& fields);

void add_form(json::object& schema, const FieldRule& field) {
  switch (field.form) {
    case FieldForm::version: schema["const"] = kEventVersion; return;
    case FieldForm::time:
    case FieldForm::decimal: schema["pattern"] = pattern_of(field.form); [[fallthrough]];
    case FieldForm::note: schema["type"] = "string"; return;
    case FieldForm::text:
      schema["type"] = "string";
      schema["minLength"] = 1;
      return;
    case FieldForm::count:
    case FieldForm::ordinal:
      schema["type"] = "integer";
      schema["minimum"] = field.form == FieldForm::ordinal ? 1 : 0;
      return;
    case FieldForm::fraction:
      schema["type"] = "number";
      schema["minimum"] = 0;
      schema["maximum"] = 1;
      return;
    case FieldForm::choice: schema["enum"] = list_of(field.names); return;
    case FieldForm::object:
      for (auto& [name, value] : object_schema(field.members)) schema[name] = value;
      return;
    case FieldForm::details:
      schema["type"] = "object";
      schema["required"] = json::array{"record"};
      schema["properties"] = json::object{{"record", json::object{{"type", "integer"}, {"minimum", 1}}}};
      schema["additionalProperties"] =
          json::object{{"type", json::array{"string", "number", "boolean", "array"}},
                       {"items", json::object{{"type", "string"}}}};
      return;
  }
}

json::object object_schema(const std::vector<FieldRule>& fields) {
  json::object properties;
  json::array required;
  for (const auto& field : fields) {
    json::object schema{{"description", field.description}};
    add_form(schema, field);
    properties[field.name] = std::move(schema);
    if (field.required) required.emplace_back(field.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

/// What a type of event needs, as a rule of its own.
json::object type_schema(const TypeRule& rule) {
  json::object then{{"description", std::string(rule.description) + (rule.told ? "" : " (not told yet)")}};
  auto needs = rule.needs;
  if (!rule.details.empty()) {
    needs.emplace_back("details");
    then["properties"] = json::object{{"details", json::object{{"required", list_of(rule.details)}}}};
  }
  if (!needs.empty()) then["required"] = list_of(needs);
  const json::object is_type{
      {"properties", json::object{{"type", json::object{{"const", name_of(rule.type)}}}}},
      {"required", json::array{"type"}}};
  return {{"if", is_type}, {"then", std::move(then)}};
}

/// Two spaces a level; lists of plain values on one line.
void print(std::string& text, const json::value& value, std::size_t depth) {
  const auto is_nested = [](const json::value& element) { return element.is_object() || element.is_array(); };
  const auto new_line = [&](std::size_t level) { text += "\n" + std::string(level * 2, ' '); };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    for (const auto& [name, member] : *object) {
      text += &member == &object->begin()->value() ? "{" : ",";
      new_line(depth + 1);
      text += json::serialize(json::value(name)) + ": ";
      print(text, member, depth + 1);
    }
    new_line(depth);
    text += '}';
  } else if (const auto* array = value.if_array();
             array != nullptr && std::ranges::any_of(*array, is_nested)) {
    for (const auto& element : *array) {
      text += &element == array->begin() ? "[" : ",";
      new_line(depth + 1);
      print(text, element, depth + 1);
    }
    new_line(depth);
    text += ']';
  } else if (array != nullptr) {
    for (const auto& element : *array)
      text += (&element == array->begin() ? "[" : ", ") + json::serialize(element);
    text += array->empty() ? "[]" : "]";
  } else {
    text += json::serialize(value);
  }
}

/// What a value should have been; nothing where it is that.
class FormCheck {
 public:
  explicit FormCheck(const json::value& value) : value_(value) {}

  [[nodiscard]] std::string_view wrong(const FieldRule& field) const {
    switch (field.form) {
      case FieldForm::version: return is_count(kEventVersion) && value_ == kEventVersion ? "" : "version 1";
      case FieldForm::time: return matches(field.form) ? "" : "a time such as 2025-05-04T15:33:00Z";
      case FieldForm::decimal: return matches(field.form) ? "" : "a decimal number as text";
      case FieldForm::text:
        return value_.is_string() && !value_.get_string().empty() ? "" : "text that is not empty";
      case FieldForm::note: return value_.is_string() ? "" : "text";
      case FieldForm::count: return is_count(0) ? "" : "a whole number from 0 on";
      case FieldForm::ordinal: return is_count(1) ? "" : "a whole number from 1 on";
      case FieldForm::fraction: return is_fraction() ? "" : "a number from 0 to 1";
      case FieldForm::choice: return is_one_of(field.names) ? "" : "one of the names that the schema lists";
      case FieldForm::object: return value_.is_object() ? "" : "an object";
      case FieldForm::details: return is_details() ? "" : "texts, numbers, truths and lists, and a record";
    }
    return "";
  }

 private:
  [[nodiscard]] bool matches(FieldForm form) const {
    static const std::map<FieldForm, std::regex> kPatterns{
        {FieldForm::time, std::regex(std::string(pattern_of(FieldForm::time)))},
        {FieldForm::decimal, std::regex(std::string(pattern_of(FieldForm::decimal)))}};
    const auto* text = value_.if_string();
    return text != nullptr && std::regex_match(text->begin(), text->end(), kPatterns.at(form));
  }
  [[nodiscard]] bool is_count(std::uint64_t least) const {
    json::error_code error;
    const auto number = value_.to_number<std::uint64_t>(error);
    return !error && number >= least;
  }
  [[nodiscard]] bool is_fraction() const {
    json::error_code error;
    const auto number = value_.to_number<double>(error);
    return !error && number >= 0 && number <= 1;
  }
  [[nodiscard]] bool is_one_of(const std::vector<std::string_view>& names) const {
    const auto* text = value_.if_string();
    return text != nullptr && std::ranges::find(names, std::string_view(*text)) != names.end();
  }
  [[nodiscard]] bool is_details() const {
    const auto* object = value_.if_object();
    if (object == nullptr || !object->contains("record") || !FormCheck(object->at("record")).is_count(1))
      return false;
    return std::ranges::all_of(*object, [](const auto& member) {
      const json::value& value = member.value();
      const auto* list = value.if_array();
      if (list == nullptr) return value.is_string() || value.is_number() || value.is_bool();
      return std::ranges::all_of(*list, [](const json::value& element) { return element.is_string(); });
    });
  }

  const json::value& value_;
};

std::optional<std::string> wrong_in(const json::object& object, const std::vector<FieldRule>& fields,
                                    const std::string& path) {
  for (const auto& [name, value] : object) {
    const auto field = std::ranges::find(fields, std::string_view(name), &FieldRule::name);
    if (field == fields.end())
      return fmt::format("{}{}: the schema knows no such field", path, std::string_view(name));
    if (const auto expected = FormCheck(value).wrong(*field); !expected.empty())
      return fmt::format("{}{}: expected {}, found {}", path, field->name, expected, json::serialize(value));
    if (field->form == FieldForm::object) {
      if (auto inner = wrong_in(value.get_object(), field->members, fmt::format("{}{}.", path, field->name)))
        return inner;
    }
  }
  for (const auto& field : fields) {
    if (field.required && !object.contains(field.name))
      return fmt::format("{}{}: expected this field, found none", path, field.name);
  }
  return std::nullopt;
}

std::optional<std::string> wrong_for_type(const json::object& object) {
  const std::string_view name = object.at("type").get_string();
  const auto rule =
      std::ranges::find(event_types(), name, [](const TypeRule& each) { return name_of(each.type); });
  if (rule == event_types().end()) return std::nullopt;
  for (const auto need : rule->needs) {
    if (!object.contains(need)) return fmt::format("{}: expected this field of {}, found none", need, name);
  }
  const json::value* details = object.if_contains("details");
  for (const auto need : rule->details) {
    if (details == nullptr || !details->get_object().contains(need))
      return fmt::format("details.{}: expected this of {}, found none", need, name);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> seq_of(const json::object& object) {
  const json::value* value = object.if_contains("seq");
  json::error_code error;
  if (value == nullptr) return std::nullopt;
  const auto seq = value->to_number<std::uint64_t>(error);
  return error ? std::nullopt : std::optional(seq);
}

}  // namespace

std::string event_schema() {
  json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "An event of a session"},
                      {"description", "One line of events/*.jsonl in a session's folder; see sessions.md"}};
  for (auto& [name, value] : object_schema(event_fields())) schema[name] = value;
  json::array rules;
  for (const auto& rule : event_types()) rules.emplace_back(type_schema(rule));
  schema["allOf"] = std::move(rules);
  std::string text;
  print(text, schema, 0);
  return text + "\n";
}

std::optional<std::string> EventValidator::complaint(std::string_view line) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  if (error) return fmt::format("expected a JSON object, found {}", error.message());
  if (!value.is_object()) return "expected a JSON object, found another value";
  const json::object& object = value.get_object();
  const std::uint64_t expected = last_seq_ + 1;
  // A line that is wrong otherwise still counts, so that it is not complained of twice.
  last_seq_ = seq_of(object).value_or(expected);
  if (auto wrong = wrong_in(object, event_fields(), "")) return wrong;
  if (auto wrong = wrong_for_type(object)) return wrong;
  if (expected != 1 && last_seq_ != expected)
    return fmt::format("seq: expected {}, found {}", expected, last_seq_);
  return std::nullopt;
}

}  // namespace kontor::session
