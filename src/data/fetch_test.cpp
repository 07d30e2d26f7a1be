#include "data/fetch.hpp"

#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sha256.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

/// A server on loopback that answers GET with the files it was given, knows ranges, and misbehaves on
/// request.
class MockArchive {
 public:
  struct File {
    std::string content;
    std::size_t cut_after = SIZE_MAX;  ///< closes the first connection after so many bytes
    bool stalls = false;               ///< sends the headers and then nothing
    int status = 0;                    ///< answers with this instead
  };

  MockArchive() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~MockArchive() {
    thread_.request_stop();
    ::shutdown(socket_, SHUT_RDWR);
    ::close(socket_);
  }
  MockArchive(const MockArchive&) = delete;
  MockArchive& operator=(const MockArchive&) = delete;

  void put(const std::string& path, File file) {
    const std::scoped_lock lock(mutex_);
    const std::string checksum = sha256_hex(file.content) + "  " + path.substr(path.rfind('/') + 1) + "\n";
    files_["/" + path + ".CHECKSUM"] = {checksum};
    files_["/" + path] = std::move(file);
  }
  void put_checksum(const std::string& path, std::string text) {
    const std::scoped_lock lock(mutex_);
    files_["/" + path + ".CHECKSUM"] = {std::move(text)};
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      answer(client, stop);
      ::close(client);
    }
  }

  static std::string read_request(int client) {
    std::string text;
    char block[1024];
    while (text.find("\r\n\r\n") == std::string::npos) {
      const auto size = ::recv(client, block, sizeof block, 0);
      if (size <= 0) return text;
      text.append(block, static_cast<std::size_t>(size));
    }
    return text;
  }

  static void send_all(int client, std::string_view text) {
    while (!text.empty()) {
      const auto size = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
      if (size <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  void answer(int client, const std::stop_token& stop) {
    const std::string request = read_request(client);
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    const auto range = request.find("Range: bytes=");
    const std::size_t from = range == std::string::npos ? 0 : std::stoul(request.substr(range + 13));
    File file;
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(from == 0 ? path : fmt::format("{} from {}", path, from));
      const auto known = files_.find(path);
      if (known == files_.end()) {
        send_all(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
      }
      file = known->second;
      known->second.cut_after = SIZE_MAX;
    }
    if (file.status != 0) {
      send_all(client,
               fmt::format("HTTP/1.1 {} Other\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
                           "Connection: close\r\n\r\n",
                           file.status));
      return;
    }
    const std::string_view rest = std::string_view(file.content).substr(std::min(from, file.content.size()));
    const std::string status = from == 0 ? "200 OK" : "206 Partial Content";
    const std::string where = from == 0 ? std::string()
                                        : fmt::format("Content-Range: bytes {}-{}/{}\r\n", from,
                                                      file.content.size() - 1, file.content.size());
    send_all(client, fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n", status,
                                 rest.size(), where));
    while (file.stalls && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    send_all(client, rest.substr(0, file.cut_after));
  }

  int socket_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<std::string, File> files_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

class Fetch : public testing::Test {
 protected:
  Fetch() {
    options_.base_url = archive_.url();
    options_.cache = folder_ / "cache";
    options_.first_pause = kMillisecond;
  }
  Result<std::filesystem::path> fetch() { return fetch_file(file_, options_, progress_); }
  static std::string content_of(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  kontor::test::TemporaryFolder folder_;
  MockArchive archive_;
  FetchOptions options_;
  SilentProgress progress_;
  ArchiveFile file_{"data/spot/monthly/klines/X/1m/X-1m-2025-01.zip", "X-1m-2025-01.zip", 0, 0};
  std::string content_ = std::string(300'000, 'x') + "end";
};

TEST_F(Fetch, BringsAFileAndChecksIt) {
  archive_.put(file_.path, {content_});
  const auto path = fetch();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(content_of(*path), content_);
}

TEST_F(Fetch, DoesNotAskAgainForWhatIsHere) {
  archive_.put(file_.path, {content_});
  ASSERT_TRUE(fetch());
  ASSERT_TRUE(fetch());
  EXPECT_THAT(archive_.requests(), testing::ElementsAre("/" + file_.path + ".CHECKSUM", "/" + file_.path,
                                                        "/" + file_.path + ".CHECKSUM"));
}

TEST_F(Fetch, GoesOnAfterACutConnection) {
  archive_.put(file_.path, {content_, 100'000});
  const auto path = fetch();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(content_of(*path), content_);
  EXPECT_THAT(archive_.requests(), testing::Contains("/" + file_.path + " from 100000"));
}

TEST_F(Fetch, GoesOnInALaterCall) {
  archive_.put(file_.path, {content_, 50'000});
  options_.attempts = 1;
  ASSERT_FALSE(fetch());
  const auto path = fetch();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(content_of(*path), content_);
  EXPECT_THAT(archive_.requests(), testing::Contains("/" + file_.path + " from 50000"));
}

TEST_F(Fetch, DeletesAFileWithAWrongChecksum) {
  archive_.put(file_.path, {content_});
  archive_.put_checksum(file_.path, std::string(64, 'a') + "  X-1m-2025-01.zip\n");
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(path.error().message, testing::HasSubstr("SHA-256"));
  EXPECT_FALSE(std::filesystem::exists(options_.cache / file_.name));
  EXPECT_FALSE(std::filesystem::exists(options_.cache / (file_.name + ".part")));
}

TEST_F(Fetch, RefusesAChecksumFileThatIsNone) {
  archive_.put(file_.path, {content_});
  archive_.put_checksum(file_.path, "<html>hello</html>");
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::bad_data);
}

TEST_F(Fetch, SaysThatAFileIsNotPublished) {
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::not_found);
  EXPECT_THAT(path.error().message,
              testing::AllOf(testing::HasSubstr("2025-01"), testing::HasSubstr("not published")));
}

TEST_F(Fetch, TriesAgainAfterAServerErrorAndThenGivesUp) {
  archive_.put(file_.path, {content_, SIZE_MAX, false, 503});
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::io);
  EXPECT_EQ(archive_.requests().size(), 1U + options_.attempts);
}

TEST_F(Fetch, FollowsNoRedirect) {
  archive_.put(file_.path, {content_, SIZE_MAX, false, 302});
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, testing::HasSubstr("302"));
  EXPECT_EQ(archive_.requests().size(), 2U);
}

TEST_F(Fetch, GivesUpOnAServerThatStalls) {
  archive_.put(file_.path, {content_, SIZE_MAX, true});
  options_.stall_timeout_seconds = 1;
  options_.attempts = 1;
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::io);
}

TEST_F(Fetch, StopsWhenInterrupted) {
  archive_.put(file_.path, {content_, SIZE_MAX, true});
  std::atomic<bool> cancel{true};
  options_.cancel = &cancel;
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::canceled);
}

TEST_F(Fetch, SaysThatNobodyAnswers) {
  options_.base_url = "http://127.0.0.1:1";
  const auto path = fetch();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::io);
}

TEST(FetchPlan, TakesMonthsThatAreOverAndDaysOfTheCurrentOne) {
  FetchRequest request{"BTCUSDT",
                       ArchiveMarket::spot,
                       DataKind::bar,
                       Timeframe{kMinute},
                       parse_time("2025-01-15").value(),
                       parse_time("2025-03-10").value(),
                       parse_time("2025-03-03T12:00").value()};
  const auto files = plan_fetch(request);
  ASSERT_TRUE(files);
  std::vector<std::string> paths;
  for (const auto& file : *files) paths.push_back(file.path);
  EXPECT_THAT(paths, testing::ElementsAre("data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2025-01.zip",
                                          "data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2025-02.zip",
                                          "data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2025-03-01.zip",
                                          "data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2025-03-02.zip"));
}

TEST(FetchPlan, KnowsTheLayoutOfTradesAndFunding) {
  FetchRequest request{"BTCUSDT",
                       ArchiveMarket::futures,
                       DataKind::trade,
                       Timeframe{kMinute},
                       parse_time("2024-12-01").value(),
                       parse_time("2025-01-01").value(),
                       parse_time("2025-03-03").value()};
  EXPECT_EQ(plan_fetch(request).value().front().path,
            "data/futures/um/monthly/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-12.zip");
  request.kind = DataKind::funding;
  EXPECT_EQ(plan_fetch(request).value().front().path,
            "data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-12.zip");
}

TEST(FetchPlan, RefusesWhatCannotBe) {
  FetchRequest request{"BTCUSDT",
                       ArchiveMarket::spot,
                       DataKind::bar,
                       Timeframe{kMinute},
                       parse_time("2025-01-15").value(),
                       parse_time("2025-01-10").value(),
                       parse_time("2025-03-03").value()};
  EXPECT_FALSE(plan_fetch(request));
  request.to = parse_time("2025-02-01").value();
  request.symbol = "../etc";
  EXPECT_FALSE(plan_fetch(request));
  request.symbol = "BTCUSDT";
  request.kind = DataKind::book;
  EXPECT_FALSE(plan_fetch(request));
  request.kind = DataKind::funding;
  EXPECT_FALSE(plan_fetch(request));
  request = {"BTCUSDT",
             ArchiveMarket::spot,
             DataKind::bar,
             Timeframe{kMinute},
             parse_time("2026-01-15").value(),
             parse_time("2026-02-10").value(),
             parse_time("2025-03-03").value()};
  EXPECT_FALSE(plan_fetch(request));
}

}  // namespace
}  // namespace kontor::data
