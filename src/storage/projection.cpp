#include "storage/projection.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "journal/reader.hpp"
#include "storage/migrations.hpp"

namespace kontor::storage {
namespace {

/// What the database knows of a session.
struct Known {
  std::uint64_t last_seq = 0;    ///< rows are there up to this record
  std::uint64_t engine_seq = 0;  ///< the engine's state is there up to this record
  std::string last_record;
  std::vector<std::byte> engine;
};

Result<Known> known_of(Database& database, const std::string& session) {
  TRY(auto row, database.prepare("SELECT last_seq, seq, last_record, engine FROM sessions JOIN checkpoints "
                                 "USING (session) WHERE session = ?"));
  TRY_VOID(row.start(session));
  TRY(const bool found, row.step());
  if (!found) return Known{};
  const auto engine = row.blob(3);
  return Known{static_cast<std::uint64_t>(row.integer(0)),
               static_cast<std::uint64_t>(row.integer(1)),
               row.text(2),
               {engine.begin(), engine.end()}};
}

Result<void> forget(Database& database, const std::string& session) {
  TRY(auto transaction, Transaction::begin(database));
  TRY(auto statement, database.prepare("DELETE FROM sessions WHERE session = ?"));
  TRY_VOID(statement.run(session));
  return transaction.commit();
}

/// Tells a record from any other that may ever stand at its place, even after a restart that lost a tail.
std::string name_of_record(const journal::Record& record, const journal::Manifest& segment) {
  return fmt::format("{}.{}.{}.{:08x}", segment.identity.token, segment.place.first_seq, record.ts,
                     crc32c(record.payload, static_cast<std::uint32_t>(record.type)));
}

/// One way through one journal, from what the database knows to the journal's end.
class Projection {
 public:
  Projection(Database& database, const ProjectionSettings& settings, const journal::Identity& identity,
             Known known)
      : database_(database), settings_(settings), identity_(identity), known_(std::move(known)) {}

  enum class End : std::uint8_t {
    reached,
    other_past,  ///< the journal does not hold what was projected; nothing was written
  };

  /// A fault of the journal goes into the outcome.
  Result<End> run(const std::string& folder, SessionOutcome& outcome) {
    outcome.last_seq = known_.last_seq;
    auto found = look_at(folder);
    if (found && *found == Found::other_past) return End::other_past;
    Result<void> ended;
    if (!found) {
      ended = std::unexpected(std::move(found).error());
    } else if (*found == Found::news) {
      ended = go_on(folder);
      if (database_failed_) return std::unexpected(std::move(ended).error());
      if (transaction_) TRY_VOID(commit());
      outcome.records = records_;
      outcome.last_seq = last_.seq;
    }
    if (!ended) outcome.problem = std::move(ended).error();
    TRY_VOID(note_problem(outcome.problem));
    return End::reached;
  }

 private:
  enum class Found : std::uint8_t { nothing_new, news, other_past };

  /// Whether the journal still holds the record that was projected last, and any behind it.
  Result<Found> look_at(const std::string& folder) {
    if (known_.last_seq == 0) return Found::news;
    TRY(auto reader, open_at(folder, known_.last_seq));
    TRY(const journal::Record* record, reader.next());
    TRY_VOID(check_whole(reader, known_.last_seq));
    if (record == nullptr || name_of_record(*record, reader.segment()) != known_.last_record)
      return Found::other_past;
    TRY(record, reader.next());
    return record == nullptr && reader.unknown().empty() ? Found::nothing_new : Found::news;
  }

  Result<journal::Reader> open_at(const std::string& folder, std::uint64_t seq) {
    journal::ReaderOptions options;
    options.from_seq = seq;
    return journal::Reader::open(settings_.files, folder, options);
  }

  Result<void> go_on(const std::string& folder) {
    TRY(fresh_, settings_.engine(identity_));
    // An engine of another build may not know the state; then all records are gone through again.
    if (known_.engine_seq != 0 && !fresh_.engine->restore(known_.engine)) known_.engine_seq = 0;
    auto tables = Tables::make(database_, fresh_.engine->state().instruments, identity_.session);
    if (!tables) {
      database_failed_ = true;
      return std::unexpected(std::move(tables).error());
    }
    tables_.emplace(std::move(*tables));
    fold_.emplace(*fresh_.engine, *tables_, known_.last_seq);
    last_.seq = known_.last_seq;
    TRY(auto reader, open_at(folder, known_.engine_seq + 1));
    for (;;) {
      TRY(const journal::Record* record, reader.next());
      TRY_VOID(check_whole(reader, known_.engine_seq + 1));
      if (record == nullptr) return {};
      TRY_VOID(take(*record, reader.segment()));
    }
  }

  /// Records that are not there, or that this build does not know, may have been inputs.
  static Result<void> check_whole(const journal::Reader& reader, std::uint64_t from) {
    if (reader.complete_from() > from && reader.pruned_records() != 0) {
      return fail(
          ErrorKind::bad_data,
          fmt::format("expected the records from {} on, found that those before {} were pruned: without them "
                      "nothing tells what the account held",
                      from, reader.complete_from()));
    }
    if (reader.unknown().empty()) return {};
    const auto& unknown = reader.unknown().front();
    return fail(
        ErrorKind::bad_data,
        fmt::format(
            "record {}: expected a type that this build knows, found {} in version {}; a newer Kontor "
            "can read it",
            unknown.first_seq, journal::name_of(unknown.type), unknown.version));
  }

  Result<void> take(const journal::Record& record, const journal::Manifest& segment) {
    const bool is_new = record.seq > known_.last_seq;
    if (is_new && !transaction_) TRY_VOID(from_database(begin(record)));
    if (auto taken = fold_->take(record, segment); !taken) {
      database_failed_ = fold_->has_written();
      return taken;
    }
    if (!is_new) return {};
    last_ = {record.seq, record.ts};
    last_record_ = name_of_record(record, segment);
    ++records_;
    if (++in_batch_ < settings_.batch || !fold_->is_settled()) return {};
    TRY_VOID(from_database(commit()));
    if (!settings_.after_batch) return {};
    return from_database(settings_.after_batch(identity_.session, last_.seq));
  }

  Result<void> from_database(Result<void> outcome) {
    database_failed_ = database_failed_ || !outcome;
    return outcome;
  }

  Result<void> begin(const journal::Record& record) {
    TRY(auto transaction, Transaction::begin(database_));
    TRY(auto row, database_.prepare("SELECT coalesce(max(last_seq), 0) FROM sessions WHERE session = ?"));
    TRY_VOID(row.start(identity_.session));
    TRY(const bool found, row.step());
    if (!found || static_cast<std::uint64_t>(row.integer(0)) != last_.seq) {
      return fail(ErrorKind::io,
                  fmt::format("{}: expected session {} at record {}, found it at {}: another process is "
                              "projecting it",
                              database_.path(), identity_.session, last_.seq, row.integer(0)));
    }
    transaction_.emplace(std::move(transaction));
    in_batch_ = 0;
    return last_.seq == 0 ? introduce(record.ts) : Result<void>();
  }

  Result<void> introduce(TimeNs begun) {
    TRY_VOID(tables_->add_session(identity_, fold_->engine().state().portfolio.reporting_asset(), begun));
    for (std::uint32_t i = 0; i < fresh_.strategies.size(); ++i)
      TRY_VOID(tables_->add_strategy(StrategyId(i), fresh_.strategies[i]));
    return tables_->add_instruments();
  }

  /// The checkpoint moves only to where the journal owes nothing: behind it every record can be gone through.
  Result<void> commit() {
    const auto& state = fold_->engine().state();
    TRY_VOID(tables_->replace_positions(state.portfolio));
    TRY_VOID(tables_->replace_balances(state.portfolio));
    TRY_VOID(tables_->note_progress({last_, fold_->closed(), state.trading_in_force()}));
    if (fold_->is_settled()) {
      known_.engine_seq = last_.seq;
      TRY_VOID(tables_->replace_checkpoint({last_.seq, last_record_, fold_->engine().snapshot()}));
    } else if (known_.engine_seq == 0) {
      TRY_VOID(tables_->replace_checkpoint({0, last_record_, {}}));
    } else {
      TRY_VOID(tables_->move_last_record(last_record_));
    }
    TRY_VOID(transaction_->commit());
    transaction_.reset();
    return {};
  }

  Result<void> note_problem(const std::optional<Error>& problem) {
    TRY(auto note,
        database_.prepare("UPDATE sessions SET problem = ?2 WHERE session = ?1 AND problem IS NOT ?2"));
    std::optional<std::string_view> text;
    if (problem) text = problem->message;
    return note.run(identity_.session, text);
  }

  Database& database_;
  const ProjectionSettings& settings_;
  const journal::Identity& identity_;
  Known known_;
  FreshEngine fresh_;
  std::optional<Tables> tables_;
  std::optional<Fold> fold_;
  std::optional<Transaction> transaction_;
  Origin last_;
  std::string last_record_;
  std::uint64_t records_ = 0;
  std::uint64_t in_batch_ = 0;
  bool database_failed_ = false;
};

/// The manifest under which a journal begins; nothing where it has no record.
Result<std::optional<journal::Identity>> identity_in(journal::FileSystem& files, const std::string& folder) {
  TRY(auto reader, journal::Reader::open(files, folder));
  TRY(const auto* record, reader.next());
  if (record == nullptr) return std::nullopt;
  return reader.first_manifest().identity;
}

enum class From : std::uint8_t { where_it_stands, first_record };

Result<SessionOutcome> project_from(Database& database, const ProjectionSettings& settings,
                                    const std::string& folder, From from) {
  SessionOutcome outcome;
  outcome.folder = folder;
  auto identity = identity_in(settings.files, folder);
  if (!identity) {
    outcome.problem = std::move(identity).error();
    return outcome;
  }
  if (!*identity) return outcome;
  outcome.session = (*identity)->session;
  if (from == From::first_record) TRY_VOID(forget(database, outcome.session));
  TRY(auto known, known_of(database, outcome.session));
  TRY(const auto end, Projection(database, settings, **identity, std::move(known)).run(folder, outcome));
  if (end == Projection::End::reached) return outcome;
  TRY_VOID(forget(database, outcome.session));
  outcome.begun_anew = true;
  TRY_VOID(Projection(database, settings, **identity, {}).run(folder, outcome));
  return outcome;
}

/// A file that goes with its user.
class ScratchFile {
 public:
  explicit ScratchFile(std::string path) : path_(std::move(path)) {}
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// A journal with a fault gives less than it once gave: then what was projected before is worth more.
Result<void> refuse_loss(Database& old, std::span<const SessionOutcome> outcomes) {
  for (const auto& outcome : outcomes) {
    if (!outcome.problem) continue;
    const auto name =
        outcome.session.empty() ? std::filesystem::path(outcome.folder).filename().string() : outcome.session;
    TRY(const auto known, known_of(old, name));
    if (known.last_seq <= outcome.last_seq) continue;
    return fail(
        outcome.problem->kind,
        fmt::format(
            "{}\nsession {}: the database holds its records up to {}, a new one would hold them up to {}; "
            "it stays as it is",
            outcome.problem->message, name, known.last_seq, outcome.last_seq));
  }
  return {};
}

}  // namespace

Result<SessionOutcome> project(Database& database, const ProjectionSettings& settings,
                               const std::string& folder) {
  return project_from(database, settings, folder, From::where_it_stands);
}

Result<std::vector<SessionOutcome>> update(Database& database, const ProjectionSettings& settings,
                                           std::span<const std::string> folders) {
  std::vector<SessionOutcome> outcomes;
  for (const auto& folder : folders) {
    TRY(auto outcome, project(database, settings, folder));
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Result<std::vector<SessionOutcome>> rebuild(const std::string& path, const ProjectionSettings& settings,
                                            std::span<const std::string> folders, RebuildScope scope) {
  TRY(auto old, open_storage(path));
  const ScratchFile scratch(path + ".new");
  TRY(auto fresh, Database::open(scratch.path(), Database::Purpose::scratch));
  if (scope == RebuildScope::sessions) TRY_VOID(old.copy_into(fresh));
  TRY_VOID(migrate(fresh));
  std::vector<SessionOutcome> outcomes;
  for (const auto& folder : folders) {
    TRY(auto outcome, project_from(fresh, settings, folder, From::first_record));
    outcomes.push_back(std::move(outcome));
  }
  TRY_VOID(refuse_loss(old, outcomes));
  TRY_VOID(fresh.copy_into(old));
  TRY_VOID(old.run("PRAGMA wal_checkpoint(TRUNCATE)"));
  return outcomes;
}

}  // namespace kontor::storage
