#include "emulator/bybit/identifiers.hpp"

#include <set>

#include <gtest/gtest.h>

namespace kontor::emulator::bybit {
namespace {

TEST(BybitIdentifiers, LeadBackToTheOrder) {
  std::set<std::string> texts;
  for (const Product product : {Product::spot, Product::linear}) {
    for (std::uint64_t id = 1; id < 500'000'000'000'000; id = id * 3 + 1) {
      const std::string text = order_id_text(product, VenueOrderId(id));
      EXPECT_EQ(parse_order_id(text), VenueOrderId(id)) << text;
      EXPECT_TRUE(texts.insert(text).second);
      EXPECT_EQ(text.size(), product == Product::spot ? 19U : 36U);
    }
  }
}

TEST(BybitIdentifiers, OfSomebodyElseLeadNowhere) {
  for (const std::string_view text :
       {"", "1", "1600000000000000000", "99999999999999999999999", "-5",
        "c6f055d9-7f21-4079-913d-e6523a9cfffa", "c6f055d9-7f21-4079-913d-e6523a9cfff",
        "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz", "order"}) {
    EXPECT_FALSE(parse_order_id(text)) << text;
  }
  EXPECT_FALSE(parse_order_id(execution_id_text(Product::linear, ExecutionId(5))));
  EXPECT_FALSE(parse_order_id(execution_id_text(Product::spot, ExecutionId(5))));
}

}  // namespace
}  // namespace kontor::emulator::bybit
