#include "net/http_message.hpp"

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

TEST(HttpMessage, MethodsAreWrittenAsHttpWantsThem) {
  EXPECT_EQ(method_name(HttpMethod::get), "GET");
  EXPECT_EQ(method_name(HttpMethod::post), "POST");
  EXPECT_EQ(method_name(HttpMethod::put), "PUT");
  EXPECT_EQ(method_name(HttpMethod::remove), "DELETE");
}

TEST(HttpMessage, AHeaderIsFoundInAnyCaseAndTheFirstCounts) {
  const HttpResponse response{.status = 200,
                              .headers = {{"X-MBX-Used-Weight-1m", "12"}, {"x-mbx-used-weight-1M", "13"}}};
  EXPECT_EQ(response.header("x-mbx-used-weight-1m"), "12");
  EXPECT_EQ(response.header("X-MBX-USED-WEIGHT-1M"), "12");
}

TEST(HttpMessage, AHeaderThatIsNotThereIsEmpty) {
  const HttpResponse response{.status = 200, .headers = {{"Retry-After", "3"}}};
  EXPECT_EQ(response.header("Retry"), "");
  EXPECT_EQ(response.header(""), "");
}

}  // namespace
}  // namespace kontor::net
