#include "venue/binance/protocol.hpp"

#include "venue/binance/capabilities.hpp"
#include "venue/binance/config.hpp"
#include "venue/binance/errors.hpp"
#include "venue/binance/limits.hpp"
#include "venue/binance/parse.hpp"
#include "venue/binance/rest.hpp"
#include "venue/binance/stream.hpp"

namespace kontor::binance {
namespace {

class BinanceProtocol final : public venue::Protocol {
 public:
  [[nodiscard]] std::string_view venue() const noexcept override { return "binance"; }
  [[nodiscard]] std::span<const venue::Capability> capabilities() const noexcept override {
    return binance::capabilities();
  }
  [[nodiscard]] const venue::Endpoints& endpoints(venue::Product product) const noexcept override {
    return binance::endpoints(product);
  }
  [[nodiscard]] venue::OrderPlaces order_places(venue::Product product) const noexcept override {
    return {.conditional_apart = product == venue::Product::linear};
  }
  [[nodiscard]] venue::DeadMan dead_man_switch(venue::Product product) const noexcept override {
    return product == venue::Product::linear ? venue::DeadMan::by_instrument : venue::DeadMan::none;
  }
  [[nodiscard]] std::span<const venue::ErrorRule> errors() const noexcept override { return error_rules(); }

  [[nodiscard]] Result<net::HttpRequest> encode(const venue::Action& action,
                                                const venue::RequestContext& context) override {
    return build_request(action, context);
  }
  [[nodiscard]] std::vector<net::RateRule> rate_rules(venue::Product product) const override {
    return binance::rate_rules(product);
  }
  [[nodiscard]] std::vector<net::RateCost> rate_costs(const venue::Action& action,
                                                      venue::Product product) const override {
    return binance::rate_costs(action, product);
  }
  [[nodiscard]] venue::LimitReading read_limits(const net::HttpResponse& response,
                                                venue::Product product) const override {
    return binance::read_limits(response, product);
  }
  [[nodiscard]] Result<void> decode(std::string_view text, const venue::MessageContext& context,
                                    venue::MessageSink& sink) override {
    return parser_.parse(text, context, sink);
  }

  [[nodiscard]] venue::StreamRules stream_rules(venue::Product product) const noexcept override {
    return binance::stream_rules(product);
  }
  [[nodiscard]] Result<std::string> stream_url(venue::Product product,
                                               std::span<const venue::Subscription> topics,
                                               const venue::Endpoints& endpoints) const override {
    return binance::stream_url(product, topics, endpoints);
  }
  [[nodiscard]] Result<std::string> topic(venue::Product product,
                                          const venue::Subscription& subscription) const override {
    return topic_name(product, subscription);
  }
  [[nodiscard]] std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id,
                                           bool subscribes) const override {
    return binance::subscribe_text(topics, id, subscribes);
  }
  [[nodiscard]] std::string ping_text(std::uint64_t /*id*/) const override { return {}; }  // the venue pings
  [[nodiscard]] std::string private_url(venue::Product product, const venue::Endpoints& endpoints,
                                        std::string_view listen_key) const override {
    return binance::private_url(product, endpoints, listen_key);
  }
  [[nodiscard]] std::vector<std::string> private_greeting(const venue::RequestContext& context,
                                                          std::uint64_t id) const override {
    return binance::private_greeting(context, id);
  }

 private:
  Parser parser_;
};

}  // namespace

std::unique_ptr<venue::Protocol> make_protocol() { return std::make_unique<BinanceProtocol>(); }

}  // namespace kontor::binance
