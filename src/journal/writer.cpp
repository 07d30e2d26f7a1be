#include "journal/writer.hpp"

#include <fmt/format.h>

namespace kontor::journal {
namespace {

/// What may be in memory before it is written although no commit asks for it.
constexpr std::size_t kWriteAt = std::size_t{1} << 20U;
/// What may wait for the interval; then it is synced at the next commit.
constexpr std::size_t kSyncAt = std::size_t{8} << 20U;

/// Data before the decisions that were made from it.
constexpr std::array kOrder{Family::market, Family::core};

}  // namespace

Writer::Writer(FileSystem& files, std::string folder, Identity identity, const WriterOptions& options,
               const WriterStart& start, TimeNs now)
    : files_(&files),
      folder_(std::move(folder)),
      identity_(std::move(identity)),
      options_(options),
      families_{FamilyFile(Family::core, folder_, start.families[0]),
                FamilyFile(Family::market, folder_, start.families[1])},
      next_seq_(start.next_seq),
      durable_through_(start.next_seq - 1),
      last_sync_(now) {}

Result<Writer> Writer::open(FileSystem& files, std::string folder, Identity identity,
                            const WriterOptions& options, const WriterStart& start, TimeNs now) {
  if (options.lock != nullptr) {
    identity.token = options.lock->token();
    TRY_VOID(options.lock->check_name(files));
  }
  TRY_VOID(files.make_folder(folder));
  Writer writer(files, std::move(folder), std::move(identity), options, start, now);
  for (const Family family : kOrder) {
    TRY_VOID(writer.file_of(family).begin_segment(files, writer.identity_, start.next_seq, now));
  }
  writer.append_payload(now, writer.identity_.configuration);
  writer.append_payload(now, writer.identity_.instruments);
  return writer;
}

void Writer::finish_record(FamilyFile& family, std::size_t start, const RecordHeader& header) noexcept {
  Encoder& buffer = family.buffer();
  if (buffer.size() - start > kHeaderSize + kMaxPayload) [[unlikely]] {
    failure_ =
        Error{ErrorKind::bad_data, fmt::format("seq {}: expected a record of at most {} bytes, found {}",
                                               header.seq, kMaxPayload, buffer.size() - start - kHeaderSize)};
    lost_ = true;
    buffer.truncate(start);
    return;
  }
  seal_record(buffer, start, header);
  family.appended(header.seq);
  if (failure_) [[unlikely]] {
    lost_ = buffer.size() > kMaxKept;
    return;
  }
  if (family.unwritten() >= kWriteAt) [[unlikely]]
    static_cast<void>(note(family.write()));  // commit() tells
}

void Writer::append(TimeNs ts, Configuration configuration) {
  append_payload(ts, configuration);
  identity_.configuration = std::move(configuration);
}

void Writer::append(TimeNs ts, InstrumentDefinitions instruments) {
  append_payload(ts, instruments);
  identity_.instruments = std::move(instruments);
}

bool Writer::must_sync(TimeNs now, Batch batch) const noexcept {
  switch (options_.sync.when) {
    case SyncPolicy::When::none: return false;
    case SyncPolicy::When::before_send:
      if (batch == Batch::sends) return true;
      break;
    case SyncPolicy::When::interval: break;
  }
  if (now - last_sync_ >= options_.sync.interval_ns) return true;
  return families_[0].kept() + families_[1].kept() >= kSyncAt;
}

Result<void> Writer::still_ours() {
  if (options_.lock == nullptr) return {};
  return options_.lock->check();
}

Result<void> Writer::write() {
  for (const Family family : kOrder) TRY_VOID(file_of(family).write());
  return {};
}

Result<void> Writer::write_and_sync(TimeNs now) {
  TRY_VOID(write());
  std::array<File*, kOrder.size()> unsynced{};
  std::size_t count = 0;
  for (const Family family : kOrder) {
    if (File* file = file_of(family).unsynced()) unsynced[count++] = file;
  }
  TRY_VOID(files_->sync(std::span(unsynced).first(count)));
  for (FamilyFile& family : families_) {
    family.note_synced();
    family.forget_written();
  }
  durable_through_ = next_seq_ - 1;
  last_sync_ = now;
  return {};
}

/// Begins new segments where they are due. All that was written is durable first: so only last segments can
/// ever have a torn end.
Result<void> Writer::roll(TimeNs now) {
  bool due = false;
  for (const FamilyFile& family : families_) due = due || family.file_size() >= options_.segment_bytes;
  if (!due) return {};
  TRY_VOID(write_and_sync(now));
  if (options_.lock != nullptr) TRY_VOID(options_.lock->check_name(*files_));
  for (const Family family : kOrder) {
    if (file_of(family).file_size() < options_.segment_bytes) continue;
    TRY_VOID(file_of(family).begin_segment(*files_, identity_, next_seq_, now));
  }
  return {};
}

/// Remembers what went wrong.
Result<void> Writer::note(Result<void> outcome) {
  if (!outcome && !failure_) failure_ = outcome.error();
  return outcome;
}

Result<void> Writer::commit(TimeNs now, Batch batch) {
  if (failure_) return std::unexpected(*failure_);
  TRY_VOID(note(still_ours()));
  if (must_sync(now, batch)) {
    TRY_VOID(note(write_and_sync(now)));
  } else {
    TRY_VOID(note(write()));
    if (options_.sync.when == SyncPolicy::When::none) {
      for (FamilyFile& family : families_) family.forget_written();
    }
  }
  return note(roll(now));
}

Result<void> Writer::sync(TimeNs now) {
  if (failure_) return std::unexpected(*failure_);
  TRY_VOID(note(still_ours()));
  return note(write_and_sync(now));
}

Result<void> Writer::close(TimeNs now, std::string reason) {
  append_payload(now, Closed{std::move(reason)});
  return sync(now);
}

Result<void> Writer::reopen(TimeNs now) {
  if (!failure_) return {};
  if (!can_reopen()) return std::unexpected(*failure_);
  const auto again = [&]() -> Result<void> {
    TRY_VOID(still_ours());
    for (FamilyFile& family : families_) TRY_VOID(family.rewind(*files_));
    return write_and_sync(now);
  }();
  if (!again) return again;
  failure_.reset();
  return note(roll(now));
}

}  // namespace kontor::journal
