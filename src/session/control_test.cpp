#include "session/control.hpp"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <unistd.h>

#include "session/control_socket.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Answer answer_of_a_session() {
  Answer answer;
  answer.view.session = "alpha";
  answer.view.account = "paper/alpha";
  answer.view.asset = "USDT";
  answer.view.status = {1'735'689'600'000'000'000,
                        TradingState::flattening,
                        true,
                        7,
                        5,
                        4,
                        3,
                        2,
                        1,
                        *Amount::parse("12345.678901234567890123")};
  answer.view.positions = {{"BTCUSDT@binance", 1, "-0.50000", "50000.10", "49999.90", "0.10"}};
  answer.view.configuration_hash = "c0ffee";
  answer.view.settings = {2, 1'735'689'600'000'000'000, {"risk.cooldown: 1h → 30m"}};
  answer.view.orders = {
      {9, "BTCUSDT@binance", 1, "buy", "limit", "0.50000", "0.10000", "49000.00", "acknowledged"}};
  answer.view.restraints = {{"account", "operator", "flattening", "", "", "", ""},
                            {"strategy 1", "drawdown", "halted", "0.21", "0.2", "2025-01-01T00:00:00Z", ""}};
  answer.view.status.by_disk = true;
  answer.view.disk_fault = "cannot sync core-1.journal: No space left on device";
  answer.log_levels = "info risk=debug";
  answer.view.run = {
      "PAUSED", "paper", "60", kDay, 2 * kDay, 3 * kDay, *Amount::parse("10000.000000000000000001"), 0.125};
  return answer;
}

TEST(Control, RequestsAreReadAsTheyWereWritten) {
  for (const auto request : {Request::none, Request::pause, Request::resume, Request::flatten, Request::stop,
                             Request::halt_and_stop, Request::flatten_and_stop}) {
    EXPECT_EQ(parse_request(request_line(request)), request);
  }
  EXPECT_EQ(request_line(Request::none), R"({"v":1,"do":"show"})");
  const Demand demand{Request::resume, "the venue is \"up\" again"};
  EXPECT_EQ(parse_request(request_line(demand)), demand);
  EXPECT_TRUE(parse_request(request_line({Request::resume, std::string(kMaxReason, 'x')})));
  EXPECT_FALSE(parse_request(request_line({Request::resume, std::string(kMaxReason + 1, 'x')})));
  EXPECT_FALSE(parse_request(R"({"v":1,"do":"resume","reason":7})"));
}

TEST(Control, WhatIsNoRequestIsRefusedByName) {
  for (const char* line : {"", "pause", "{", "[]", "{}", R"({"v":2,"do":"pause"})", R"({"do":"pause"})",
                           R"({"v":1,"do":7})", R"({"v":"1","do":"pause"})"}) {
    const auto request = parse_request(line);
    ASSERT_FALSE(request) << line;
    EXPECT_EQ(request.error().kind, ErrorKind::usage);
  }
  EXPECT_THAT(parse_request(R"({"v":1,"do":"explode"})").error().message, HasSubstr("'explode'"));
  EXPECT_FALSE(parse_request(R"({"v":1,"do":"none"})"));
  EXPECT_FALSE(parse_request(R"({"v":1,"do":"change_settings"})"));
  Demand level;
  level.log_level = "risk=debug";
  EXPECT_EQ(request_line(level), R"({"v":1,"do":"log","level":"risk=debug"})");
  EXPECT_EQ(parse_request(request_line(level)), level);
  for (const auto* wrong :
       {R"({"v":1,"do":"log"})", R"({"v":1,"do":"log","level":""})", R"({"v":1,"do":"log","level":5})"})
    EXPECT_FALSE(parse_request(wrong)) << wrong;
}

TEST(Control, AnswersAreReadAsTheyWereWritten) {
  const Answer answer = answer_of_a_session();
  const auto read = parse_answer(answer_line(answer));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(answer_line(*read), answer_line(answer));
  EXPECT_EQ(read->view.status.equity, answer.view.status.equity);
  EXPECT_EQ(read->view.status.now, answer.view.status.now);
  EXPECT_EQ(read->view.status.trading, TradingState::flattening);
  EXPECT_TRUE(read->view.status.by_schedule);
  EXPECT_EQ(read->view.configuration_hash, "c0ffee");
  EXPECT_EQ(read->view.settings.changes, 2U);
  EXPECT_EQ(read->view.settings.changed_at, answer.view.settings.changed_at);
  EXPECT_EQ(read->view.settings.last, answer.view.settings.last);
  ASSERT_EQ(read->view.orders.size(), 1U);
  EXPECT_EQ(read->view.orders.front().price, "49000.00");
  ASSERT_EQ(read->view.restraints.size(), 2U);
  EXPECT_EQ(read->view.restraints.back().threshold, "0.2");
  EXPECT_EQ(read->view.positions.front().unrealized, "0.10");
  EXPECT_EQ(read->view.run, answer.view.run);
  EXPECT_TRUE(read->view.status.by_disk);
  EXPECT_EQ(read->view.disk_fault, answer.view.disk_fault);
}

TEST(Control, WhatIsNotKnownOfARunStaysUnknown) {
  Answer answer = answer_of_a_session();
  answer.view.run = {};
  const auto read = parse_answer(answer_line(answer));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->view.run, RunView());
}

TEST(Control, ProgressIsKnownWhereTheDataIs) {
  RunView run;
  EXPECT_EQ(progress_of(run, kDay), std::nullopt);
  run.data_from = kDay;
  EXPECT_EQ(progress_of(run, kDay), std::nullopt);
  run.data_until = 5 * kDay;
  EXPECT_EQ(progress_of(run, 2 * kDay), 0.25);
  EXPECT_EQ(progress_of(run, 0), 0.0);
  EXPECT_EQ(progress_of(run, 9 * kDay), 1.0);
}

TEST(Control, ARefusalIsAnErrorWithItsReason) {
  const auto read = parse_answer(refusal_line("too many connections"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "too many connections");
}

TEST(Control, EveryDamagedAnswerIsRefused) {
  const std::string line = answer_line(answer_of_a_session());
  for (std::size_t length = 0; length < line.size(); ++length)
    EXPECT_FALSE(parse_answer(line.substr(0, length)));
  EXPECT_FALSE(parse_answer(R"({"v":1,"ok":true,"ending":"","view":{}})"));
}

/// A server that answers, driven by a thread of its own.
class ControlDoor : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = ControlServer::open(folder(), [] { return answer_of_a_session(); });
    ASSERT_TRUE(opened) << opened.error().message;
    server_.emplace(std::move(*opened));
  }
  /// Gives the server time until it has brought one request, and has it obeyed.
  Demand serve() {
    Demand demand;
    for (int i = 0; i < 200 && demand == Request::none; ++i) demand = server_->wait(10ms);
    server_->answer_obeyed();
    return demand;
  }
  [[nodiscard]] std::string folder() const { return folder_.path().string(); }

  kontor::test::TemporaryFolder folder_;
  std::optional<ControlServer> server_;
};

TEST_F(ControlDoor, ALookIsAnsweredWithoutTheSession) {
  std::jthread server([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) EXPECT_EQ(server_->wait(10ms), Request::none);
  });
  const auto answer = ask(folder(), Request::none, 2s);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->view.session, "alpha");
}

TEST_F(ControlDoor, AChangeIsAnsweredOnceItWasObeyed) {
  Demand seen;
  std::jthread server([&] { seen = serve(); });
  const auto answer = ask(folder(), Request::flatten, 2s);
  server.join();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(seen, Request::flatten);
}

TEST_F(ControlDoor, AnEndIsAnsweredAtTheEnd) {
  std::jthread server([&] {
    EXPECT_EQ(serve(), Request::halt_and_stop);
    std::this_thread::sleep_for(50ms);
    server_->answer_ended();
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = ask(folder(), Request::halt_and_stop, 2s);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 50ms);
}

TEST_F(ControlDoor, ALevelOfTheLogIsChangedWithoutTheSessionAndWhoAsksIsTold) {
  std::vector<std::string> levels;
  Peer who;
  ControlListener listener;
  listener.heard = [&](const Demand& /*demand*/, const Peer& peer) { who = peer; };
  listener.set_log_level = [&](const std::string& word) -> Result<void> {
    if (word == "loud") return fail(ErrorKind::usage, "expected a level");
    levels.push_back(word);
    return {};
  };
  server_.reset();
  auto opened = ControlServer::open(folder(), [] { return answer_of_a_session(); }, std::move(listener));
  ASSERT_TRUE(opened) << opened.error().message;
  server_.emplace(std::move(*opened));
  Demand demand;
  {
    std::jthread server([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) EXPECT_EQ(server_->wait(10ms), Request::none);
    });
    demand.log_level = "risk=debug";
    const auto answer = ask(folder(), demand, 2s);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->log_levels, "info risk=debug");
    demand.log_level = "loud";
    const auto refused = ask(folder(), demand, 2s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "expected a level");
  }
  EXPECT_EQ(levels, std::vector<std::string>{"risk=debug"});
  EXPECT_EQ(who.user, ::geteuid());
  EXPECT_EQ(who.process, ::getpid());
}

TEST_F(ControlDoor, WithoutALogItsLevelIsRefused) {
  std::jthread server([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) EXPECT_EQ(server_->wait(10ms), Request::none);
  });
  Demand demand;
  demand.log_level = "debug";
  EXPECT_THAT(ask(folder(), demand, 2s).error().message, HasSubstr("no log"));
}

TEST_F(ControlDoor, WhoIsNotAnsweredIsToldSo) {
  const auto answer = ask(folder(), Request::pause, 50ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
  EXPECT_THAT(answer.error().message, HasSubstr("did not answer within 50 ms"));
}

TEST_F(ControlDoor, NobodyListensOnceTheServerIsGone) {
  server_.reset();
  EXPECT_EQ(ask(folder(), Request::none, 1s).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ControlDoor, TakesThePlaceOfOneThatWasKilled) {
  auto second = ControlServer::open(folder(), [] { return answer_of_a_session(); });
  EXPECT_TRUE(second) << second.error().message;
}

TEST_F(ControlDoor, OnlyItsOwnUserGetsIn) {
  const auto permissions = std::filesystem::status(folder_.path() / "control.sock").permissions();
  EXPECT_EQ(permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

TEST_F(ControlDoor, AFolderMayHaveALongName) {
  auto deep = folder_.path();
  for (int i = 0; i < 6; ++i) deep /= std::string(60, 'x');
  std::filesystem::create_directories(deep);
  auto server = ControlServer::open(deep.string(), [] { return answer_of_a_session(); });
  ASSERT_TRUE(server) << server.error().message;
  std::jthread thread([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) EXPECT_EQ(server->wait(10ms), Request::none);
  });
  EXPECT_TRUE(ask(deep.string(), Request::none, 2s));
}

}  // namespace
}  // namespace kontor::session
