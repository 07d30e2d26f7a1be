#include "venue/live/dead_man_switch.hpp"

namespace kontor::live {
namespace {

/// Not for this account: nobody is asked for it again.
bool is_denied(const CallOutcome& outcome) noexcept {
  return outcome.error_class == venue::ErrorClass::invalid_request ||
         outcome.error_class == venue::ErrorClass::auth;
}

}  // namespace

DeadManSwitch::DeadManSwitch(net::IoLoop& loop, RestCaller& rest, Setup setup)
    : loop_(loop),
      rest_(rest),
      setup_(std::move(setup)),
      kind_(setup_.window == 0 ? venue::DeadMan::none
                               : rest.protocol().dead_man_switch(rest.setup().product)) {}

void DeadManSwitch::watch_connection(std::function<void(std::string topic)> done) {
  if (kind_ != venue::DeadMan::by_connection) return done({});
  const venue::CountdownCancel countdown{{}, setup_.window / kMillisecond};
  rest_.ask(countdown, net::RateLane::sync, {}, [this, done = std::move(done)](const CallOutcome& outcome) {
    if (outcome.end == CallEnd::answered)
      return done(std::string(rest_.protocol().dead_man_topic(rest_.setup().product)));
    setup_.note("no dead man's switch on this account: " + outcome.text);
    done({});
  });
}

void DeadManSwitch::keep() {
  if (is_kept_ || kind_ != venue::DeadMan::by_instrument) return;
  is_kept_ = true;
  refresh();
}

void DeadManSwitch::tell(DurationNs window, const std::function<void(const CallOutcome&)>& on_done) {
  for (const std::string& symbol : setup_.symbols)
    rest_.ask(venue::CountdownCancel{symbol, window / kMillisecond}, net::RateLane::cancel, {}, on_done);
}

void DeadManSwitch::refresh() {
  timer_ = loop_.after(setup_.window / 3, [this] { refresh(); });
  tell(setup_.window, [this](const CallOutcome& outcome) {
    if (outcome.end == CallEnd::answered) return;
    setup_.note("dead man's switch: " + outcome.text);
    if (is_denied(outcome)) timer_.cancel();
  });
}

void DeadManSwitch::stand_down(std::function<void()> done) {
  timer_.cancel();
  if (!is_kept_ || setup_.symbols.empty()) return done();
  is_kept_ = false;
  auto awaited = std::make_shared<std::size_t>(setup_.symbols.size());
  tell(0, [this, awaited, done = std::move(done)](const CallOutcome& outcome) {
    if (outcome.end != CallEnd::answered) setup_.note("dead man's switch: not taken back: " + outcome.text);
    if (--*awaited == 0) done();
  });
}

}  // namespace kontor::live
