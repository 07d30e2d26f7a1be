#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venue/protocol.hpp"

namespace kontor::bybit {

// Bybit's sockets, as Protocol says.

[[nodiscard]] venue::StreamRules stream_rules(venue::Product product) noexcept;
/// The address, and the path unless the address has it already.
[[nodiscard]] std::string stream_url(venue::Product product, const venue::Endpoints& endpoints);
/// The same for the private socket.
[[nodiscard]] std::string private_url(const venue::Endpoints& endpoints);
[[nodiscard]] Result<std::string> topic_name(venue::Product product, const venue::Subscription& subscription);
[[nodiscard]] std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id,
                                         bool subscribes);
[[nodiscard]] std::string ping_text();
[[nodiscard]] std::vector<std::string> private_greeting(const venue::RequestContext& context,
                                                        std::uint64_t id);

}  // namespace kontor::bybit
