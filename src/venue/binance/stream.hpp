#pragma once

#include <span>
#include <string>
#include <vector>

#include "venue/protocol.hpp"

namespace kontor::binance {

[[nodiscard]] venue::StreamRules stream_rules(venue::Product product) noexcept;
/// USDⓈ-M has sockets for books and trades (`/public`) and others for the rest (`/market`); the topics must
/// be of one kind.
[[nodiscard]] Result<std::string> stream_url(venue::Product product,
                                             std::span<const venue::Subscription> topics,
                                             const venue::Endpoints& endpoints);
[[nodiscard]] Result<std::string> topic_name(venue::Product product, const venue::Subscription& subscription);
[[nodiscard]] std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id,
                                         bool subscribes);
/// Where the private events come from: spot's socket for requests, or the stream of a listen key.
[[nodiscard]] std::string private_url(venue::Product product, const venue::Endpoints& endpoints,
                                      std::string_view listen_key);
/// What signs in on spot; USDⓈ-M needs nothing but the listen key.
[[nodiscard]] std::vector<std::string> private_greeting(const venue::RequestContext& context,
                                                        std::uint64_t id);

}  // namespace kontor::binance
