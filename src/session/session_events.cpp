#include "session/session_events.hpp"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "journal/format.hpp"
#include "journal/reader.hpp"

namespace kontor::session {
namespace {

/// Ends the state of a snapshot that holds a part of the session's own; no state of a simulation ends so.
constexpr std::array<char, 8> kPartMark{'K', 'J', 'P', 'A', 'R', 'T', '\x89', '\n'};
constexpr std::size_t kPartEnd = sizeof(std::uint64_t) + kPartMark.size();

}  // namespace

void append_to_state(Encoder& encoder, const std::vector<std::byte>& part) {
  encoder.bytes(part.data(), part.size());
  encode_into(encoder, static_cast<std::uint64_t>(part.size()));
  encoder.bytes(kPartMark.data(), kPartMark.size());
}

SnapshotParts split_state(std::span<const std::byte> state) noexcept {
  if (state.size() < kPartEnd) return {state, {}};
  const auto end = state.last(kPartEnd);
  std::uint64_t size = 0;
  std::memcpy(&size, end.data(), sizeof size);
  const bool marked = std::memcmp(end.data() + sizeof size, kPartMark.data(), kPartMark.size()) == 0;
  if (!marked || size > state.size() - kPartEnd) return {state, {}};
  const std::size_t simulation = state.size() - kPartEnd - static_cast<std::size_t>(size);
  return {state.first(simulation), state.subspan(simulation, static_cast<std::size_t>(size))};
}

Result<SessionEvents> SessionEvents::open(journal::FileSystem& files, const std::string& folder,
                                          const journal::Identity& identity, Past past) {
  const auto make = [&](ProjectionState state) -> Result<SessionEvents> {
    TRY(auto instruments, journal::table_of(identity.instruments));
    return SessionEvents(files, folder,
                         EventProjection(identity.session, std::move(instruments), std::move(state)));
  };
  EventLog log(files, folder);
  TRY(const auto end, log.recover(past.last_seq));
  const bool can_go_on = past.state && past.state->projection.events <= end.seq;
  TRY(SessionEvents events, make(can_go_on ? past.state->projection : ProjectionState()));
  if (can_go_on) events.fold_ = SummaryFold(past.state->summary);
  events.log_ = std::move(log);
  if (past.last_seq == 0) return events;
  TRY_VOID(events.catch_up(can_go_on ? past.state_seq + 1 : 1, end.seq));
  if (events.projection_.state().events >= end.seq) return events;
  const auto problem =
      fmt::format("the events in {} went further than the journal and were made anew from it", folder);
  TRY(SessionEvents anew, make({}));
  anew.problems_.push_back(problem);
  TRY_VOID(events.log_.clear());
  anew.log_ = std::move(events.log_);
  TRY_VOID(anew.catch_up(1, 0));
  return anew;
}

/// Goes through the journal from a record on; the first `written` events of the session are in the files.
Result<void> SessionEvents::catch_up(std::uint64_t from_seq, std::uint64_t written) {
  journal::ReaderOptions options;
  options.from_seq = from_seq;
  options.unproven = journal::Unproven::cut;
  TRY(auto reader, journal::Reader::open(*files_, folder_, options));
  for (;;) {
    TRY(const auto* record, reader.next());
    if (record == nullptr) break;
    TRY_VOID(projection_.take(*record));
    for (const auto& event : projection_.events()) {
      fold_.take(event);
      if (event.seq > written) log_.append(event);
    }
    projection_.clear();
    if (log_.is_full()) TRY_VOID(log_.write(false));
  }
  if (reader.pruned_records() != 0 && reader.complete_from() > from_seq) {
    problems_.push_back(fmt::format("events of records before {} can't be told again: the journal was pruned",
                                    reader.complete_from()));
  }
  return log_.write(true);
}

void SessionEvents::pass_on_connection(const Event& event) {
  if (const auto* change = std::get_if<ConnectionChanged>(&event.body)) listener_->hear(*change);
  if (const auto* measured = std::get_if<ClockOffsetMeasured>(&event.body)) listener_->hear(*measured);
}

void SessionEvents::pass_on() {
  for (const auto& event : projection_.events()) {
    if (listener_ != nullptr) listener_->hear(event);
    fold_.take(event);
    log_.append(event);
  }
  projection_.clear();
}

Result<void> SessionEvents::commit(bool sync) {
  if (failure_) return std::unexpected(*failure_);
  return log_.write(sync);
}

Result<void> SessionEvents::publish() {
  const std::string path = journal::path_in(folder_, kSummaryFile);
  if (published_.empty()) {
    TRY(const auto there, read_text(*files_, path));
    published_ = there.value_or("");
  }
  std::string text = to_json(fold_.summary());
  if (text == published_) return {};
  const std::array<std::span<const std::byte>, 1> pieces{std::as_bytes(std::span(text))};
  TRY(const auto file, journal::publish_file(*files_, folder_, std::string(kSummaryFile), pieces));
  static_cast<void>(file);
  published_ = std::move(text);
  return {};
}

Result<std::optional<std::string>> read_text(journal::FileSystem& files, const std::string& path) {
  const auto file = files.open(path, journal::Access::read);
  if (!file && file.error().kind == ErrorKind::not_found) return std::optional<std::string>();
  if (!file) return std::unexpected(file.error());
  TRY(const std::uint64_t size, (*file)->size());
  std::string text(static_cast<std::size_t>(size), '\0');
  TRY(const std::size_t got, (*file)->read(0, std::as_writable_bytes(std::span(text))));
  text.resize(got);
  return std::optional(std::move(text));
}

Result<SummaryFold> fold_events(journal::FileSystem& files, const std::string& folder,
                                std::uint64_t last_seq) {
  SummaryFold fold;
  TRY_VOID(
      for_each_event_line(files, folder, [&](std::string_view line, const EventPlace& place) -> Result<void> {
        auto event = parse_line(line);
        if (!event)
          return fail(event.error().kind,
                      fmt::format("{}:{}: {}", place.path, place.line, event.error().message));
        if (event->seq <= last_seq) fold.take(*event);
        return {};
      }));
  return fold;
}

}  // namespace kontor::session
