#include "venue/parse_action.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include "base/ascii.hpp"
#include "base/codec.hpp"
#include "base/nearest.hpp"

namespace kontor::venue {
namespace {

namespace ondemand = simdjson::ondemand;

std::unexpected<Error> wrong(std::string_view key, std::string_view expected, std::string_view found) {
  return fail(ErrorKind::usage, fmt::format("{}: expected {}, found {}", key, expected, found.substr(0, 80)));
}

/// The value as it is written, without white space behind it.
std::string_view written(ondemand::value& value) noexcept {
  std::string_view token = value.raw_json_token();
  while (!token.empty() &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t'))
    token.remove_suffix(1);
  return token;
}

/// The text of a string, or a number as it is written.
Result<std::string> text_of(std::string_view key, ondemand::value& value) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return wrong(key, "text", "broken JSON");
  if (type == ondemand::json_type::number) return std::string(written(value));
  std::string_view text;
  if (type != ondemand::json_type::string || value.get_string().get(text) != simdjson::SUCCESS)
    return wrong(key, "text or a number", written(value));
  return std::string(text);
}

/// The names by which venues and people call some of our enumerators.
struct Alias {
  std::string_view said;
  std::string_view name;
};
constexpr std::array kAliases = {
    Alias{"stop", "stop_market"},        Alias{"take_profit", "take_profit_market"},
    Alias{"trailing", "trailing_stop"},  Alias{"gtc", "good_till_canceled"},
    Alias{"ioc", "immediate_or_cancel"}, Alias{"fok", "fill_or_kill"},
    Alias{"gtd", "good_till_date"},      Alias{"long", "long_side"},
    Alias{"short", "short_side"},
};

/// `one of buy, sell`.
template <class Enum>
std::string names_of() {
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
      [&](auto one) { names += (names.empty() ? "" : "|") + std::string(one.name); });
  return names;
}

template <class Enum>
Result<Enum> parse_enum(std::string_view key, std::string_view text) {
  std::optional<Enum> found;
  const auto look = [&](std::string_view wanted) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto one) {
      if (equals_in_any_case(one.name, wanted)) found = one.value;
    });
  };
  look(text);
  const auto alias =
      std::ranges::find_if(kAliases, [&](const Alias& one) { return equals_in_any_case(one.said, text); });
  if (!found && alias != kAliases.end()) look(alias->name);
  if (found) return *found;
  return wrong(key, names_of<Enum>(), text);
}

/// Milliseconds since 1970, or a date and time.
Result<TimeNs> parse_instant(std::string_view key, std::string_view text) {
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error == std::errc() && end == text.data() + text.size()) {
    TimeNs time = 0;
    if (!__builtin_mul_overflow(milliseconds, kMillisecond, &time)) return time;
  }
  if (auto time = parse_time(text)) return *time;
  return wrong(key, "milliseconds since 1970 or a time such as 2025-05-04T15:33:00Z", text);
}

template <class T>
Result<void> set_value(std::string_view key, ondemand::value value, T& target);

/// False: there is no such member.
template <class T>
Result<bool> set_member(T& target, std::string_view key, ondemand::value value) {
  Result<bool> outcome = false;
  boost::mp11::mp_for_each<detail::described_members<T>>([&](auto member) {
    if (!outcome || *outcome) return;
    auto& content = target.*member.pointer;
    using Content = std::remove_cvref_t<decltype(content)>;
    if constexpr (std::is_same_v<Content, OrderChoice>) {
      outcome = set_member(content, key, value);  // which order it is stands beside what is to become of it
    } else if (key == member.name) {
      const auto set = set_value(key, value, content);
      outcome = set ? Result<bool>(true) : std::unexpected(set.error());
    }
  });
  return outcome;
}

template <class T>
void add_member_names(std::vector<std::string>& names) {
  boost::mp11::mp_for_each<detail::described_members<T>>([&](auto member) {
    using Content = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    if constexpr (std::is_same_v<Content, OrderChoice>) {
      add_member_names<OrderChoice>(names);
    } else {
      names.emplace_back(member.name);
    }
  });
}

/// Calls `set(key, value)` for every member of an object; no key may come twice.
template <class Set>
Result<void> for_each_key(std::string_view where, ondemand::value value, Set&& set) {
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS)
    return wrong(where, "an object {…}", written(value));
  std::set<std::string, std::less<>> seen;
  for (auto field : object) {
    std::string_view key;
    ondemand::value content;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
        field.value().get(content) != simdjson::SUCCESS)
      return wrong(where, "an object", "broken JSON");
    const auto [place, is_new] = seen.emplace(key);
    if (!is_new) return wrong(*place, "each key once", "it a second time");
    TRY_VOID(set(std::string_view(*place), content));
  }
  return {};
}

template <class T>
Result<void> set_members(std::string_view where, ondemand::value value, T& target) {
  return for_each_key(where, value, [&](std::string_view key, ondemand::value content) -> Result<void> {
    TRY(const bool is_known, set_member(target, key, content));
    if (is_known) return {};
    std::vector<std::string> names;
    add_member_names<T>(names);
    return fail(ErrorKind::usage,
                fmt::format("{}: unknown key \"{}\"; it takes {}", where, key,
                            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  });
}

template <class T>
Result<void> set_list(std::string_view key, ondemand::value value, std::vector<T>& target) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return wrong(key, "a list […]", written(value));
  for (auto one : array) {
    ondemand::value element;
    if (one.get(element) != simdjson::SUCCESS) return wrong(key, "a list", "broken JSON");
    TRY_VOID(set_members(key, element, target.emplace_back()));
  }
  return {};
}

Result<void> set_flag(std::string_view key, ondemand::value value, bool& target) {
  if (value.get_bool().get(target) != simdjson::SUCCESS) return wrong(key, "true or false", written(value));
  return {};
}

template <class Whole>
Result<Whole> parse_whole(std::string_view key, std::string_view text) {
  Whole number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return wrong(key, "a whole number", text);
  return number;
}

bool is_instant(std::string_view key) noexcept { return key == "from" || key == "to" || key == "expire_at"; }

template <class T>
Result<void> set_value(std::string_view key, ondemand::value value, T& target) {
  if constexpr (detail::is_instance<T, std::optional>::value) {
    return set_value(key, value, target.emplace());
  } else if constexpr (detail::is_instance<T, std::vector>::value) {
    return set_list(key, value, target);
  } else if constexpr (std::is_same_v<T, bool>) {
    return set_flag(key, value, target);
  } else if constexpr (std::is_same_v<T, AttachedExit>) {
    return set_members(key, value, target);
  } else {
    TRY(const std::string text, text_of(key, value));
    if constexpr (std::is_same_v<T, std::string>) {
      target = text;
    } else if constexpr (std::is_enum_v<T>) {
      TRY(target, parse_enum<T>(key, text));
    } else if constexpr (std::is_same_v<T, Decimal>) {
      const auto number = Decimal::parse(text);
      if (!number) return wrong(key, "a decimal number", text);
      target = *number;
    } else if constexpr (std::is_same_v<T, Timeframe>) {
      TRY(target, Timeframe::parse(text));
    } else if (is_instant(key)) {
      TRY(const TimeNs time, parse_instant(key, text));
      target = static_cast<T>(time);
    } else {
      TRY(target, parse_whole<T>(key, text));
    }
    return {};
  }
}

template <class T>
std::string_view name_for() noexcept {
  return boost::describe::enum_to_string(answer_of(Action(T{})), "");
}

/// Makes the action of a name and fills it from `params`.
Result<Action> make_action(std::string_view name, std::optional<ondemand::value> params) {
  std::optional<Result<Action>> made;
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Action>>([&](auto identity) {
    using T = typename decltype(identity)::type;
    names.emplace_back(name_for<T>());
    if (made || name != name_for<T>()) return;
    T action;
    const auto filled = params ? set_members(name, *params, action) : Result<void>();
    made = filled ? Result<Action>(std::move(action)) : std::unexpected(filled.error());
  });
  if (made) return *made;
  return fail(ErrorKind::usage, fmt::format("action: \"{}\" is not one of {}", name, fmt::join(names, ", ")));
}

/// A whole JSON document with the room behind it that its parser wants.
class Document {
 public:
  explicit Document(std::string_view text) : text_(text) {}
  Result<ondemand::value> root() {
    if (parser_.iterate(text_).get(document_) != simdjson::SUCCESS) return broken();
    ondemand::value value;
    if (document_.get_value().get(value) != simdjson::SUCCESS) return broken();
    return value;
  }
  /// Nothing may stand behind the value.
  Result<void> at_end() {
    const char* rest = nullptr;
    if (document_.current_location().get(rest) == simdjson::SUCCESS)
      return fail(ErrorKind::usage, "expected one JSON object, found more behind it");
    return {};
  }

 private:
  static std::unexpected<Error> broken() {
    return fail(ErrorKind::usage, "expected one JSON object, found none");
  }

  simdjson::padded_string text_;
  ondemand::parser parser_;
  ondemand::document document_;
};

/// The value again, read from the text that it was written as.
Result<Action> action_from(std::string_view name, const std::string& params) {
  if (params.empty()) return make_action(name, std::nullopt);
  Document document(params);
  TRY(const ondemand::value root, document.root());
  return make_action(name, root);
}

Result<std::string> raw_json(std::string_view key, ondemand::value value) {
  ondemand::json_type type{};
  simdjson::error_code error = value.type().get(type);
  std::string_view text;
  if (error == simdjson::SUCCESS && type == ondemand::json_type::object) {
    ondemand::object object;
    error = value.get_object().get(object);
    if (error == simdjson::SUCCESS) error = object.raw_json().get(text);
  } else if (error == simdjson::SUCCESS && type == ondemand::json_type::array) {
    ondemand::array array;
    error = value.get_array().get(array);
    if (error == simdjson::SUCCESS) error = array.raw_json().get(text);
  } else if (error == simdjson::SUCCESS) {
    return text_of(key, value);
  }
  if (error != simdjson::SUCCESS) return wrong(key, "JSON", simdjson::error_message(error));
  return std::string(text);
}

std::string type_name(std::string_view key, std::string_view number) {
  const std::string_view member = key.substr(key.find_last_of('.') + 1);  // npos + 1 is the whole of it
  return is_instant(member) ? "time" : std::string(number);
}

template <class T>
void add_help(std::vector<ParameterHelp>& help, const std::string& prefix);

template <class T>
void add_one_help(std::vector<ParameterHelp>& help, const std::string& name) {
  if constexpr (detail::is_instance<T, std::optional>::value) {
    add_one_help<typename T::value_type>(help, name);
  } else if constexpr (detail::is_instance<T, std::vector>::value) {
    add_help<typename T::value_type>(help, name + "[].");
  } else if constexpr (std::is_same_v<T, AttachedExit>) {
    add_help<T>(help, name + ".");
  } else if constexpr (std::is_same_v<T, bool>) {
    help.push_back({name, "true|false"});
  } else if constexpr (std::is_same_v<T, std::string>) {
    help.push_back({name, "text"});
  } else if constexpr (std::is_enum_v<T>) {
    help.push_back({name, names_of<T>()});
  } else if constexpr (std::is_same_v<T, Decimal>) {
    help.push_back({name, "decimal"});
  } else if constexpr (std::is_same_v<T, Timeframe>) {
    help.push_back({name, "1m, 1h, 1d, …"});
  } else {
    help.push_back({name, type_name(name, "whole number")});
  }
}

template <class T>
void add_help(std::vector<ParameterHelp>& help, const std::string& prefix) {
  boost::mp11::mp_for_each<detail::described_members<T>>([&](auto member) {
    using Content = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    if constexpr (std::is_same_v<Content, OrderChoice>) {
      add_help<OrderChoice>(help, prefix);
    } else {
      add_one_help<Content>(help, prefix + member.name);
    }
  });
}

}  // namespace

std::string_view name_of(const Action& action) noexcept {
  return boost::describe::enum_to_string(answer_of(action), "");
}

Result<EncodeRequest> parse_encode_request(std::string_view text) {
  Document document(text);
  TRY(const ondemand::value root, document.root());
  EncodeRequest request;
  std::string action;
  std::string params;
  TRY_VOID(for_each_key("input", root, [&](std::string_view key, ondemand::value value) -> Result<void> {
    if (key == "params") {
      TRY(params, raw_json(key, value));
      return {};
    }
    TRY(const std::string said, text_of(key, value));
    if (key == "venue")
      request.venue = said;
    else if (key == "action")
      action = said;
    else if (key == "key")
      request.credentials.key = said;
    else if (key == "secret")
      request.credentials.secret = said;
    else if (key == "id")
      request.id = said;
    else if (key == "product") {
      TRY(request.product, parse_product(said));
    } else if (key == "clock_ms") {
      TRY(request.clock, parse_instant(key, said));
    } else {
      return wrong(key, "one of venue, product, action, params, clock_ms, key, secret, id", "it");
    }
    return {};
  }));
  TRY_VOID(document.at_end());
  if (request.venue.empty()) return wrong("venue", "a venue, such as binance", "nothing");
  TRY(request.action, action_from(action, params));
  return request;
}

Result<DecodeRequest> parse_decode_request(std::string_view text) {
  Document document(text);
  TRY(const ondemand::value root, document.root());
  DecodeRequest request;
  TRY_VOID(for_each_key("input", root, [&](std::string_view key, ondemand::value value) -> Result<void> {
    if (key == "message") {
      TRY(request.message, raw_json(key, value));
      return {};
    }
    TRY(const std::string said, text_of(key, value));
    if (key == "venue")
      request.venue = said;
    else if (key == "symbol")
      request.symbol = said;
    else if (key == "kind") {
      TRY(request.kind, parse_enum<MessageKind>(key, said));
    } else if (key == "product") {
      TRY(request.product, parse_product(said));
    } else if (key == "interval") {
      TRY(request.interval, Timeframe::parse(said));
    } else if (key == "http_status") {
      TRY(request.http_status, parse_whole<unsigned>(key, said));
    } else {
      return wrong(key, "one of venue, product, kind, message, http_status, symbol, interval", "it");
    }
    return {};
  }));
  TRY_VOID(document.at_end());
  if (request.venue.empty()) return wrong("venue", "a venue, such as binance", "nothing");
  if (request.message.empty()) return wrong("message", "a message of the venue", "nothing");
  return request;
}

std::vector<ActionHelp> action_help() {
  std::vector<ActionHelp> help;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Action>>([&](auto identity) {
    using T = typename decltype(identity)::type;
    add_help<T>(help.emplace_back(ActionHelp{name_for<T>(), {}}).parameters, "");
  });
  return help;
}

}  // namespace kontor::venue
