#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kontor {

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), as used by the catalogue and the journal.
/// `previous` continues a checksum over data that comes in pieces; start with 0.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t previous = 0) noexcept;

}  // namespace kontor
