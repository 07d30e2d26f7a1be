#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::research {

/// The report as one HTML page that needs nothing from outside: scripts, styles and data are inside, and its
/// content security policy forbids every request. `data` is report_data_json()'s text.
[[nodiscard]] std::string report_html(std::string_view data);

/// Checks text that was read from a report-data.json: it must be JSON of this engine's schema. Returns it
/// safe to stand in a page, whoever wrote the file. `path` is for messages.
[[nodiscard]] Result<std::string> checked_report_data(std::string_view text, std::string_view path);

}  // namespace kontor::research
