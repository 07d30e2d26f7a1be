#include <string>

#include <boost/json.hpp>

#include "emulator/bybit/parameters.hpp"

namespace kontor::emulator::bybit {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 8;

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string text_of(const json::string& text) { return {text.data(), text.size()}; }

/// None: an array, an object or null.
std::optional<Parameters::Value> scalar_of(std::string name, const json::value& value) {
  if (const json::string* const text = value.if_string()) return {{std::move(name), text_of(*text), true}};
  if (value.is_bool() || value.is_int64() || value.is_uint64() || value.is_double()) {
    return {{std::move(name), json::serialize(value), false}};
  }
  return std::nullopt;
}

/// Takes what is in an object and leaves out objects inside: no request of the venue has any.
bool read_object(Parameters& out, const json::object& object) {
  for (const json::key_value_pair& member : object) {
    std::string name(member.key().data(), member.key().size());
    if (const json::array* const items = member.value().if_array(); items != nullptr && name == "request") {
      out.begin_list();
      for (const json::value& item : *items) {
        Parameters parameters;
        if (!item.is_object() || !read_object(parameters, item.as_object())) return false;
        if (!out.add_to_list(std::move(parameters))) return false;
      }
      continue;
    }
    auto value = scalar_of(std::move(name), member.value());
    if (value && !out.add(std::move(*value))) return false;
  }
  return true;
}

std::string scalar_text(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr) return {};
  auto scalar = scalar_of({}, *value);
  return scalar ? std::move(scalar->text) : std::string();
}

bool read_arguments(SocketRequest& out, const json::array& items) {
  for (const json::value& item : items) {
    if (item.is_object()) {
      if (!read_object(out.objects.emplace_back(), item.as_object())) return false;
    } else if (auto scalar = scalar_of({}, item)) {
      out.arguments.push_back(std::move(scalar->text));
    }
  }
  return true;
}

}  // namespace

Checked<Parameters> Parameters::from_json(std::string_view body) {
  Parameters parameters;
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return parameters;
  const auto object = parse_object(body);
  if (!object || !read_object(parameters, *object)) return refusal(10001, "Request parameter error.");
  return parameters;
}

std::optional<SocketRequest> parse_socket_request(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return std::nullopt;
  SocketRequest request;
  request.id = scalar_text(*object, "req_id");
  if (request.id.empty()) request.id = scalar_text(*object, "reqId");
  request.operation = scalar_text(*object, "op");
  if (const json::value* const header = object->if_contains("header"); header && header->is_object()) {
    if (!read_object(request.header, header->as_object())) return std::nullopt;
  }
  const json::value* const arguments = object->if_contains("args");
  if (arguments && arguments->is_array() && !read_arguments(request, arguments->as_array())) {
    return std::nullopt;
  }
  return request;
}

}  // namespace kontor::emulator::bybit
