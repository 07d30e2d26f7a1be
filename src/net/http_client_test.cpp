#include "net/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/net_test_support.hpp"

namespace kontor::net {
namespace {

using kontor::test::ask;
using kontor::test::failure_of;
using kontor::test::run_until;
using testing::HasSubstr;
using testing::Not;

/// A client and a server of ours on one loop; the server answers by what the path says.
class Http : public testing::Test {
 protected:
  void SetUp() override {
    auto listening = HttpServer::listen(
        loop_, {}, {.on_request = [this](const ServerRequest& request, HttpResponder responder) {
          ++requests_;
          peers_.push_back(request.peer);
          last_ = request;
          if (request.path() == "/hold") return held_.push_back(std::move(responder));
          if (request.path() == "/close") return responder.drop();
          if (request.path() == "/redirect")
            return responder.answer({.status = 302, .headers = {{"Location", "/"}}});
          responder.answer({.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = "{}"});
        }});
    ASSERT_TRUE(listening);
    server_ = *std::move(listening);
  }

  [[nodiscard]] std::string url(std::string_view target) const {
    return fmt::format("http://127.0.0.1:{}{}", server_->port(), target);
  }
  HttpOutcome get(std::string_view target, const HttpOptions& options = {}) {
    return ask(loop_, client_, {.url = url(target)}, options);
  }

  IoLoop loop_;
  std::unique_ptr<HttpServer> server_;
  std::vector<HttpResponder> held_;
  std::vector<std::string> peers_;
  ServerRequest last_;
  int requests_ = 0;
  HttpClient client_{loop_, {.connections_per_origin = 2, .queue_per_origin = 3}};
};

TEST_F(Http, AnAnswerComesWithStatusHeadersAndBody) {
  const auto outcome = get("/time?x=1");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 200U);
  EXPECT_EQ(outcome->body, "{}");
  EXPECT_EQ(outcome->header("content-type"), "application/json");
  EXPECT_EQ(last_.method, "GET");
  EXPECT_EQ(last_.target, "/time?x=1");
  EXPECT_EQ(last_.header("Host"), fmt::format("127.0.0.1:{}", server_->port()));
  EXPECT_EQ(last_.header("Content-Length"), "") << "a request without a body has no length";
}

TEST_F(Http, ABodyAndHeadersArriveAsTheyWereGiven) {
  const std::string body(300'000, 'x');
  const auto outcome = ask(loop_, client_,
                           {.method = HttpMethod::post,
                            .url = url("/order"),
                            .headers = {{"X-MBX-APIKEY", "key"}, {"Content-Type", "application/json"}},
                            .body = body});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(last_.method, "POST");
  EXPECT_EQ(last_.body, body);
  EXPECT_EQ(last_.header("x-mbx-apikey"), "key");
}

TEST_F(Http, APostWithoutABodySaysSo) {
  ASSERT_TRUE(ask(loop_, client_, {.method = HttpMethod::post, .url = url("/listenKey")}));
  EXPECT_EQ(last_.header("Content-Length"), "0");
}

TEST_F(Http, OneConnectionCarriesRequestAfterRequest) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get("/"));
  EXPECT_EQ(client_.counts().opened, 1U);
  EXPECT_EQ(client_.counts().idle, 1U);
  EXPECT_EQ(std::ranges::count(peers_, peers_.front()), 5);
}

TEST_F(Http, ARequestSentFromACallbackUsesTheSameConnection) {
  bool done = false;
  client_.send({.url = url("/a")}, {}, [&](const HttpOutcome& first) {
    ASSERT_TRUE(first);
    client_.send({.url = url("/b")}, {}, [&](const HttpOutcome& second) { done = second.has_value(); });
  });
  ASSERT_TRUE(run_until(loop_, [&] { return done; }));
  EXPECT_EQ(client_.counts().opened, 1U);
}

TEST_F(Http, AnOriginHasSoManyConnectionsAndTheRestWaitsInOrder) {
  std::string order;
  for (const char name : {'1', '2', '3', '4'}) {
    client_.send({.url = url(std::string("/hold?") + name)}, {}, [&order, name](const HttpOutcome& outcome) {
      ASSERT_TRUE(outcome);
      order.push_back(name);
    });
  }
  ASSERT_TRUE(run_until(loop_, [&] { return held_.size() == 2; }));
  loop_.run_for(30 * kMillisecond);
  EXPECT_EQ(held_.size(), 2U);
  EXPECT_EQ(client_.counts().open, 2U);
  EXPECT_EQ(client_.counts().waiting, 2U);
  while (order.size() < 4) {
    ASSERT_TRUE(run_until(loop_, [&] { return !held_.empty(); }));
    HttpResponder responder = std::move(held_.front());
    held_.erase(held_.begin());
    const auto before = order.size();
    responder.answer({.status = 200});
    ASSERT_TRUE(run_until(loop_, [&] { return order.size() > before; }));
  }
  EXPECT_EQ(order, "1234");
  EXPECT_EQ(client_.counts().opened, 2U);
}

TEST_F(Http, AFullQueueRefusesAndSaysThatNothingWasSent) {
  int answered = 0;
  std::vector<HttpFailure> failures;
  for (int i = 0; i < 6; ++i) {
    client_.send({.url = url("/hold")}, {}, [&](HttpOutcome outcome) {
      ++answered;
      if (!outcome) failures.push_back(std::move(outcome).error());
    });
  }
  ASSERT_TRUE(run_until(loop_, [&] { return answered == 1 && held_.size() == 2; }));
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].delivery, Delivery::not_sent);
  EXPECT_EQ(failures[0].step, HttpStep::queue);
  EXPECT_EQ(failures[0].error.kind, ErrorKind::overflow);
  EXPECT_THAT(failures[0].error.message, HasSubstr("at most 3 requests"));
}

TEST_F(Http, ARequestThatWaitsTooLongForAConnectionWasNotSent) {
  for (int i = 0; i < 2; ++i) client_.send({.url = url("/hold")}, {}, [](const HttpOutcome&) {});
  const HttpFailure failure = failure_of(get("/", {.whole_ns = 50 * kMillisecond}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::queue);
  EXPECT_TRUE(failure.timed_out);
  EXPECT_EQ(client_.counts().waiting, 0U);
  EXPECT_EQ(requests_, 2);
}

TEST_F(Http, RedirectsAreAnswersAndAreNotFollowed) {
  const auto outcome = get("/redirect");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 302U);
  EXPECT_EQ(outcome->header("Location"), "/");
  EXPECT_EQ(requests_, 1);
}

TEST_F(Http, AConnectionThatTheServerClosesWhileItRestsIsForgotten) {
  ASSERT_TRUE(get("/"));
  EXPECT_EQ(client_.counts().open, 1U);
  server_.reset();
  EXPECT_TRUE(run_until(loop_, [&] { return client_.counts().open == 0; }));
}

TEST_F(Http, AConnectionRestsOnlyForSoLong) {
  HttpClient impatient(loop_, {.idle_ns = 20 * kMillisecond});
  ASSERT_TRUE(ask(loop_, impatient, {.url = url("/")}));
  EXPECT_EQ(impatient.counts().idle, 1U);
  EXPECT_TRUE(run_until(loop_, [&] { return impatient.counts().open == 0; }));
}

TEST_F(Http, AnAnswerThatNeverBeginsTimesOutAndMayHaveArrived) {
  const HttpFailure failure = failure_of(get("/hold?signature=abc", {.first_byte_ns = 40 * kMillisecond}));
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.step, HttpStep::first_byte);
  EXPECT_TRUE(failure.timed_out);
  EXPECT_THAT(failure.error.message, HasSubstr(fmt::format("GET 127.0.0.1:{}/hold: ", server_->port())));
  EXPECT_THAT(failure.error.message, HasSubstr("within 40ms"));
  EXPECT_THAT(failure.error.message, Not(HasSubstr("signature")));
  EXPECT_EQ(requests_, 1) << "nothing is ever sent again by itself";
  EXPECT_EQ(client_.counts().open, 0U);
}

TEST_F(Http, TheWholeTimeCountsFromTheSending) {
  const HttpFailure failure = failure_of(get("/hold", {.whole_ns = 40 * kMillisecond}));
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_TRUE(failure.timed_out);
}

TEST_F(Http, AConnectionClosedInsteadOfAnAnswerMayHaveCarriedTheRequest) {
  ASSERT_TRUE(get("/"));
  const HttpFailure failure = failure_of(get("/close"));
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.step, HttpStep::first_byte);
  EXPECT_EQ(failure.found.status, 0U);
  EXPECT_THAT(failure.error.message, HasSubstr("expected an answer, found: it was closed"));
  EXPECT_EQ(requests_, 2) << "nothing is ever sent again by itself";
}

TEST_F(Http, AClosedClientFailsWhatIsOnItsWay) {
  std::vector<HttpFailure> failures;
  for (int i = 0; i < 3; ++i) {
    client_.send({.url = url("/hold")}, {}, [&](HttpOutcome outcome) {
      if (!outcome) failures.push_back(std::move(outcome).error());
    });
  }
  ASSERT_TRUE(run_until(loop_, [&] { return held_.size() == 2; }));
  client_.close();
  EXPECT_TRUE(failures.empty()) << "not from within the call";
  ASSERT_TRUE(run_until(loop_, [&] { return failures.size() == 3; }));
  EXPECT_EQ(std::ranges::count(failures, Delivery::unknown, &HttpFailure::delivery), 2);
  EXPECT_EQ(std::ranges::count(failures, Delivery::not_sent, &HttpFailure::delivery), 1);
  EXPECT_EQ(failures[0].error.kind, ErrorKind::canceled);
  EXPECT_EQ(client_.counts().open, 0U);
}

TEST_F(Http, AClientMayBeDestroyedByItsOwnCallback) {
  auto client = std::make_unique<HttpClient>(loop_, HttpClientOptions{});
  bool called = false;
  client->send({.url = url("/")}, {}, [&](const HttpOutcome&) {
    client.reset();
    called = true;
  });
  EXPECT_TRUE(run_until(loop_, [&] { return called; }));
  loop_.run_for(10 * kMillisecond);
}

TEST_F(Http, ADestroyedClientCallsNothingBack) {
  auto client = std::make_unique<HttpClient>(loop_, HttpClientOptions{});
  client->send({.url = url("/hold")}, {}, [](const HttpOutcome&) { FAIL(); });
  ASSERT_TRUE(run_until(loop_, [&] { return held_.size() == 1; }));
  client.reset();
  loop_.run_for(20 * kMillisecond);
}

TEST_F(Http, APreparedConnectionIsTheOneThatIsUsed) {
  client_.prepare(url("/"));
  ASSERT_TRUE(run_until(loop_, [&] { return client_.counts().idle == 1; }));
  ASSERT_TRUE(get("/"));
  EXPECT_EQ(client_.counts().opened, 1U);
}

TEST_F(Http, RequestsThatCannotBeWrittenAreRefusedAndTellNoSecret) {
  const std::vector<HttpRequest> wrong = {
      {.url = "ftp://host/?signature=abc"},
      {.url = "https://host/a?signature=abc d"},
      {.url = url("/"), .headers = {{"X-Key", "a\r\nb: secret"}}},
      {.url = url("/"), .headers = {{"X Key", "secret"}}},
      {.url = url("/"), .headers = {{"", "secret"}}},
      {.url = url("/"), .headers = {{"content-length", "12"}}},
      {.url = url("/"), .headers = {{"Host", "other"}}},
  };
  for (const HttpRequest& request : wrong) {
    const HttpFailure failure = failure_of(ask(loop_, client_, request));
    EXPECT_EQ(failure.delivery, Delivery::not_sent);
    EXPECT_EQ(failure.step, HttpStep::request);
    EXPECT_EQ(failure.error.kind, ErrorKind::usage);
    EXPECT_THAT(failure.error.message, Not(HasSubstr("abc")));
    EXPECT_THAT(failure.error.message, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(requests_, 0);
}

}  // namespace
}  // namespace kontor::net
