#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/codec.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"

namespace kontor::sim {

/// Appends a snapshot: a digest of `identity` (what its reader must have in common with its writer), the
/// length of `content`, `content`, and its CRC-32C.
void write_sealed(Encoder& encoder, std::span<const std::byte> identity, std::span<const std::byte> content);

/// Takes such a snapshot off and gives its content back. Another identity, or bytes that are not as they were
/// written, are bad data; `whose` names the writer in the message.
[[nodiscard]] Result<std::vector<std::byte>> read_sealed(Decoder& decoder,
                                                         std::span<const std::byte> identity,
                                                         std::string_view whose);

/// False if a command or a report names an instrument or an asset that there is not, or an order without id.
[[nodiscard]] bool is_about_known(const CommandBody& command, const InstrumentTable& instruments) noexcept;
[[nodiscard]] bool is_about_known(const VenueReport& report, const InstrumentTable& instruments) noexcept;

}  // namespace kontor::sim
