#include "net/http_message.hpp"

#include "base/ascii.hpp"

namespace kontor::net {

std::string_view HttpResponse::header(std::string_view name) const noexcept {
  for (const HttpHeader& one : headers) {
    if (equals_in_any_case(one.name, name)) return one.value;
  }
  return {};
}

}  // namespace kontor::net
