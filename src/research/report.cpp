#include "research/report.hpp"

#include "base/assert.hpp"
#include "research/report_assets.hpp"

namespace kontor::research {
namespace {

/// Where the page wants its data; the web build puts it there exactly once.
constexpr std::string_view kDataMark = "%KONTOR_REPORT_DATA%";

}  // namespace

std::string report_html(std::string_view data) {
  const std::string_view page = report_template();
  const std::size_t place = page.find(kDataMark);
  ASSERT(place != std::string_view::npos);
  ASSERT(data.find('<') == std::string_view::npos);
  std::string html;
  html.reserve(page.size() + data.size());
  html += page.substr(0, place);
  html += data;
  html += page.substr(place + kDataMark.size());
  return html;
}

}  // namespace kontor::research
