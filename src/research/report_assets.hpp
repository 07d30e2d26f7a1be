#pragma once

#include <string_view>

namespace kontor::research {

/// The report's page as `scripts/web.sh` has built it from report/, part of the program's read-only data.
[[nodiscard]] std::string_view report_template() noexcept;

}  // namespace kontor::research
