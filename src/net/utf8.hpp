#pragma once

#include <string_view>

namespace kontor::net {

/// True where the bytes are well-formed UTF-8 (Unicode 15, table 3-7): no surrogates, nothing longer than it
/// need be.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace kontor::net
