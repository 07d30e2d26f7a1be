#include "model/order.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <gtest/gtest.h>

namespace kontor {
namespace {

template <class Enum>
std::vector<std::pair<std::string, Enum>> enumerators() {
  std::vector<std::pair<std::string, Enum>> all;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
      [&](auto enumerator) { all.emplace_back(enumerator.name, enumerator.value); });
  return all;
}

template <class Enum>
void expect_dense() {
  // The codec writes the number of an enumerator, so the order of the names is part of the journal's format.
  std::size_t next = 0;
  for (const auto& [name, value] : enumerators<Enum>())
    EXPECT_EQ(static_cast<std::size_t>(value), next++) << name;
}

TEST(Order, EnumerationsAreDense) {
  expect_dense<Side>();
  expect_dense<Liquidity>();
  expect_dense<OrderType>();
  expect_dense<TimeInForce>();
  expect_dense<TriggerSource>();
  expect_dense<GroupRole>();
  expect_dense<OrderStatus>();
  expect_dense<RejectReason>();
}

TEST(Order, KnowsTheTerminalStates) {
  const std::vector<std::string> terminal{"filled", "canceled", "rejected", "expired"};
  for (const auto& [name, status] : enumerators<OrderStatus>()) {
    EXPECT_EQ(is_terminal(status), std::find(terminal.begin(), terminal.end(), name) != terminal.end())
        << name;
  }
}

TEST(Order, KnowsWhichPricesATypeHas) {
  for (const auto& [name, type] : enumerators<OrderType>()) {
    EXPECT_EQ(has_limit_price(type), name.ends_with("limit")) << name;
    EXPECT_EQ(has_trigger(type), name != "market" && name != "limit") << name;
  }
}

}  // namespace
}  // namespace kontor
