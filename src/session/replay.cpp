#include "session/replay.hpp"

#include <vector>

#include <fmt/format.h>

namespace kontor::session {

using journal::RecordType;

namespace {

/// One replay: the journal on one side, the engine on the other.
class Replay {
 public:
  Replay(History history, engine::Engine& engine) : history_(std::move(history)), engine_(engine) {}

  Result<ReplayReport> run() {
    while (history_.next() != nullptr && report_.identical()) {
      const journal::Record& record = *history_.next();
      report_.last_seq = record.seq;
      if (journal::is_event(record.type)) {
        TRY_VOID(step(record));
      } else if (record.type == RecordType::snapshot_taken) {
        compare_state();
      } else {
        report_.difference = fmt::format("record {}: the journal has a {} that was not decided again",
                                         record.seq, journal::name_of(record.type));
      }
    }
    return report_;
  }

 private:
  Result<void> step(const journal::Record& record) {
    TRY(const Event event, journal::event_in(record, changes_));
    const std::uint64_t seq = record.seq;
    engine_.step(event);
    TRY_VOID(history_.pass());
    ++report_.events;
    const auto& outputs = engine_.outputs();
    for (const auto& booked : outputs.fills) compare(booking_of(booked, outputs, seq));
    for (const auto& change : outputs.breakers) compare(change);
    for (const auto& change : outputs.protections) compare(change);
    for (const auto& command : outputs.commands) compare(command);
    for (const auto& refused : outputs.refused) compare(refusal_of(refused, seq));
    engine_.clear_outputs();
    return {};
  }

  template <class Output>
  void compare(const Output& output) {
    if (!report_.identical()) return;
    if (history_.next() == nullptr) {
      ++report_.not_in_journal;
      return;
    }
    report_.last_seq = history_.next()->seq;
    if (auto same = history_.expect(output); !same) {
      report_.difference = std::move(same.error().message);
      return;
    }
    ++report_.outputs;
  }

  void compare_state() {
    if (auto same = history_.expect_state(engine_); !same) {
      report_.difference = std::move(same.error().message);
      return;
    }
    ++report_.states;
  }

  History history_;
  engine::Engine& engine_;
  ReplayReport report_;
  std::vector<BookLevelChange> changes_;
};

}  // namespace

Result<ReplayReport> replay(journal::FileSystem& files, const std::string& folder, engine::Engine& engine) {
  TRY(auto history, History::open(files, folder));
  return Replay(std::move(history), engine).run();
}

}  // namespace kontor::session
