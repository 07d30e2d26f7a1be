#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/log_entry.hpp"

namespace kontor {
namespace {

std::string text_of_json(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  return boost::json::serialize(value);
}

/// Throws what Boost.JSON and std::expected throw where a member is missing or of another kind.
LogEntry entry_in(const boost::json::object& object) {
  const auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  LogEntry entry;
  entry.ts = parse_time(text("ts")).value();
  entry.seq = object.at("seq").to_number<std::uint64_t>();
  entry.level = parse_log_level(text("level")).value();
  entry.component = text("component");
  entry.host = text("host");
  entry.pid = object.at("pid").to_number<std::int64_t>();
  entry.thread = object.at("thread").to_number<std::uint64_t>();
  entry.message = text("msg");
  if (object.contains("corr_id")) entry.correlation = text("corr_id");
  if (const auto* fields = object.if_contains("fields")) {
    for (const auto& field : fields->as_object())
      entry.fields.emplace_back(std::string(field.key()), text_of_json(field.value()));
  }
  return entry;
}

}  // namespace

Result<LogEntry> parse_log_line(std::string_view line) {
  try {
    LogEntry entry =
        entry_in(boost::json::parse(boost::json::string_view(line.data(), line.size())).as_object());
    entry.line = line;
    return entry;
  } catch (const std::exception&) {
    return fail(ErrorKind::bad_data, fmt::format("expected a line of a log, found '{:.80}'", line));
  }
}

}  // namespace kontor
