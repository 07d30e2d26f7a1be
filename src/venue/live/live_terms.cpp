#include <fmt/format.h>

#include "venue/live/listed_rules.hpp"
#include "venue/live/live_venue.hpp"

namespace kontor::live {

/// A question about all instruments: as many pages as the venue makes of them.
struct LiveVenue::Reading {
  std::vector<bool> is_listed;
  std::vector<InstrumentChanged> terms;
  std::string problem;
  std::function<void(Result<void>)> done;
};

void LiveVenue::keep_terms() {
  read_instruments([this](const Result<void>& read) {
    if (!read) note_("instruments: " + read.error().message);
  });
  terms_timer_ = loop_.after(kBetweenTerms, [this] { keep_terms(); });
}

void LiveVenue::read_instruments(std::function<void(Result<void>)> done) {
  auto reading = std::make_shared<Reading>();
  reading->is_listed.resize(setup_.instruments.size());
  reading->done = std::move(done);
  read_page(reading, {});
}

void LiveVenue::read_page(const std::shared_ptr<Reading>& reading, std::string cursor) {
  auto next = std::make_shared<std::string>();
  rest_.ask(
      venue::GetInstruments{.cursor = std::move(cursor)}, net::RateLane::sync,
      [this, reading, next](const venue::Message& message) {
        if (const auto* page = std::get_if<venue::NextPage>(&message)) *next = std::string(page->cursor);
        const auto* listed = std::get_if<venue::InstrumentListed>(&message);
        const auto id = listed != nullptr ? symbols_.find(listed->symbol) : std::nullopt;
        if (!id) return;
        reading->is_listed[id->index()] = true;
        filters_.learn(*id, *listed);
        const auto terms = terms_of(setup_.instruments[*id], *listed);
        if (!terms) {
          reading->problem = terms.error().message;
        } else {
          reading->terms.push_back({*id, *terms});
        }
      },
      [this, reading, next](const CallOutcome& outcome) {
        if (outcome.end != CallEnd::answered)
          return reading->done(
              kontor::fail(ErrorKind::io, "the venue does not list its instruments: " + outcome.text));
        if (!reading->problem.empty())
          return reading->done(kontor::fail(ErrorKind::bad_data, reading->problem));
        if (!next->empty()) return read_page(reading, *next);
        tell_terms(*reading);
      });
}

/// Tells the terms of ours, and of those that the venue does not list any more that they are not traded:
/// behind `done`, for whoever waits for that listens from then on.
void LiveVenue::tell_terms(Reading& reading) {
  reading.done({});
  for (const InstrumentId id : symbols_.ids()) {
    if (reading.is_listed[id.index()]) continue;
    InstrumentTerms terms = setup_.instruments[id].terms();
    terms.is_trading = false;
    note_(setup_.instruments[id].name().format() + " is not listed any more");
    reading.terms.push_back({id, terms});
  }
  for (const InstrumentChanged& change : reading.terms) take_(change);
}

}  // namespace kontor::live
