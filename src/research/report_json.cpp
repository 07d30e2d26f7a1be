#include <boost/json.hpp>
#include <fmt/format.h>

#include "research/report.hpp"
#include "research/report_data.hpp"

namespace kontor::research {

Result<std::string> checked_report_data(std::string_view text, std::string_view path) {
  boost::system::error_code code;
  const auto data = boost::json::parse(text, code);
  if (code) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected JSON, found an error: {}", path, code.message()));
  }
  const auto* object = data.if_object();
  const auto* schema = object == nullptr ? nullptr : object->if_contains("schema");
  if (schema == nullptr || !schema->is_int64()) {
    return fail(ErrorKind::bad_data, fmt::format("{}: expected the data of a report with its schema", path));
  }
  if (schema->get_int64() != kReportDataSchema) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected report data of schema {}, found {}: run the backtest again", path,
                            kReportDataSchema, schema->get_int64()));
  }
  // In JSON a `<` stands only within strings, where its escape means the same and cannot end a script
  // element.
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe.push_back(c);
    }
  }
  return safe;
}

}  // namespace kontor::research
