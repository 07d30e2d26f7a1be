#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session/event_log.hpp"
#include "session/event_projection.hpp"
#include "session/summary.hpp"

namespace kontor::session {

/// What events and summary depend on, as a snapshot of the session keeps it.
struct EventsState {
  ProjectionState projection;
  SummaryState summary;
  BOOST_DESCRIBE_CLASS(EventsState, (), (projection, summary), (), ())
};

/// A snapshot's content behind the state of the simulation, and the way back. Snapshots of builds before
/// there were events hold none, and are whole in the first part.
void append_to_state(Encoder& encoder, const std::vector<std::byte>& part);
struct SnapshotParts {
  std::span<const std::byte> simulation;
  std::span<const std::byte> session;  ///< empty: none
};
[[nodiscard]] SnapshotParts split_state(std::span<const std::byte> state) noexcept;

/// The summary's file in a session's folder.
inline constexpr std::string_view kSummaryFile = "summary.json";

/// Hears of a session while it runs, for those who tell people about it. What it hears has a place in the
/// journal, even where the disk fails and it could not be written yet, and nothing that it does comes back to
/// the session.
class EventListener {
 public:
  EventListener() = default;
  EventListener(const EventListener&) = delete;
  EventListener& operator=(const EventListener&) = delete;
  virtual ~EventListener() = default;

  virtual void hear(const LoggedEvent& event) = 0;
  /// A connection has gone silent or is heard again, and the offset of the clock: they are no logged events.
  virtual void hear(const ConnectionChanged& change) = 0;
  virtual void hear(const ClockOffsetMeasured& measured) = 0;
};

/// Tells of a session what its journal holds: its events as lines of JSON, and their summary. Sees every
/// record that goes into the journal, and writes a line only once its record is written, so that the file is
/// at any time a beginning of what the journal gives. One thread.
class SessionEvents {
 public:
  /// Where the journal stands when a session is opened.
  struct Past {
    std::optional<EventsState> state{};  ///< after record `state_seq`; nothing: none that can be used
    std::uint64_t state_seq = 0;
    std::uint64_t last_seq = 0;  ///< of the journal's last record
  };

  /// Makes the files whole, and catches up on what the journal holds and they do not. An empty journal has no
  /// files.
  [[nodiscard]] static Result<SessionEvents> open(journal::FileSystem& files, const std::string& folder,
                                                  const journal::Identity& identity, Past past);

  /// A record that is being written.
  template <class Payload>
  void take(RecordPlace place, const Payload& payload) {
    if constexpr (std::is_same_v<Payload, Event>) {
      if (listener_ != nullptr) [[unlikely]]
        pass_on_connection(payload);
    }
    if constexpr (std::is_void_v<decltype(projection_.take(place, payload))>) {
      projection_.take(place, payload);
    } else {
      note(projection_.take(place, payload));
    }
    pass_on();
  }
  /// From now on `listener`, which outlives this, hears what is told; nullptr: nobody does.
  void listen(EventListener* listener) noexcept { listener_ = listener; }
  /// Writes the events of records that are written; `sync`: those are on the disk, and so will be the events.
  [[nodiscard]] Result<void> commit(bool sync);
  /// Replaces the summary's file where it differs.
  [[nodiscard]] Result<void> publish();
  /// More events than this are not kept where they cannot be written.
  static constexpr std::size_t kMaxKept = std::size_t{64} << 20U;
  [[nodiscard]] bool keeps_too_much() const noexcept { return log_.kept() > kMaxKept; }

  [[nodiscard]] const SummaryFold& fold() const noexcept { return fold_; }
  [[nodiscard]] EventsState state() const { return {projection_.state(), fold_.state()}; }
  /// What could not be told, for the user to know.
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  SessionEvents(journal::FileSystem& files, std::string folder, EventProjection projection)
      : files_(&files),
        folder_(std::move(folder)),
        log_(files, folder_),
        projection_(std::move(projection)) {}

  [[nodiscard]] Result<void> catch_up(std::uint64_t from_seq, std::uint64_t written);
  void note(Result<void> outcome) {
    if (!outcome && !failure_) failure_ = std::move(outcome.error());
  }
  void pass_on();
  void pass_on_connection(const Event& event);

  journal::FileSystem* files_;
  std::string folder_;
  EventLog log_;
  EventProjection projection_;
  SummaryFold fold_;
  std::string published_;
  std::vector<std::string> problems_;
  std::optional<Error> failure_;
  EventListener* listener_ = nullptr;
};

/// The whole content of a file; nothing where there is none.
[[nodiscard]] Result<std::optional<std::string>> read_text(journal::FileSystem& files,
                                                           const std::string& path);
/// Folds a session's events from its files alone, all or those up to `last_seq`.
[[nodiscard]] Result<SummaryFold> fold_events(journal::FileSystem& files, const std::string& folder,
                                              std::uint64_t last_seq = UINT64_MAX);

}  // namespace kontor::session
