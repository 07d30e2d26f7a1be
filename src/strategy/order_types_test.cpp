#include "strategy/order_types.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::strategy {
namespace {

using testing::ElementsAre;

std::vector<OrderType> types_of(std::string_view name, const std::map<std::string, ParameterValue>& given) {
  const auto descriptor = find_strategy(name);
  EXPECT_TRUE(descriptor);
  const auto parameters = Parameters::make((*descriptor)->parameters, given);
  EXPECT_TRUE(parameters) << parameters.error().message;
  return order_types_of(**descriptor, *parameters);
}

TEST(OrderTypes, AnUnprotectedPositionNeedsMarketOrdersOnly) {
  EXPECT_THAT(types_of("sma_cross", {}), ElementsAre(OrderType::market));
  EXPECT_THAT(types_of("dca", {}), ElementsAre(OrderType::market));
}

TEST(OrderTypes, AGridNeedsLimitsAndCanBeClosed) {
  EXPECT_THAT(types_of("grid", {}), ElementsAre(OrderType::market, OrderType::limit));
  EXPECT_THAT(types_of("quote_ladder", {}), ElementsAre(OrderType::market, OrderType::limit));
}

TEST(OrderTypes, StopsAndTargetsAreThoseOfTheParameters) {
  const std::string trailing = "trailing";
  const std::string limit = "limit";
  EXPECT_THAT(types_of("rsi", {{"stop_atr", 2.0}}), ElementsAre(OrderType::market, OrderType::stop_market));
  EXPECT_THAT(types_of("rsi", {{"stop_atr", 2.0}, {"stop_order", limit}}),
              ElementsAre(OrderType::market, OrderType::stop_limit));
  EXPECT_THAT(types_of("rsi", {{"stop_atr", 2.0}, {"stop_order", trailing}, {"target_atr", 3.0}}),
              ElementsAre(OrderType::market, OrderType::limit, OrderType::trailing_stop));
  EXPECT_THAT(types_of("rsi", {{"sizer", std::string("risk_percent")}}),
              ElementsAre(OrderType::market, OrderType::stop_market));
}

}  // namespace
}  // namespace kontor::strategy
