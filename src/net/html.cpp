#include "net/html.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace kontor::net {
namespace {

constexpr std::size_t kLongestTitle = 80;
constexpr std::size_t kTitleWithin = 4096;  ///< of a page's first bytes

bool begins_with(std::string_view text, std::string_view wanted) noexcept {
  return equals_in_any_case(text.substr(0, wanted.size()), wanted);
}

std::string_view without_space(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

}  // namespace

bool is_html(const HttpResponse& response) noexcept {
  if (begins_with(response.header("Content-Type"), "text/html")) return true;
  const std::string_view text = without_space(response.body);
  return begins_with(text, "<!doctype html") || begins_with(text, "<html");
}

std::string html_title(std::string_view body) {
  const std::string_view page = body.substr(0, kTitleWithin);
  const auto opening = page.find("<title>");
  if (opening == std::string_view::npos) return {};
  std::string_view title = page.substr(opening + 7);
  title = without_space(title.substr(0, std::min(title.find('<'), kLongestTitle)));
  std::string shown;
  std::ranges::copy_if(title, std::back_inserter(shown), [](char c) { return c >= ' ' && c < '\x7f'; });
  return shown.empty() ? std::string() : fmt::format(", titled \"{}\"", shown);
}

}  // namespace kontor::net
