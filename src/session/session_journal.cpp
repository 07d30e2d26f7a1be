#include "session/session_journal.hpp"

#include <utility>

#include <fmt/format.h>

#include "journal/reader.hpp"
#include "journal/recover.hpp"
#include "journal/retention.hpp"

namespace kontor::session {
namespace {

constexpr std::uint64_t kKeptSnapshots = 3;

}  // namespace

SessionJournal::SessionJournal(journal::FileSystem& files, journal::AccountLock& lock, JournalSetup setup,
                               std::function<SessionFigures()> figures)
    : files_(&files), lock_(&lock), setup_(std::move(setup)), figures_(std::move(figures)) {}

// ---- the past

Result<std::optional<KeptState>> SessionJournal::recover() {
  TRY_VOID(files_->make_folder(setup_.folder));
  TRY(auto recovery, journal::recover(*files_, setup_.folder, journal::Unproven::cut));
  start_ = recovery.start;
  // A segment that was begun and holds nothing yet is no past.
  if (!recovery.manifest || recovery.tail.last_seq == 0) return std::nullopt;
  TRY_VOID(check_beginning());
  restart_.continues = true;
  restart_.closed = recovery.tail.closed;
  for (const auto& family : recovery.tail.families) restart_.cut_bytes += family.cut_bytes;
  last_seq_ = recovery.tail.last_seq;
  TRY(auto found, journal::newest_snapshot(*files_, setup_.folder, last_seq_));
  restart_.problems = std::move(found.problems);
  if (!found.snapshot) return std::nullopt;
  KeptState kept{.snapshot = std::move(*found.snapshot), .engine = {}, .own = {}};
  const auto parts = split_state(kept.snapshot.state);
  kept.engine = parts.simulation;
  Decoder decoder(parts.session);
  EventsState events;
  decode_from(decoder, events);
  kept.is_whole = !decoder.failed();
  if (kept.is_whole) {
    kept.own = parts.session.last(decoder.remaining());
    events_state_ = std::move(events);
  }
  return kept;
}

/// The engine that goes through the past has to be the one that the past began with, on the same money.
Result<void> SessionJournal::check_beginning() const {
  TRY(const auto reader, journal::Reader::open(*files_, setup_.folder));
  const auto& begun = reader.first_manifest().identity;
  const std::string& account = setup_.identity.account;
  if (begun.account != account)
    return fail(ErrorKind::usage,
                fmt::format("session {} trades on the account {}, not on {}; begin a new session",
                            begun.session, begun.account, account));
  const std::string& now = setup_.identity.configuration.hash;
  if (begun.configuration.hash == now) return {};
  return fail(ErrorKind::usage,
              fmt::format("session {} was begun with another configuration ({:.12}, now {:.12}); run it with "
                          "that one, or begin a new session",
                          begun.session, begun.configuration.hash, now));
}

void SessionJournal::restored(const KeptState& kept) {
  restart_.snapshot_seq = kept.snapshot.seq;
  setup_.identity.configuration = kept.snapshot.manifest.identity.configuration;
}

void SessionJournal::refused(const KeptState& kept, std::string_view why) {
  restart_.problems.push_back(fmt::format("snapshot {}: {}", kept.snapshot.seq, why));
  events_state_.reset();
}

Result<void> SessionJournal::open(std::function<TimeNs()> now) {
  now_ = std::move(now);
  std::optional<History> past;
  if (restart_.continues) {
    TRY(auto history, History::open(*files_, setup_.folder, restart_.snapshot_seq + 1));
    past.emplace(std::move(history));
  }
  TRY(auto events, SessionEvents::open(*files_, setup_.folder, setup_.identity,
                                       {std::move(events_state_), restart_.snapshot_seq, last_seq_}));
  for (const auto& problem : events.problems()) restart_.problems.push_back(problem);
  events_.emplace(std::move(events));
  events_->listen(setup_.about.listener);
  chronicle_.emplace(std::move(past), [this] { return open_writer(); }, &*events_);
  teller_.emplace(*chronicle_, *events_, setup_.about, figures_);
  restart_.crash_loop = setup_.safe_mode && teller_->is_crash_loop();
  return {};
}

void SessionJournal::repeated(std::uint64_t before, std::uint64_t now) {
  restart_.repeated = now - before;
  next_snapshot_ = now + setup_.snapshot_events;
}

// ---- the present

Result<journal::Writer> SessionJournal::open_writer() {
  journal::WriterOptions options;
  options.sync = setup_.sync;
  options.lock = lock_;
  const TimeNs now = now_();
  TRY(auto writer, journal::Writer::open(*files_, setup_.folder, setup_.identity, options, start_, now));
  // The writer begins with these two by itself.
  events_->take({start_.next_seq, now}, setup_.identity.configuration);
  events_->take({start_.next_seq + 1, now}, setup_.identity.instruments);
  return writer;
}

Result<void> SessionJournal::keep(std::span<const std::byte> engine, Encoder state,
                                  const std::vector<std::byte>& own, std::uint64_t events) {
  snapshot_is_due_ = true;
  if (chronicle_->disk_fault()) return {};
  TRY_VOID(chronicle_->absorb(keep_settled(engine, std::move(state), own)));
  if (chronicle_->disk_fault()) return {};
  snapshot_is_due_ = false;
  next_snapshot_ = events + setup_.snapshot_events;
  return {};
}

Result<void> SessionJournal::keep_settled(std::span<const std::byte> engine, Encoder state,
                                          const std::vector<std::byte>& own) {
  const TimeNs now = now_();
  TRY(const auto settled, chronicle_->settle(now));
  auto part = encode(events_->state());
  part.insert(part.end(), own.begin(), own.end());
  append_to_state(state, part);
  TRY_VOID(journal::write_snapshot(*files_, setup_.folder, setup_.identity, settled.seq, now, state.buffer(),
                                   settled.durability));
  chronicle_->append(now, journal::SnapshotTaken{settled.seq, journal::hash_of(engine)});
  TRY_VOID(journal::prune_snapshots(*files_, setup_.folder, kKeptSnapshots, settled.durability));
  return {};
}

void SessionJournal::retry_disk(TimeNs clock, const std::function<Result<void>()>& snapshot) {
  if (!chronicle_->disk_fault()) return next_retry_.reset();
  if (!next_retry_) next_retry_ = clock + kDiskRetry;
  if (clock < *next_retry_) return;
  next_retry_ = clock + kDiskRetry;
  if (!chronicle_->retry(now_())) return;
  // What is wrong with it, where something is, the chronicle knows.
  if (snapshot_is_due_) static_cast<void>(snapshot());
  if (!chronicle_->disk_fault()) next_retry_.reset();
}

Result<void> SessionJournal::close(std::string reason) {
  TRY_VOID(chronicle_->close(now_(), std::move(reason)));
  return events_->publish();
}

Result<void> SessionJournal::health() const {
  if (chronicle_->failure()) return std::unexpected(*chronicle_->failure());
  return {};
}

Result<void> SessionJournal::can_begin() const {
  TRY_VOID(health());
  if (chronicle_->disk_fault()) return std::unexpected(*chronicle_->disk_fault());
  return {};
}

}  // namespace kontor::session
