#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/backoff.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"
#include "net/rate_budget_shared.hpp"
#include "venue/protocol.hpp"

namespace kontor::live {

/// How a request came to its end. `answered`: the venue has carried it out, and said what it had to say.
/// `refused`: proven, it was not and never will be. `unknown`: nobody knows.
enum class CallEnd : std::uint8_t { answered, refused, unknown };

/// The outcome of one request.
struct CallOutcome {
  CallEnd end = CallEnd::unknown;
  venue::ErrorClass error_class = venue::ErrorClass::ok;
  RejectReason reason = RejectReason::none;
  std::string text{};  ///< what went wrong, for people; no secrets
};

/// Speaks a venue's REST protocol: within its limits, signed by its clock, each answer read and judged.
/// Questions are asked again where that can help; whatever may create, change or cancel is sent once at most.
/// Belongs to the loop's thread.
class RestCaller {
 public:
  struct Setup {
    venue::Product product = venue::Product::spot;
    venue::Endpoints endpoints{};
    std::shared_ptr<const venue::Credentials> credentials{};  ///< nothing: public questions only
    net::SharedRateBudget* budget = nullptr;                  ///< nothing: no limits, for tests
    std::function<TimeNs()> wall_clock;
    std::uint64_t seed = 1;  ///< of the waits between attempts
  };
  using OnMessage = std::function<void(const venue::Message&)>;
  using OnDone = std::move_only_function<void(const CallOutcome&)>;

  /// Questions are asked so often at the most, and answered within so long.
  static constexpr unsigned kAttempts = 3;
  static constexpr DurationNs kDeadlineOfQuestion = 30 * kSecond;
  /// The time a request may wait before it leaves: behind that the venue would not take it any more.
  static constexpr DurationNs kValidity = 5 * kSecond;

  RestCaller(net::IoLoop& loop, net::HttpClient& http, std::unique_ptr<venue::Protocol> protocol,
             Setup setup);
  ~RestCaller();
  RestCaller(const RestCaller&) = delete;
  RestCaller& operator=(const RestCaller&) = delete;

  /// Sends once. `stamp`: the time, by now(), at which the request says it was made.
  void send(const venue::Action& action, net::RateLane lane, TimeNs stamp, OnMessage on_message,
            OnDone on_done);
  /// Asks, and asks again where an attempt came to nothing that another could mend.
  void ask(const venue::Action& action, net::RateLane lane, OnMessage on_message, OnDone on_done);

  /// Learns what has to be known before anything else is asked: the venue's time, and, where nobody on this
  /// machine has counted what was sent within its limits, how much of them is used.
  void prepare(OnDone on_done);
  /// How far the venue's clock is ahead of ours.
  [[nodiscard]] DurationNs clock_offset() const noexcept { return offset_; }
  /// Asks the venue for its time. The outcome says whether it is known now.
  void measure_clock(OnDone on_done);
  /// The time by the venue's clock, as far as it is known.
  [[nodiscard]] TimeNs now() const { return setup_.wall_clock() + offset_; }
  [[nodiscard]] const Setup& setup() const noexcept { return setup_; }
  [[nodiscard]] venue::Protocol& protocol() noexcept { return *protocol_; }
  [[nodiscard]] const venue::Protocol& protocol() const noexcept { return *protocol_; }

 private:
  struct Call;
  void start(std::shared_ptr<Call> call);
  void leave(std::shared_ptr<Call> call);
  void take_answer(const std::shared_ptr<Call>& call, net::HttpOutcome outcome);
  [[nodiscard]] CallOutcome judge(const Call& call, const net::HttpOutcome& outcome);
  void finish(const std::shared_ptr<Call>& call, const CallOutcome& outcome);
  void again_after(std::shared_ptr<Call> call, DurationNs wait, bool is_new_request);
  void note_limits(const net::HttpResponse& response, TimeNs granted_at);
  void take_limit(const venue::RateLimit& published);
  void ask_order_counts(OnDone on_done);
  void measure_clock_in(net::RateLane lane, OnDone on_done);
  [[nodiscard]] bool knows_use() const noexcept;

  net::IoLoop& loop_;
  net::HttpClient& http_;
  std::unique_ptr<venue::Protocol> protocol_;
  Setup setup_;
  DurationNs offset_ = 0;
  std::uint64_t calls_ = 0;
  net::Timer beginning_;
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);
};

}  // namespace kontor::live
