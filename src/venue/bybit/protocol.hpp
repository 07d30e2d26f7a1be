#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venue/protocol.hpp"

namespace kontor::bybit {

class Parser;

/// Bybit's v5 interface, spot and linear contracts of a unified account. Belongs to one thread.
class BybitProtocol final : public venue::Protocol {
 public:
  BybitProtocol();
  ~BybitProtocol() override;

  [[nodiscard]] std::string_view venue() const noexcept override { return "bybit"; }
  [[nodiscard]] std::span<const venue::Capability> capabilities() const noexcept override;
  [[nodiscard]] const venue::Endpoints& endpoints(venue::Product product) const noexcept override;
  [[nodiscard]] venue::OrderPlaces order_places(venue::Product /*product*/) const noexcept override {
    return {.ended_apart = true};
  }
  [[nodiscard]] venue::DeadMan dead_man_switch(venue::Product /*product*/) const noexcept override {
    return venue::DeadMan::by_connection;
  }
  [[nodiscard]] std::string_view dead_man_topic(venue::Product product) const noexcept override {
    return product == venue::Product::spot ? "dcp.spot" : "dcp.future";
  }
  [[nodiscard]] std::span<const venue::ErrorRule> errors() const noexcept override;

  [[nodiscard]] Result<net::HttpRequest> encode(const venue::Action& action,
                                                const venue::RequestContext& context) override;
  [[nodiscard]] std::vector<net::RateRule> rate_rules(venue::Product product) const override;
  [[nodiscard]] std::vector<net::RateCost> rate_costs(const venue::Action& action,
                                                      venue::Product product) const override;
  [[nodiscard]] venue::LimitReading read_limits(const net::HttpResponse& response,
                                                venue::Product product) const override;
  [[nodiscard]] Result<void> decode(std::string_view text, const venue::MessageContext& context,
                                    venue::MessageSink& sink) override;

  [[nodiscard]] venue::StreamRules stream_rules(venue::Product product) const noexcept override;
  [[nodiscard]] Result<std::string> stream_url(venue::Product product,
                                               std::span<const venue::Subscription> topics,
                                               const venue::Endpoints& endpoints) const override;
  [[nodiscard]] Result<std::string> topic(venue::Product product,
                                          const venue::Subscription& subscription) const override;
  [[nodiscard]] std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id,
                                           bool subscribes) const override;
  [[nodiscard]] std::string ping_text(std::uint64_t id) const override;
  [[nodiscard]] std::string private_url(venue::Product product, const venue::Endpoints& endpoints,
                                        std::string_view listen_key) const override;
  [[nodiscard]] std::vector<std::string> private_greeting(const venue::RequestContext& context,
                                                          std::uint64_t id) const override;

 private:
  std::unique_ptr<Parser> parser_;
};

[[nodiscard]] std::unique_ptr<venue::Protocol> make_protocol();

}  // namespace kontor::bybit
