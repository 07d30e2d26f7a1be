#include "emulator/binance/request_json.hpp"

#include <exception>
#include <span>

#include <boost/json.hpp>

namespace kontor::emulator::binance {
namespace {

namespace json = boost::json;

std::string_view trimmed_json(std::string_view text) noexcept {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Cuts the inside of one object or array, which is known to be well-formed, at a separator that is not
/// inside a string or a nested value.
std::vector<std::string_view> pieces_of(std::string_view inside, char separator, std::size_t most) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  int depth = 0;
  bool is_string = false;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (is_string) {
      if (c == '\\') ++i;
      if (c == '"') is_string = false;
    } else if (c == '"') {
      is_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == separator && depth == 0 && pieces.size() + 1 < most) {
      pieces.push_back(trimmed_json(inside.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (const auto last = trimmed_json(inside.substr(begin)); !last.empty()) pieces.push_back(last);
  return pieces;
}

std::string text_of_string(std::string_view json_string) {
  const json::value value = json::parse(json::string_view(json_string.data(), json_string.size()));
  return std::string(value.as_string());
}

/// Numbers keep their digits: a signature is made of them.
std::string value_text(std::string_view raw) {
  if (raw.empty() || raw == "null") return {};
  return raw.front() == '"' ? text_of_string(raw) : std::string(raw);
}

/// The inside of the whole text where it is one well-formed value within these brackets.
std::optional<std::string_view> inside_of(std::string_view text, char open) {
  text = trimmed_json(text);
  if (text.empty() || text.front() != open) return std::nullopt;
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return std::nullopt;
  const std::size_t size = value.is_object() ? value.get_object().size() : value.get_array().size();
  if (size > kMaxJsonMembers) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

struct RawMember {
  std::string name;
  std::string_view value;
};

std::optional<std::vector<RawMember>> raw_members(std::string_view text) {
  const auto inside = inside_of(text, '{');
  if (!inside) return std::nullopt;
  std::vector<RawMember> members;
  for (const std::string_view piece : pieces_of(*inside, ',', SIZE_MAX)) {
    const auto halves = pieces_of(piece, ':', 2);
    if (halves.size() != 2) return std::nullopt;
    members.push_back({text_of_string(halves[0]), halves[1]});
  }
  return members;
}

}  // namespace

std::optional<std::vector<Parameters::Item>> read_members(std::string_view text) {
  try {
    const auto members = raw_members(text);
    if (!members) return std::nullopt;
    std::vector<Parameters::Item> items;
    for (const RawMember& member : *members) items.push_back({member.name, value_text(member.value)});
    return items;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<std::vector<std::string>> read_texts(std::string_view text) {
  try {
    const auto inside = inside_of(text, '[');
    if (!inside) return std::nullopt;
    std::vector<std::string> texts;
    for (const std::string_view piece : pieces_of(*inside, ',', SIZE_MAX)) texts.push_back(value_text(piece));
    return texts;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<SocketMessage> read_message(std::string_view text) {
  try {
    const auto members = raw_members(text);
    if (!members) return std::nullopt;
    SocketMessage message;
    for (const RawMember& member : *members) {
      if (member.name == "id") {
        message.id = member.value;
        message.has_id = true;
      } else if (member.name == "method" && member.value.starts_with('"')) {
        message.method = text_of_string(member.value);
      } else if (member.name == "params") {
        message.params = member.value == "null" ? std::string() : std::string(member.value);
      }
    }
    return message;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace kontor::emulator::binance
