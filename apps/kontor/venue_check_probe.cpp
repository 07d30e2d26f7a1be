#include "venue_check_probe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "net/url.hpp"

namespace kontor::app {
namespace {

/// The first answer of a connection is slower than the others.
constexpr int kQuestions = 3;
constexpr DurationNs kLongestConnecting = 20 * kSecond;
constexpr net::HttpOptions kProbeOptions = {.whole_ns = 15 * kSecond, .accepts_html = true};

/// What the venue said about the time, or why it said nothing.
class TimeSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override {
    if (const auto* time = std::get_if<venue::ServerTime>(&message)) theirs = time->ts_venue;
    if (const auto* error = std::get_if<venue::VenueError>(&message))
      refusal = fmt::format("{} {}{}{}", error->code, error->text, error->meaning.empty() ? "" : ": ",
                            error->meaning);
  }
  std::optional<TimeNs> theirs;
  std::string refusal;
};

std::string_view advice_for(net::HttpStep step) noexcept {
  switch (step) {
    case net::HttpStep::resolve:
      return "the name of the venue's host cannot be found: is this machine connected, and is its name "
             "server right?";
    case net::HttpStep::connect:
      return "nobody answers at that address: is something in between that lets nothing through, or is the "
             "emulator "
             "not running?";
    case net::HttpStep::proxy: return "the proxy does not let this through";
    case net::HttpStep::tls:
      return "the venue's certificate is not trusted here: is the clock right? An emulator's own authority "
             "is named "
             "with --ca FILE";
    case net::HttpStep::first_byte:
    case net::HttpStep::body:
      return "the connection stands and the answer does not come: try again in a minute";
    case net::HttpStep::request:
    case net::HttpStep::queue:
    case net::HttpStep::write: break;
  }
  return "try again in a minute";
}

VenueSilence silence_of(const VenueAccess& access, const net::HttpFailure& failure) {
  return {{ErrorKind::io, fmt::format("{} does not answer at {}: {}", access.venue(), access.endpoints().rest,
                                      failure.error.message)},
          std::string(advice_for(failure.step))};
}

VenueSilence silence_of(const Error& error) { return {error, "try again in a minute"}; }

/// Opens a connection ahead, as far as that goes; a failure is found out by the first question.
DurationNs time_connecting(VenueAccess& access) {
  const DurationNs began = net::steady_now();
  access.http().prepare(access.endpoints().rest + "/");
  while (!interrupted() && access.http().counts().open > access.http().counts().idle &&
         net::steady_now() - began < kLongestConnecting)
    access.loop().run_one_for(kMillisecond);
  return net::steady_now() - began;
}

/// One question, alone on the connection, and how long it took.
struct TimedAnswer {
  net::HttpResponse response;
  TimeNs asked_at = 0;
  DurationNs took_ns = 0;
};

std::expected<TimedAnswer, VenueSilence> ask_time(VenueAccess& access, net::RateLane lane) {
  if (const auto room = access.wait_for_room(venue::GetServerTime{}, lane); !room)
    return std::unexpected(silence_of(room.error()));
  auto request = access.rest().protocol().encode(
      venue::GetServerTime{},
      {.product = access.product(), .clock = wall_clock(), .endpoints = &access.endpoints()});
  if (!request) return std::unexpected(silence_of(request.error()));
  const TimeNs asked_at = wall_clock();
  const DurationNs began = net::steady_now();
  auto answer = std::make_shared<std::optional<net::HttpOutcome>>();
  auto took = std::make_shared<DurationNs>(0);
  access.http().send(std::move(*request), kProbeOptions, [answer, took, began](net::HttpOutcome outcome) {
    *took = net::steady_now() - began;
    *answer = std::move(outcome);
  });
  while (!*answer && !interrupted()) access.loop().run_one_for(20 * kMillisecond);
  if (!*answer) return std::unexpected(VenueSilence{{ErrorKind::canceled, "interrupted"}, {}});
  if (!**answer) return std::unexpected(silence_of(access, (*answer)->error()));
  return TimedAnswer{std::move(***answer), asked_at, *took};
}

/// The venue's statements go into the limits that all processes share.
void note_statements(VenueAccess& access, const TimedAnswer& answer, VenueProbe& probe) {
  const auto reading = access.rest().protocol().read_limits(answer.response, access.product());
  const TimeNs now = wall_clock();
  for (const auto& [rule, used] : reading.used)
    access.budget().observe(now, rule, {.used = used, .asked_at = answer.asked_at});
  if (reading.pause_ns > 0) access.budget().pause_until(now, {now + reading.pause_ns, reading.reason});
  if (!reading.used.empty()) probe.stated = reading.used;
}

std::optional<VenueSilence> take_time(VenueAccess& access, const TimedAnswer& answer, VenueProbe& probe) {
  TimeSink sink;
  const auto read = access.rest().protocol().decode(answer.response.body,
                                                    {.product = access.product(),
                                                     .kind = venue::MessageKind::server_time,
                                                     .http_status = answer.response.status},
                                                    sink);
  if (!sink.refusal.empty())
    return VenueSilence{{ErrorKind::io, fmt::format("{} refuses to answer (status {}): {}", access.venue(),
                                                    answer.response.status, sink.refusal)},
                        "see the venue's status page; some venues do not answer addresses of some countries"};
  if (!read || !sink.theirs)
    return VenueSilence{
        {ErrorKind::bad_data, fmt::format("{} (status {}): {}", access.venue(), answer.response.status,
                                          read ? "no time in the answer" : read.error().message)},
        "is this the address of the venue's interface?"};
  const bool is_first = probe.round_trip_ns == 0;
  if (!is_first && answer.took_ns >= probe.round_trip_ns) return std::nullopt;
  probe.round_trip_ns = answer.took_ns;
  probe.uncertainty_ns = answer.took_ns / 2;
  // As if the venue had looked at its clock in the middle of the way.
  probe.clock_offset_ns = *sink.theirs - (answer.asked_at + answer.took_ns / 2);
  return std::nullopt;
}

}  // namespace

ProbeOutcome probe_venue(VenueAccess& access) {
  VenueProbe probe;
  probe.connection_ns = time_connecting(access);
  // Without a connection most likely nothing leaves, and the reason is to be told at once: not even the
  // assumption that the limits are used up after the machine's start is to hold that up.
  if (access.http().counts().idle == 0) {
    if (const auto answer = ask_time(access, net::RateLane::emergency_cancel); !answer)
      return std::unexpected(answer.error());
  }
  // What goes wrong here goes wrong below, too, where more is known about it.
  if (!access.prepare() && interrupted())
    return std::unexpected(VenueSilence{{ErrorKind::canceled, "interrupted"}, {}});
  for (int question = 0; question < kQuestions; ++question) {
    const auto answer = ask_time(access, net::RateLane::sync);
    if (!answer) return std::unexpected(answer.error());
    note_statements(access, *answer, probe);
    if (auto silence = take_time(access, *answer, probe)) return std::unexpected(std::move(*silence));
  }
  return probe;
}

}  // namespace kontor::app
