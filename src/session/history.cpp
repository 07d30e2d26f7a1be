#include "session/history.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::session {

using journal::RecordType;

namespace {

bool happened(RecordType type) noexcept {
  return journal::is_event(type) || journal::is_command(type) || type == RecordType::intent_refused ||
         type == RecordType::snapshot_taken;
}

}  // namespace

Result<History> History::open(journal::FileSystem& files, const std::string& folder, std::uint64_t from_seq) {
  journal::ReaderOptions options;
  options.from_seq = from_seq;
  TRY(auto reader, journal::Reader::open(files, folder, options));
  History history(std::move(reader));
  TRY_VOID(history.pass());
  return history;
}

Result<void> History::pass() {
  do {
    TRY(next_, reader_->next());
  } while (next_ != nullptr && !happened(next_->type));
  return {};
}

Result<void> History::expect(RecordType type, std::span<const std::byte> payload, std::string_view what) {
  if (next_ == nullptr)
    return fail(ErrorKind::internal, fmt::format("expected the end as in the journal, found {}", what));
  if (next_->type != type || !std::ranges::equal(next_->payload, payload)) {
    const auto found =
        next_->type == type ? fmt::format("another {}", journal::name_of(type)) : std::string(what);
    return fail(ErrorKind::internal, fmt::format("record {}: expected {} as in the journal, found {}",
                                                 next_->seq, journal::name_of(next_->type), found));
  }
  return pass();
}

}  // namespace kontor::session
