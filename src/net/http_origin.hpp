#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "net/connector.hpp"
#include "net/http_client.hpp"
#include "net/http_connection.hpp"
#include "net/url.hpp"

namespace kontor::net {

/// One request from send() to its callback.
struct HttpJob {
  Url url{};
  std::string name{};  ///< `GET api.binance.com/api/v3/time`
  HttpRequest request{};
  HttpOptions options{};
  HttpCallback callback{};
  Timer whole{};
  std::shared_ptr<Connector> connector{};        ///< while its connection is being opened
  std::shared_ptr<HttpConnection> connection{};  ///< while it is on its way
  bool is_over = false;
};

/// The connections of one origin, and the requests that wait for them.
class HttpOrigin final : public std::enable_shared_from_this<HttpOrigin> {
 public:
  HttpOrigin(IoLoop& loop, std::shared_ptr<const HttpClientOptions> options, Url url)
      : loop_(loop), options_(std::move(options)), url_(std::move(url)) {}

  void send(const std::shared_ptr<HttpJob>& job);
  void prepare();
  /// Fails what has not been answered, by callbacks from the loop, and closes everything.
  void close();
  /// The same without callbacks.
  void forget() noexcept;

  [[nodiscard]] HttpClient::Counts counts() const noexcept;
  [[nodiscard]] bool is_idle() const noexcept { return jobs_.empty() && open_ == 0; }

 private:
  using Connection = std::shared_ptr<HttpConnection>;

  void start_waiting();
  bool start(const std::shared_ptr<HttpJob>& job);
  [[nodiscard]] Connection take_idle();
  void open_for(const std::shared_ptr<HttpJob>& job);
  void on_opened(const std::shared_ptr<HttpJob>& job, ConnectOutcome outcome);
  void exchange(const std::shared_ptr<HttpJob>& job, const Connection& connection);
  void on_finished(const std::shared_ptr<HttpJob>& job, HttpOutcome outcome, bool may_go_on);
  void on_whole_timeout(const std::shared_ptr<HttpJob>& job);
  void keep(const Connection& connection);
  void drop_idle(const HttpConnection* connection);
  /// Takes the job off its way and says how far it had come.
  [[nodiscard]] HttpFailure give_up(HttpJob& job, bool timed_out, Error error);
  void over(const std::shared_ptr<HttpJob>& job, HttpOutcome outcome);

  IoLoop& loop_;
  const std::shared_ptr<const HttpClientOptions> options_;
  const Url url_;
  std::unordered_set<std::shared_ptr<HttpJob>> jobs_{};  ///< all of them
  std::deque<std::shared_ptr<HttpJob>> waiting_{};
  std::vector<Connection> idle_{};  ///< the one used last is used first
  std::shared_ptr<Connector> preparing_{};
  std::size_t open_ = 0;
  std::size_t opened_ = 0;
};

}  // namespace kontor::net
