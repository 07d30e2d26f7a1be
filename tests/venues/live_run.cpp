#include "tests/venues/live_run.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal/reader.hpp"
#include "journal/records.hpp"
#include "session/replay.hpp"
#include "tests/venues/trader.hpp"

namespace kontor::venues {
namespace {

constexpr DurationNs kRunTurn = kMillisecond;
const std::string kRunLock = "accounts/acceptance.lock";

}  // namespace

LiveRun::LiveRun(EmulatedSide& side, LiveRunSettings settings)
    : side_(side), settings_(std::move(settings)), files_(settings_.seed) {
  if (settings_.keeps_limits) budget_ = make_budget(side_, folder_.path());
}

LiveRun::~LiveRun() {
  if (venue_) venue_->close();
}

engine::EngineSettings LiveRun::engine_settings() const {
  engine::EngineSettings made{side_.instruments(),
                              *side_.instruments().find_asset("USDT"),
                              {},
                              {},
                              {{engine::BarSource::trades, {}}},
                              {}};
  made.risk.account.max_open_orders = 20;
  made.groups = {execution::GroupKeeper::engine};
  made.strategies.push_back(settings_.strategy());
  return made;
}

session::LiveSetup LiveRun::session_setup() {
  return {side_.instruments(),
          [this] { return Result<engine::EngineSettings>(engine_settings()); },
          {{"kontor test",
            "acceptance",
            "",
            "emulator/test",
            lock_->token(),
            settings_.seed,
            {"c0ffee", "name = \"acceptance\"\n"},
            journal::definitions_of(side_.instruments())},
           kFolder,
           {journal::SyncPolicy::When::before_send, kSecond},
           settings_.snapshot_events,
           {"acceptance", "test", "live", "here", {}},
           false},
          std::nullopt,
          settings_.foreign_orders};
}

live::LiveVenueSetup LiveRun::venue_setup() {
  return {.instruments = side_.instruments(),
          .protocol = [this] { return side_.protocol(); },
          .product = side_.product(),
          .endpoints = side_.endpoints(),
          .credentials = EmulatedSide::credentials(),
          .budget = budget_.get(),
          .wall_clock = [this] { return side_.clock().now(); },
          .session = kNames,
          .seed = settings_.seed + processes_,
          .feeds = settings_.feeds,
          .dead_man_window = settings_.dead_man_window};
}

void LiveRun::guard(const Result<void>& outcome) {
  if (!outcome && problem_.empty()) problem_ = outcome.error().message;
}

// ---- processes

void LiveRun::start() {
  ++processes_;
  is_refused_ = false;
  ASSERT_TRUE(files_.make_folder("accounts"));
  auto lock = journal::AccountLock::acquire(files_, kRunLock, {1, "here", "acceptance", 0});
  ASSERT_TRUE(lock) << lock.error().message;
  lock_ = std::make_unique<journal::AccountLock>(std::move(*lock));
  const auto take = [this](const venue::Input& input) {
    if (has_begun_) guard(session_->take(input, now()));
  };
  venue_ = std::make_unique<live::LiveVenue>(side_.loop(), venue_setup(), take,
                                             [this](const std::string& note) { notes_.push_back(note); });
  auto opened = session::LiveSession::open(files_, *lock_, session_setup(), *venue_);
  ASSERT_TRUE(opened) << opened.error().message;
  session_ = std::move(*opened);
  venue_->open([this](const Result<void>& ready) {
    if (!ready) {
      notes_.push_back("not ready: " + ready.error().message);
      is_refused_ = true;
      return;
    }
    has_begun_ = true;
    guard(session_->begin(now()));
  });
}

void LiveRun::kill(journal::Loss loss) {
  has_begun_ = false;
  venue_.reset();
  session_.reset();
  lock_.reset();
  files_.restart(loss);
}

void LiveRun::close() {
  last_state_ = session_->engine().snapshot();
  venue_->close();
  guard(session_->close(now(), "the end"));
  EXPECT_EQ(problem_, "");
  has_begun_ = false;
  session_.reset();
  venue_.reset();
  lock_.reset();
}

void LiveRun::turn() {
  side_.advance();
  side_.loop().run_one_for(kRunTurn);
  side_.loop().poll();
  if (has_begun_ && session_->next_due() <= now()) guard(session_->advance(now()));
}

void LiveRun::set_trading(TradingState wanted) { guard(session_->set_trading(wanted, now())); }

// ---- what must hold

bool LiveRun::is_settled() const {
  return has_begun_ && session_->open_matters().empty() && session_->differences().empty() &&
         state().agreement == Agreement::equal;
}

bool LiveRun::until_settled(DurationNs longest) {
  return until([this] { return is_settled() && difference().empty(); }, longest);
}

std::string LiveRun::difference() {
  const auto& exchange = side_.exchange();
  std::string text;
  for (std::uint32_t i = 0; i < side_.instruments().asset_count(); ++i) {
    const AssetId asset(i);
    const Amount ours = state().portfolio.ledger().cash(asset);
    const Amount theirs = side_.total(side_.instruments().asset_name(asset));
    // Wallets of contracts are told to some places only.
    const Amount told = side_.venue_case().is_linear() ? Amount::from_decimal(Decimal{1, 8}) : Amount();
    const bool is_same = ours - theirs <= told && theirs - ours <= told;
    if (!is_same)
      text += fmt::format("{}: {} here, {} there; ", side_.instruments().asset_name(asset), ours.format(),
                          theirs.format());
  }
  if (side_.venue_case().is_linear()) {
    const RawQuantity ours = state().portfolio.position(kCoin).quantity;
    const Decimal held = side_.instruments()[kCoin].quantity(ours).value;
    if (held != side_.position())
      text += fmt::format("position: {} here, {} there; ", held.format(), side_.position().format());
  }
  const Instrument& listed = exchange.listings().instrument(side_.listed());
  std::size_t count = 0;
  state().orders.for_each_open([&](const execution::Order& order) {
    const auto* theirs = side_.order(name(order.id()));
    const bool is_open = theirs != nullptr && !emulator::is_closed(theirs->state);
    ++count;
    if (!is_open) {
      text += fmt::format("order {} is open here only; ", order.id().value);
    } else if (listed.quantity(theirs->filled).value !=
               side_.instruments()[kCoin].quantity(order.filled).value) {
      text += fmt::format("order {} is filled otherwise; ", order.id().value);
    }
  });
  const auto open = side_.open_orders();
  const auto own = std::ranges::count_if(
      open, [](const auto* order) { return live::OrderNames(kNames).parse(order->client_id).value != 0; });
  if (static_cast<std::size_t>(own) != count)
    text += fmt::format("{} orders are open here, {} there; ", count, own);
  return text;
}

std::string LiveRun::doubled() const {
  std::string text;
  for (const auto& [client_id, times] : side_.witness().accepted()) {
    if (times > 1 && live::OrderNames(kNames).parse(client_id).value != 0)
      text += fmt::format("{} was taken {} times; ", client_id, times);
  }
  return text;
}

std::string LiveRun::given_up() {
  auto reader = journal::Reader::open(files_, kFolder);
  if (!reader) return reader.error().message;
  std::string text;
  std::vector<BookLevelChange> changes;
  for (;;) {
    const auto record = reader->next();
    if (!record) return record.error().message;
    if (*record == nullptr) return text;
    if ((*record)->type != journal::RecordType::order_rejected) continue;
    const auto event = journal::event_in(**record, changes);
    if (!event) return event.error().message;
    const auto& rejected = std::get<OrderRejected>(event->body);
    const bool is_given_up =
        rejected.reason == RejectReason::never_arrived || rejected.reason == RejectReason::venue_unavailable;
    if (is_given_up && side_.witness().accepted().contains(name(rejected.order)))
      text += fmt::format("order {} was given up, and the venue has it; ", rejected.order.value);
  }
}

std::string LiveRun::replay() {
  engine::Engine engine(engine_settings());
  const auto replayed = session::replay(files_, kFolder, engine);
  if (!replayed) return replayed.error().message;
  if (!replayed->identical()) return replayed->difference;
  return engine.snapshot() == last_state_ ? "" : "another state";
}

std::string LiveRun::notes() const {
  constexpr std::size_t kShown = 12;
  std::string text;
  for (std::size_t i = notes_.size() - std::min(kShown, notes_.size()); i < notes_.size(); ++i)
    text += notes_[i] + "\n";
  return text;
}

std::string LiveRun::why_unsettled() {
  if (!problem_.empty()) return "the session failed: " + problem_;
  if (!has_begun_) return "the session has not begun\n" + notes();
  std::string why = fmt::format("{} open matters, agreement {}: {}", session_->open_matters().size(),
                                static_cast<int>(state().agreement), difference());
  for (const auto& found : session_->differences())
    why += fmt::format("{} {} here, {} there; ", found.what, found.ours, found.theirs);
  return why + "\n" + notes();
}

}  // namespace kontor::venues
