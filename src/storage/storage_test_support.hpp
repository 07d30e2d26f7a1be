#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"
#include "session/paper_session_test_support.hpp"
#include "simulation/random_world_test_support.hpp"
#include "storage/database.hpp"
#include "storage/fold.hpp"

namespace kontor::storage::test {

using session::test::ScriptedPace;

inline const std::string kJournal = session::test::kSessionFolder;

/// A paper session of random strategies on a simulated disk, run piece by piece.
class RecordedSession {
 public:
  RecordedSession(std::uint64_t seed, simulation::test::FeedMix mix, std::size_t length)
      : world_(seed, mix, length), deposits_(world_.deposits()) {
    // Breakers that tell and take nothing away: the world stays as eventful as it is.
    world_.breakers.account.price_shock = {
        .threshold = Decimal{2, 3}, .action = BreakerLevel::warning, .cooldown = 20 * kSecond};
    world_.breakers.account.losing_streak = {
        .threshold = 1, .action = BreakerLevel::warning, .cooldown = kMinute};
  }

  /// One run of the process, to the end of the data or as the pace says.
  Result<session::Ending> run(session::Pace& pace, const std::string& folder = kJournal) {
    TRY_VOID(files.make_folder("accounts"));
    TRY(auto lock,
        journal::AccountLock::acquire(files, session::test::kAccountLock, {1, "here", "alpha", 0}));
    session::SessionSetup setup{{world_.table(), world_.sources, world_.venue, deposits_},
                                [this] { return Result<engine::EngineSettings>(world_.engine_settings()); },
                                {{"kontor test",
                                  "alpha",
                                  "",
                                  "paper",
                                  lock.token(),
                                  1,
                                  {"c0ffee", "name = \"alpha\"\n"},
                                  journal::definitions_of(world_.table())},
                                 folder,
                                 sync,
                                 60}};
    TRY(auto session, session::PaperSession::open(files, lock, std::move(setup)));
    return session->run(pace);
  }
  Result<session::Ending> run() {
    ScriptedPace pace;
    return run(pace);
  }
  Result<session::Ending> run_until(std::uint64_t event) {
    ScriptedPace pace;
    pace.script[event] = session::Request::stop;
    return run(pace);
  }

  [[nodiscard]] std::unique_ptr<engine::Engine> engine() const {
    return std::make_unique<engine::Engine>(world_.engine_settings());
  }
  [[nodiscard]] EngineFactory factory() const {
    return [this](const journal::Identity&) {
      return Result<FreshEngine>(FreshEngine{nullptr, engine(), {"left", "right"}});
    };
  }
  [[nodiscard]] const InstrumentTable& table() const { return world_.table(); }

  journal::SimulatedFileSystem files;
  journal::SyncPolicy sync;

 private:
  simulation::test::RandomWorld world_;
  std::vector<Money> deposits_;
};

/// All rows that a query gives, columns separated by `|`.
inline std::vector<std::string> rows_of(Database& database, const std::string& sql) {
  std::vector<std::string> found;
  auto statement = database.prepare(sql);
  if (!statement) {
    ADD_FAILURE() << statement.error().message;
    return found;
  }
  for (;;) {
    const auto more = statement->step();
    if (!more) {
      ADD_FAILURE() << more.error().message;
      return found;
    }
    if (!*more) return found;
    std::string row;
    for (int i = 0; i < statement->columns(); ++i) row += (i == 0 ? "" : "|") + statement->text(i);
    found.push_back(std::move(row));
  }
}

/// Every row of every table, by table.
inline std::map<std::string, std::vector<std::string>> everything_in(Database& database) {
  std::map<std::string, std::vector<std::string>> tables;
  for (const auto& name : rows_of(database, "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    auto rows = rows_of(database, "SELECT * FROM " + name);
    std::ranges::sort(rows);
    tables[name] = std::move(rows);
  }
  return tables;
}

}  // namespace kontor::storage::test
