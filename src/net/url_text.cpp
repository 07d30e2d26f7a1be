#include "net/url_text.hpp"

namespace kontor::net {

Result<Url> parse_without_telling(std::string_view text) {
  auto url = Url::parse(text);
  if (url) return url;
  const std::string_view told = text.substr(0, text.find_first_of("?#"));
  if (!told.contains('@')) {
    // The same without the query fails in the same way, unless the query is what is wrong.
    if (auto wrong = Url::parse(told); !wrong) return wrong;
  }
  return fail(ErrorKind::usage, "expected an address without spaces, fragment and user name");
}

std::string host_and_path(const Url& url) {
  return url.authority().append(url.target, 0, url.target.find('?'));
}

}  // namespace kontor::net
