#include "venue/bybit/protocol.hpp"

#include "venue/bybit/config.hpp"
#include "venue/bybit/errors.hpp"
#include "venue/bybit/limits.hpp"
#include "venue/bybit/parse.hpp"
#include "venue/bybit/rest.hpp"
#include "venue/bybit/stream.hpp"

namespace kontor::bybit {

BybitProtocol::BybitProtocol() : parser_(std::make_unique<Parser>()) {}
BybitProtocol::~BybitProtocol() = default;

std::span<const venue::Capability> BybitProtocol::capabilities() const noexcept {
  return bybit::capabilities();
}

const venue::Endpoints& BybitProtocol::endpoints(venue::Product product) const noexcept {
  return bybit::endpoints(product);
}

std::span<const venue::ErrorRule> BybitProtocol::errors() const noexcept { return error_rules(); }

Result<net::HttpRequest> BybitProtocol::encode(const venue::Action& action,
                                               const venue::RequestContext& context) {
  return encode_action(action, context);
}

std::vector<net::RateRule> BybitProtocol::rate_rules(venue::Product product) const {
  return bybit::rate_rules(product);
}

std::vector<net::RateCost> BybitProtocol::rate_costs(const venue::Action& action,
                                                     venue::Product /*product*/) const {
  return bybit::rate_costs(action);
}

venue::LimitReading BybitProtocol::read_limits(const net::HttpResponse& response,
                                               venue::Product /*product*/) const {
  return bybit::read_limits(response);
}

Result<void> BybitProtocol::decode(std::string_view text, const venue::MessageContext& context,
                                   venue::MessageSink& sink) {
  return parser_->decode(text, context, sink);
}

venue::StreamRules BybitProtocol::stream_rules(venue::Product product) const noexcept {
  return bybit::stream_rules(product);
}

Result<std::string> BybitProtocol::stream_url(venue::Product product,
                                              std::span<const venue::Subscription> /*topics*/,
                                              const venue::Endpoints& endpoints) const {
  return bybit::stream_url(product, endpoints);
}

Result<std::string> BybitProtocol::topic(venue::Product product,
                                         const venue::Subscription& subscription) const {
  return topic_name(product, subscription);
}

std::string BybitProtocol::subscribe_text(std::span<const std::string> topics, std::uint64_t id,
                                          bool subscribes) const {
  return bybit::subscribe_text(topics, id, subscribes);
}

std::string BybitProtocol::ping_text(std::uint64_t /*id*/) const { return bybit::ping_text(); }

std::string BybitProtocol::private_url(venue::Product /*product*/, const venue::Endpoints& endpoints,
                                       std::string_view /*listen_key*/) const {
  return bybit::private_url(endpoints);
}

std::vector<std::string> BybitProtocol::private_greeting(const venue::RequestContext& context,
                                                         std::uint64_t id) const {
  return bybit::private_greeting(context, id);
}

std::unique_ptr<venue::Protocol> make_protocol() { return std::make_unique<BybitProtocol>(); }

}  // namespace kontor::bybit
