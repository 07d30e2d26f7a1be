#include "venue/paper/paper_venue.hpp"

#include <algorithm>
#include <utility>

#include "base/codec.hpp"

namespace kontor::paper {
namespace {

/// How long requests are good for beyond the time that they are under way.
constexpr DurationNs kPatience = 5 * kSecond;
/// The part by which the lag that is reckoned with becomes smaller with each datum that is less late.
constexpr DurationNs kLagShare = 64;

}  // namespace

PaperVenue::PaperVenue(const PaperSetup& setup, PaperStore store, Tell tell)
    : instruments_(setup.instruments),
      validity_(kPatience + setup.settings.latency.order_entry_ns + setup.settings.latency.jitter_ns),
      tell_(std::move(tell)),
      store_(std::move(store)),
      exchange_(instruments_, setup.settings),
      link_(setup.settings.latency) {}

Result<std::unique_ptr<PaperVenue>> PaperVenue::open(const PaperSetup& setup, Tell tell) {
  TRY(auto store, PaperStore::open(setup.files, setup.folder));
  const auto kept = store.take_kept();
  if (kept.state.empty() && setup.must_exist)
    return fail(ErrorKind::bad_data,
                setup.folder + ": the paper account of this session is not there any more");
  std::unique_ptr<PaperVenue> venue(new PaperVenue(setup, std::move(store), std::move(tell)));
  if (!kept.state.empty()) {
    TRY_VOID(venue->go_on(kept));
  } else {
    for (const Money& money : setup.deposits) venue->exchange_.deposit(money);
    TRY_VOID(venue->save());
  }
  return venue;
}

Result<void> PaperVenue::go_on(const PaperStore::Kept& kept) {
  Decoder decoder(kept.state);
  TRY_VOID(exchange_.load(decoder));
  for (const PaperRecord& record : kept.records) {
    if (const auto* order = std::get_if<NewOrder>(&record)) {
      truth_.arrived(*order);
    } else {
      const auto& said = std::get<sim::TimedReport>(record);
      truth_.reported(said.report, said.ts_venue);
    }
  }
  truth_.settle(exchange_);
  return {};
}

std::vector<std::byte> PaperVenue::state() const {
  Encoder encoder;
  exchange_.save(encoder);
  return encoder.take();
}

Result<void> PaperVenue::save() {
  auto saved = store_.commit(std::exchange(records_, {}), state());
  if (!saved) failure_ = saved.error();
  return saved;
}

/// What the exchange has said goes onto the disk, and then onto its way.
Result<void> PaperVenue::settle() {
  if (exchange_.reports().empty()) return {};
  const std::vector<sim::TimedReport> said(exchange_.reports().begin(), exchange_.reports().end());
  exchange_.clear_reports();
  for (const auto& report : said) {
    truth_.reported(report.report, report.ts_venue);
    records_.emplace_back(report);
  }
  truth_.settle(exchange_);
  TRY_VOID(save());
  link_.push_reports(said);
  return {};
}

// ---- requests

DurationNs PaperVenue::request_validity() const noexcept { return validity_; }

void PaperVenue::send(std::span<const Command> request) {
  for (const Command& command : request) link_.send(command.body, command.header.ts_recv);
}

/// Nobody else trades on this account.
void PaperVenue::cancel_foreign(InstrumentId /*instrument*/, const std::string& /*venue_id*/) {}

void PaperVenue::ask_order(OrderId order, InstrumentId /*instrument*/) {
  questions_.push_back({.order = order});
}

void PaperVenue::ask_account(TimeNs since) { questions_.push_back({.since = since}); }

venue::Input PaperVenue::answer(const Question& question) const {
  if (question.order.value == 0) return truth_.account(instruments_, exchange_, now_, question.since);
  const auto* state = truth_.find(question.order);
  return venue::OrderAnswer{question.order, now_, state == nullptr ? std::nullopt : std::optional(*state)};
}

// ---- time

/// Lets the requests arrive that were there before the market was at this time.
Result<void> PaperVenue::arrive_before(TimeNs market_time) {
  while (link_.next_arrival() < market_time) {
    const sim::CommandInFlight arrived = link_.pop_arrival();
    if (const auto* order = std::get_if<NewOrder>(&arrived.command)) {
      truth_.arrived(*order);
      records_.emplace_back(*order);
    }
    exchange_.on_command(arrived.command, {.sent = arrived.sent, .arrival = arrived.arrival});
  }
  return settle();
}

Result<void> PaperVenue::expire() {
  if (exchange_.next_expiry() > now_ - lag_) return {};
  exchange_.on_time(exchange_.next_expiry());
  return settle();
}

void PaperVenue::deliver() {
  for (const Question& question : std::exchange(questions_, {})) tell_(answer(question));
  while (link_.next_delivery() <= now_) {
    const sim::ReportInFlight& arrived = link_.pop_delivery();
    venue::ReportReceived received{arrived.report, arrived.ts_venue};
    if (auto* fill = std::get_if<Fill>(&received.report)) fill->ts_venue = arrived.ts_venue;
    tell_(received);
  }
}

void PaperVenue::follow_lag(TimeNs ts_venue) noexcept {
  const DurationNs late = std::clamp<DurationNs>(now_ - ts_venue, 0, kMostLag);
  lag_ = std::max(late, lag_ - lag_ / kLagShare);
}

TimeNs PaperVenue::next_due() const noexcept {
  if (!questions_.empty()) return now_;
  const auto later = [this](TimeNs at) { return at == kTimeMax ? at : at + lag_; };
  return std::min({link_.next_delivery(), later(link_.next_arrival()), later(exchange_.next_expiry())});
}

Result<void> PaperVenue::advance(TimeNs now) {
  if (failure_) return std::unexpected(*failure_);
  now_ = std::max(now_, now);
  TRY_VOID(expire());
  TRY_VOID(arrive_before(now_ - lag_ + 1));
  deliver();
  return {};
}

// ---- the market

Result<void> PaperVenue::take(const venue::Input& input, TimeNs now) {
  if (failure_) return std::unexpected(*failure_);
  now_ = std::max(now_, now);
  const auto show = [&](const auto& datum, auto&& match) -> Result<void> {
    follow_lag(datum.ts_venue);
    TRY_VOID(arrive_before(datum.ts_venue));
    match();
    return settle();
  };
  if (const auto* bar = std::get_if<Bar>(&input)) {
    TRY_VOID(show(*bar, [&] { exchange_.on_bar(*bar); }));
  } else if (const auto* trade = std::get_if<Trade>(&input)) {
    TRY_VOID(show(*trade, [&] { exchange_.on_trade(*trade); }));
  } else if (const auto* quote = std::get_if<Quote>(&input)) {
    TRY_VOID(show(*quote, [&] { exchange_.on_quote(*quote); }));
  } else if (const auto* book = std::get_if<BookUpdate>(&input)) {
    TRY_VOID(show(*book, [&] { exchange_.on_book(*book); }));
  } else if (const auto* funding = std::get_if<FundingRate>(&input)) {
    TRY_VOID(show(*funding, [&] { exchange_.on_funding(*funding); }));
  } else if (const auto* change = std::get_if<InstrumentChanged>(&input)) {
    // Where it takes no orders for a while, those that wait stay; whether it is for ever nobody says.
    static_cast<void>(instruments_.change(change->instrument, change->terms));
  }
  deliver();
  tell_(input);
  return {};
}

}  // namespace kontor::paper
