#include "venue/bybit/limits.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "venue/budget_name.hpp"
#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using venue::Product;

/// `requests_5s 1, linear:/v5/order/create 1`.
std::string costs_text(const venue::Action& action, Product product) {
  const std::vector<net::RateRule> rules = rate_rules(product);
  std::string text;
  for (const net::RateCost& cost : BybitProtocol().rate_costs(action, product)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", rules.at(cost.rule).name, cost.cost);
  }
  return text;
}

TEST(BybitLimits, EveryRuleIsOne) {
  for (const Product product : {Product::spot, Product::linear}) {
    std::set<std::string> names;
    for (const net::RateRule& rule : BybitProtocol().rate_rules(product)) {
      const auto checked = rule.check();
      EXPECT_TRUE(checked) << rule.name << (checked ? "" : checked.error().message);
      EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    }
  }
}

/// Both products are served at one address and count in the same files: what has one name has one figure.
TEST(BybitLimits, TheProductsShareWhatIsNotCountedApart) {
  const BybitProtocol protocol;
  EXPECT_EQ(venue::budget_name(protocol, Product::spot), "bybit");
  EXPECT_EQ(venue::budget_name(protocol, Product::linear), "bybit");
  std::map<std::string, std::uint32_t> limits;
  for (const Product product : {Product::spot, Product::linear}) {
    for (const net::RateRule& rule : protocol.rate_rules(product))
      EXPECT_EQ(limits.try_emplace(rule.name, rule.limit).first->second, rule.limit) << rule.name;
  }
  EXPECT_TRUE(limits.contains("requests_5s"));
  EXPECT_LE(limits.size(), 64U);
}

TEST(BybitLimits, TheProductsAreCountedApartWhereTheyAre) {
  EXPECT_EQ(costs_text(venue::PlaceOrder{}, Product::spot), "requests_5s 1, spot:/v5/order/create 1");
  EXPECT_EQ(costs_text(venue::PlaceOrder{}, Product::linear), "requests_5s 1, linear:/v5/order/create 1");
  EXPECT_EQ(rate_rules(Product::spot).at(1).limit, 20U);
  EXPECT_EQ(rate_rules(Product::linear).at(1).limit, 10U);
}

TEST(BybitLimits, EveryPathHasItsRule) {
  const auto text = [](const venue::Action& action) {
    return costs_text(action, Product::linear).substr(15);
  };
  venue::PlaceOrder trailing;
  trailing.type = OrderType::trailing_stop;
  EXPECT_EQ(text(trailing), "/v5/position/trading-stop 1");
  EXPECT_EQ(text(venue::ChangeOrder{}), "linear:/v5/order/amend 1");
  EXPECT_EQ(text(venue::CancelOne{}), "linear:/v5/order/cancel 1");
  EXPECT_EQ(text(venue::CancelAll{}), "linear:/v5/order/cancel-all 1");
  EXPECT_EQ(text(venue::CountdownCancel{}), "/v5/order/disconnected-cancel-all 1");
  EXPECT_EQ(text(venue::GetBalance{}), "/v5/account/wallet-balance 1");
  EXPECT_EQ(text(venue::GetPositions{}), "/v5/position/list 1");
  EXPECT_EQ(text(venue::GetOpenOrders{}), "/v5/order/realtime 1");
  EXPECT_EQ(text(venue::GetOrder{}), "/v5/order/realtime 1");
  EXPECT_EQ(text(venue::GetFills{}), "/v5/execution/list 1");
  EXPECT_EQ(text(venue::SetLeverage{}), "/v5/position/set-leverage 1");
  EXPECT_EQ(text(venue::SetMarginMode{}), "/v5/account/set-margin-mode 1");
  EXPECT_EQ(text(venue::SetPositionMode{}), "/v5/position/switch-mode 1");
  EXPECT_EQ(text(venue::GetFundingPayments{}), "/v5/account/transaction-log 1");
  EXPECT_EQ(text(venue::GetFees{}), "/v5/account/fee-rate 1");
  EXPECT_EQ(text(venue::GetKeyPermissions{}), "/v5/user/query-api 1");
  EXPECT_EQ(costs_text(venue::GetCandles{}, Product::linear), "requests_5s 1");
}

TEST(BybitLimits, ABatchTakesAsMuchAsItHasOrders) {
  EXPECT_EQ(costs_text(venue::PlaceOrders{std::vector<venue::PlaceOrder>(7)}, Product::spot),
            "requests_5s 1, spot:/v5/order/create-batch 7");
  EXPECT_EQ(costs_text(venue::CancelMany{std::vector<venue::OrderChoice>(3)}, Product::linear),
            "requests_5s 1, linear:/v5/order/cancel-batch 3");
}

TEST(BybitLimits, SilenceWhenTheVenueWantsIt) {
  const auto reading = [](net::HttpResponse response) {
    return BybitProtocol().read_limits(response, Product::linear);
  };
  EXPECT_EQ(reading({.status = 403}).pause_ns, 10 * kMinute);
  EXPECT_EQ(reading({.status = 403}).reason, net::RatePauseReason::banned);
  EXPECT_EQ(reading({.status = 429}).pause_ns, kSecond);
  EXPECT_EQ(reading({.status = 429}).reason, net::RatePauseReason::throttled);
  constexpr std::string_view refused = R"({ "retCode": 10006, "retMsg": "Too many visits!" })";
  EXPECT_EQ(reading({.status = 200, .body = std::string(refused)}).reason, net::RatePauseReason::throttled);
  EXPECT_EQ(
      reading({.status = 200,
               .headers = {{"X-Bapi-Limit-Reset-Timestamp", "1672738138824"}, {"Timenow", "1672738134824"}},
               .body = std::string(refused)})
          .pause_ns,
      4 * kSecond);
  EXPECT_EQ(reading({.status = 200,
                     .headers = {{"X-Bapi-Limit-Reset-Timestamp", "9000000000000000000"}, {"Timenow", "1"}},
                     .body = std::string(refused)})
                .pause_ns,
            kMinute);
}

TEST(BybitLimits, AnAnswerAsUsualWantsNoSilence) {
  const venue::LimitReading reading = read_limits({
      .status = 200,
      .headers = {{"X-Bapi-Limit", "10"}, {"X-Bapi-Limit-Status", "9"}},
      .body = R"({"retCode":0,"retMsg":"10006"})",
  });
  EXPECT_EQ(reading.pause_ns, 0);
  EXPECT_EQ(reading.reason, net::RatePauseReason::none);
  EXPECT_TRUE(reading.used.empty());
}

}  // namespace
}  // namespace kontor::bybit
