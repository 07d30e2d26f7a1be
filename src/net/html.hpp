#pragma once

#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace kontor::net {

/// True where a response says that it is a page of HTML, or looks like one.
[[nodiscard]] bool is_html(const HttpResponse& response) noexcept;
/// `, titled "Just a moment..."`, at most 80 letters of it and no control characters; empty: there is none.
[[nodiscard]] std::string html_title(std::string_view body);

}  // namespace kontor::net
