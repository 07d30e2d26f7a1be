#include "journal/verify.hpp"

#include <fmt/format.h>

#include "journal/snapshot.hpp"

namespace kontor::journal {
namespace {

template <class Payload>
Result<void> check_payload(const Record& record) {
  if (payload_in<Payload>(record)) return {};
  return fail(ErrorKind::bad_data,
              fmt::format("seq {}: expected the content of a record of type {}, found other", record.seq,
                          name_of(record.type)));
}

template <class T>
Result<void> without_value(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

Result<void> check_snapshots(FileSystem& files, const std::string& folder, VerifyReport& report) {
  TRY(const auto names, files.list(folder));
  for (const std::string& name : names) {
    if (!parse_snapshot_file_name(name)) continue;
    if (const auto snapshot = read_snapshot(files, path_in(folder, name))) {
      ++report.snapshots;
    } else {
      report.broken_snapshots.push_back(snapshot.error().message);
    }
  }
  return {};
}

void count(VerifyReport& report, const Record& record) {
  if (report.records++ == 0) {
    report.first_seq = record.seq;
    report.first_ts = record.ts;
  } else if (record.ts < report.last_ts) {
    ++report.clock_steps_back;
  }
  report.last_seq = record.seq;
  report.last_ts = record.ts;
  ++report.types[record.type];
}

}  // namespace

Result<void> check_content(const Record& record, std::vector<BookLevelChange>& changes) {
  if (record.version > newest_version(record.type)) return {};
  if (is_event(record.type)) {
    return without_value(event_in(record, changes));
  }
  if (is_command(record.type)) {
    return without_value(command_in(record));
  }
  switch (record.type) {
    case RecordType::instruments: return check_payload<InstrumentDefinitions>(record);
    case RecordType::configuration: return check_payload<Configuration>(record);
    case RecordType::snapshot_taken: return check_payload<SnapshotTaken>(record);
    case RecordType::session_event: return check_payload<SessionEvent>(record);
    case RecordType::intent_refused: return check_payload<IntentRefused>(record);
    case RecordType::fill_booked: return check_payload<FillBooked>(record);
    case RecordType::closed: return check_payload<Closed>(record);
    default:
      return fail(ErrorKind::bad_data,
                  fmt::format("seq {}: expected a record of a journal's middle, found {}", record.seq,
                              name_of(record.type)));
  }
}

Result<VerifyReport> verify(FileSystem& files, const std::string& folder) {
  VerifyReport report;
  TRY(Reader reader, Reader::open(files, folder, {.unknown_types = true}));
  std::vector<BookLevelChange> changes;
  for (;;) {
    TRY(const Record* const record, reader.next());
    if (record == nullptr) break;
    auto content = check_content(*record, changes);
    if (!content) {
      return fail(ErrorKind::bad_data, fmt::format("{}: {} segment, offset {}: {}", folder,
                                                   record->family == Family::core ? "core" : "market",
                                                   record->offset, content.error().message));
    }
    count(report, *record);
  }
  report.manifest = reader.manifest();
  report.complete_from = reader.complete_from();
  report.pruned_records = reader.pruned_records();
  report.unknown = reader.unknown();
  report.tail = reader.tail();
  TRY_VOID(check_snapshots(files, folder, report));
  return report;
}

}  // namespace kontor::journal
