#include "venue/live/rest_caller.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kontor::live {
namespace {

using venue::ErrorClass;

/// Hands on what an answer says, and keeps the refusal if it is one.
class AnswerSink final : public venue::MessageSink {
 public:
  AnswerSink(const RestCaller::OnMessage& on_message, std::function<void(const venue::RateLimit&)> on_limit)
      : on_message_(on_message), on_limit_(std::move(on_limit)) {}
  void take(const venue::Message& message) override {
    if (const auto* limit = std::get_if<venue::RateLimit>(&message)) on_limit_(*limit);
    if (const auto* error = std::get_if<venue::VenueError>(&message)) {
      if (!is_refused_) {
        is_refused_ = true;
        error_class_ = error->error_class;
        reason_ = error->reason;
        text_ = fmt::format("{} {}", error->code, error->text);
      }
      // Within a batch each order has a refusal of its own, which whoever asked wants to see.
    }
    if (on_message_) on_message_(message);
  }
  [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }
  [[nodiscard]] CallOutcome refusal() const { return {CallEnd::refused, error_class_, reason_, text_}; }

 private:
  const RestCaller::OnMessage& on_message_;
  std::function<void(const venue::RateLimit&)> on_limit_;
  bool is_refused_ = false;
  ErrorClass error_class_ = ErrorClass::ok;
  RejectReason reason_ = RejectReason::none;
  std::string text_;
};

net::RateKind kind_of(venue::LimitKind kind) noexcept {
  switch (kind) {
    case venue::LimitKind::weight: return net::RateKind::weight;
    case venue::LimitKind::requests: return net::RateKind::requests;
    case venue::LimitKind::orders: return net::RateKind::orders;
  }
  return net::RateKind::weight;
}

/// Whether a refusal of this class proves that nothing was done.
CallEnd end_of(ErrorClass error_class) noexcept {
  switch (error_class) {
    case ErrorClass::ok: return CallEnd::answered;
    case ErrorClass::transport:
    case ErrorClass::unknown_outcome:
    case ErrorClass::unknown: return CallEnd::unknown;
    case ErrorClass::rate_limited:
    case ErrorClass::banned:
    case ErrorClass::clock_skew:
    case ErrorClass::auth:
    case ErrorClass::insufficient_funds:
    case ErrorClass::invalid_order:
    case ErrorClass::duplicate_id:
    case ErrorClass::not_found:
    case ErrorClass::venue_down:
    case ErrorClass::invalid_request: return CallEnd::refused;
  }
  return CallEnd::unknown;
}

/// What an answer is about, where it does not say it itself.
struct Subject {
  std::string symbol;
  Timeframe interval{};
};

Subject subject_of(const venue::Action& action) {
  return std::visit(
      [](const auto& one) -> Subject {
        Subject subject;
        if constexpr (requires { one.symbol; }) subject.symbol = one.symbol;
        if constexpr (requires { one.order.symbol; }) subject.symbol = one.order.symbol;
        if constexpr (requires { one.interval; }) subject.interval = one.interval;
        return subject;
      },
      action);
}

}  // namespace

struct RestCaller::Call {
  venue::Action action;
  net::RateLane lane = net::RateLane::sync;
  OnMessage on_message;
  OnDone on_done;
  bool is_question = false;
  TimeNs stamp = 0;       ///< of a request that is not a question
  TimeNs deadline = 0;    ///< of leaving, by now()
  TimeNs granted_at = 0;  ///< by the wall clock
  unsigned attempts = 0;
  bool has_set_clock = false;
  net::Backoff backoff;
  net::Timer timer{};
};

RestCaller::RestCaller(net::IoLoop& loop, net::HttpClient& http, std::unique_ptr<venue::Protocol> protocol,
                       Setup setup)
    : loop_(loop), http_(http), protocol_(std::move(protocol)), setup_(std::move(setup)) {}

RestCaller::~RestCaller() { *is_alive_ = false; }

void RestCaller::send(const venue::Action& action, net::RateLane lane, TimeNs stamp, OnMessage on_message,
                      OnDone on_done) {
  start(std::make_shared<Call>(Call{.action = action,
                                    .lane = lane,
                                    .on_message = std::move(on_message),
                                    .on_done = std::move(on_done),
                                    .stamp = stamp,
                                    .deadline = stamp + kValidity,
                                    .backoff = net::Backoff({}, setup_.seed ^ ++calls_)}));
}

void RestCaller::ask(const venue::Action& action, net::RateLane lane, OnMessage on_message, OnDone on_done) {
  start(std::make_shared<Call>(Call{.action = action,
                                    .lane = lane,
                                    .on_message = std::move(on_message),
                                    .on_done = std::move(on_done),
                                    .is_question = true,
                                    .deadline = now() + kDeadlineOfQuestion,
                                    .backoff = net::Backoff({}, setup_.seed ^ ++calls_)}));
}

void RestCaller::again_after(std::shared_ptr<Call> call, DurationNs wait, bool is_new_request) {
  Call& waiting = *call;
  waiting.timer =
      loop_.after(wait, [this, call = std::move(call), is_new_request, alive = is_alive_]() mutable {
        if (!*alive) return;
        if (is_new_request) return start(std::move(call));
        leave(std::move(call));
      });
}

/// Waits until the budget has room for the request.
void RestCaller::start(std::shared_ptr<Call> call) {
  ++call->attempts;
  leave(std::move(call));
}

void RestCaller::leave(std::shared_ptr<Call> call) {
  const TimeNs time = now();
  if (setup_.budget != nullptr) {
    const TimeNs wall = setup_.wall_clock();  // which all processes of the machine share
    const auto costs = protocol_->rate_costs(call->action, setup_.product);
    const auto outcome = setup_.budget->acquire(wall, call->lane, costs);
    if (const auto* refused = std::get_if<net::Refused>(&outcome)) {
      const bool is_busy = refused->why == net::RateRefusal::unavailable && time < call->deadline;
      if (is_busy) return again_after(std::move(call), kMillisecond, false);
      return finish(call, {CallEnd::refused, ErrorClass::rate_limited, RejectReason::order_rate,
                           "the budget for requests refuses it"});
    }
    if (const auto* wait = std::get_if<net::WaitUntil>(&outcome)) {
      if (wait->time + offset_ > call->deadline)
        return finish(call,
                      {CallEnd::refused, ErrorClass::rate_limited, RejectReason::order_rate,
                       fmt::format("the venue's limits leave no room before {}", format_time(wait->time))});
      return again_after(std::move(call), std::max(wait->time - wall, kMillisecond), false);
    }
  }
  call->granted_at = setup_.wall_clock();
  const TimeNs clock = call->is_question ? time : call->stamp;
  auto request = protocol_->encode(call->action, {.product = setup_.product,
                                                  .clock = clock,
                                                  .credentials = setup_.credentials.get(),
                                                  .endpoints = &setup_.endpoints});
  if (!request)
    return finish(call, {CallEnd::refused, ErrorClass::invalid_request, RejectReason::venue_unavailable,
                         request.error().message});
  http_.send(std::move(*request),
             {.first_byte_ns = 10 * kSecond, .whole_ns = 20 * kSecond, .accepts_html = true},
             [this, call = std::move(call), alive = is_alive_](net::HttpOutcome outcome) {
               if (*alive) take_answer(call, std::move(outcome));
             });
}

void RestCaller::note_limits(const net::HttpResponse& response, TimeNs granted_at) {
  if (setup_.budget == nullptr) return;
  const venue::LimitReading reading = protocol_->read_limits(response, setup_.product);
  const TimeNs time = setup_.wall_clock();
  for (const auto& [rule, used] : reading.used) setup_.budget->observe(time, rule, {used, granted_at});
  if (reading.pause_ns > 0) setup_.budget->pause_until(time, {time + reading.pause_ns, reading.reason});
}

/// What the venue publishes of itself stands above what was known of it before.
void RestCaller::take_limit(const venue::RateLimit& published) {
  if (setup_.budget == nullptr || published.limit <= 0 || published.limit > UINT32_MAX) return;
  const auto limit = static_cast<std::uint32_t>(published.limit);
  const auto rules = protocol_->rate_rules(setup_.product);
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    const bool is_it =
        rules[rule].kind == kind_of(published.kind) && rules[rule].interval_ns == published.interval_ns;
    if (!is_it) continue;
    const auto usage = setup_.budget->usage(setup_.wall_clock(), rule);
    if (usage && usage->limit != limit) setup_.budget->set_limit(setup_.wall_clock(), rule, limit);
  }
}

CallOutcome RestCaller::judge(const Call& call, const net::HttpOutcome& outcome) {
  if (!outcome) {
    const net::HttpFailure& failure = outcome.error();
    const bool is_proof = failure.delivery == net::Delivery::not_sent;
    return {is_proof ? CallEnd::refused : CallEnd::unknown, ErrorClass::transport,
            RejectReason::venue_unavailable, failure.error.message};
  }
  note_limits(*outcome, call.granted_at);
  const Subject subject = subject_of(call.action);
  AnswerSink sink(call.on_message, [this](const venue::RateLimit& limit) { take_limit(limit); });
  const auto read = protocol_->decode(outcome->body,
                                      {.product = setup_.product,
                                       .kind = venue::answer_of(call.action),
                                       .http_status = outcome->status,
                                       .symbol = subject.symbol,
                                       .interval = subject.interval},
                                      sink);
  if (!read)
    return {CallEnd::unknown, ErrorClass::unknown_outcome, RejectReason::venue_unavailable,
            read.error().message};
  if (!sink.is_refused()) return {.end = CallEnd::answered};
  CallOutcome refusal = sink.refusal();
  refusal.end = end_of(refusal.error_class);
  return refusal;
}

void RestCaller::take_answer(const std::shared_ptr<Call>& call, net::HttpOutcome outcome) {
  const CallOutcome judged = judge(*call, outcome);
  const bool is_left = call->is_question && call->attempts < kAttempts && now() < call->deadline;
  switch (venue::retry_of(judged.error_class)) {
    case venue::Retry::after_clock:
      // The venue has refused it for its time: with the right one it may be asked once more.
      if (!call->is_question) {
        measure_clock({});
        break;
      }
      if (call->has_set_clock) break;
      call->has_set_clock = true;
      return measure_clock([this, call](const CallOutcome& measured) {
        if (measured.end == CallEnd::answered) return start(call);
        finish(call, measured);
      });
    case venue::Retry::again:
    case venue::Retry::after_question:
      if (is_left) return again_after(call, call->backoff.next(), true);
      break;
    case venue::Retry::after_wait:
      if (is_left) return again_after(call, 0, true);  // the budget waits as long as the venue has said
      break;
    case venue::Retry::never: break;
  }
  finish(call, judged);
}

void RestCaller::finish(const std::shared_ptr<Call>& call, const CallOutcome& outcome) {
  if (!call->on_done) return;
  OnDone done = std::move(call->on_done);
  call->on_done = {};
  // Whoever asks is told from the loop, never from within the question.
  loop_.post([done = std::move(done), outcome, call, alive = is_alive_]() mutable {
    if (*alive) done(outcome);
  });
}

// ---- the beginning

namespace {

/// A count that the venue states ends what has to be assumed only where it answers a request from so long
/// after the budget was opened that everything before has arrived.
constexpr DurationNs kUntilCountsTell = 700 * kMillisecond;

}  // namespace

/// False: some limit is taken to be used up, because nobody has counted.
bool RestCaller::knows_use() const noexcept {
  if (setup_.budget == nullptr) return true;
  const auto rules = protocol_->rate_rules(setup_.product);
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    // Whoever has no account has no use for its limits.
    if (setup_.credentials == nullptr && rules[rule].scope == net::RateScope::account) continue;
    const auto usage = setup_.budget->usage(setup_.wall_clock(), rule);
    if (usage && usage->used >= usage->limit) return false;
  }
  return true;
}

void RestCaller::prepare(OnDone on_done) {
  if (knows_use()) return measure_clock(std::move(on_done));
  auto begin = [this, alive = is_alive_, done = std::move(on_done)]() mutable {
    if (!*alive) return;
    measure_clock_in(net::RateLane::emergency_cancel,
                     [this, done = std::move(done)](const CallOutcome& clock) mutable {
                       if (clock.end != CallEnd::answered || setup_.credentials == nullptr || knows_use())
                         return done(clock);
                       ask_order_counts(std::move(done));
                     });
  };
  beginning_ = loop_.after(kUntilCountsTell, std::move(begin));
}

/// Without an answer the orders have to wait for their window; everything else goes on.
void RestCaller::ask_order_counts(OnDone on_done) {
  auto call = std::make_shared<Call>(Call{
      .action = venue::GetOrderCounts{},
      .lane = net::RateLane::emergency_cancel,
      .on_message = {},
      .on_done = [done =
                      std::move(on_done)](const CallOutcome&) mutable { done({.end = CallEnd::answered}); },
      .is_question = true,
      .deadline = now() + kDeadlineOfQuestion,
      .backoff = net::Backoff({}, setup_.seed ^ ++calls_)});
  call->on_message = [this, asked = setup_.wall_clock()](const venue::Message& message) {
    const auto* counted = std::get_if<venue::RateLimit>(&message);
    if (counted == nullptr || !counted->used || counted->kind != venue::LimitKind::orders) return;
    const auto rules = protocol_->rate_rules(setup_.product);
    for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
      const bool is_it =
          rules[rule].kind == net::RateKind::orders && rules[rule].interval_ns == counted->interval_ns;
      if (is_it)
        setup_.budget->observe(setup_.wall_clock(), rule,
                               {static_cast<std::uint64_t>(*counted->used), asked});
    }
  };
  start(std::move(call));
}

void RestCaller::measure_clock(OnDone on_done) { measure_clock_in(net::RateLane::sync, std::move(on_done)); }

void RestCaller::measure_clock_in(net::RateLane lane, OnDone on_done) {
  const TimeNs asked = setup_.wall_clock();
  auto theirs = std::make_shared<std::optional<TimeNs>>();
  auto call = std::make_shared<Call>(
      Call{.action = venue::GetServerTime{},
           .lane = lane,
           .on_message =
               [theirs](const venue::Message& message) {
                 if (const auto* time = std::get_if<venue::ServerTime>(&message)) *theirs = time->ts_venue;
               },
           .on_done =
               [this, asked, theirs, done = std::move(on_done)](const CallOutcome& outcome) mutable {
                 // As if the venue had looked at its clock in the middle of the way.
                 if (outcome.end == CallEnd::answered && *theirs)
                   offset_ = **theirs - (asked + (setup_.wall_clock() - asked) / 2);
                 if (done) done(outcome);
               },
           .is_question = true,
           .deadline = asked + kDeadlineOfQuestion,
           .attempts = kAttempts - 1,
           .backoff = net::Backoff({}, setup_.seed ^ ++calls_)});
  start(std::move(call));
}

}  // namespace kontor::live
