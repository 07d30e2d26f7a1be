#include "journal/recover.hpp"

#include <algorithm>

namespace kontor::journal {
namespace {

/// Removes what was never finished, and tells where the newest segment of all begins; 0: there is none.
Result<std::uint64_t> clear_up(FileSystem& files, const std::string& folder, Recovery& recovery) {
  std::uint64_t newest = 0;
  auto names = files.list(folder);
  if (!names && names.error().kind == ErrorKind::not_found) return newest;
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (const auto segment = parse_segment_file_name(name)) newest = std::max(newest, segment->first_seq);
    if (!name.ends_with(kUnfinished)) continue;
    TRY_VOID(files.remove(path_in(folder, name)));
    recovery.removed.push_back(name);
  }
  return newest;
}

/// Cuts the family's last segment and makes it durable, or removes it where it has no records.
Result<FamilyFile::Before> mend(FileSystem& files, const FamilyTail& tail, Recovery& recovery) {
  if (tail.path.empty()) return FamilyFile::Before{};
  if (tail.last_seq < tail.place.first_seq) {
    TRY_VOID(files.remove(tail.path));
    recovery.removed.push_back(tail.path.substr(tail.path.rfind('/') + 1));
    return FamilyFile::Before{tail.place.previous_first_seq, tail.place.previous_last_seq};
  }
  TRY(const auto file, files.open(tail.path, Access::append));
  if (tail.cut_bytes != 0) TRY_VOID(file->truncate(tail.kept_bytes));
  TRY_VOID(file->sync());
  return FamilyFile::Before{tail.place.first_seq, tail.last_seq};
}

/// Records that are gone may come again otherwise: no snapshot may tell of the first ones then.
Result<void> remove_later_snapshots(FileSystem& files, const std::string& folder, Recovery& recovery) {
  TRY(const auto names, files.list(folder));
  for (const std::string& name : names) {
    const auto seq = parse_snapshot_file_name(name);
    if (!seq || *seq <= recovery.tail.last_seq) continue;
    TRY_VOID(files.remove(path_in(folder, name)));
    recovery.removed.push_back(name);
  }
  return {};
}

}  // namespace

Result<Recovery> recover(FileSystem& files, const std::string& folder, Unproven unproven) {
  Recovery recovery;
  TRY(const std::uint64_t newest, clear_up(files, folder, recovery));
  if (newest == 0) return recovery;
  TRY(Reader reader,
      Reader::open(files, folder, {.from_seq = newest, .unproven = unproven, .unknown_types = true}));
  const Record* record = nullptr;
  do {
    TRY(record, reader.next());
  } while (record != nullptr);
  recovery.tail = reader.tail();
  recovery.manifest = reader.manifest();
  recovery.start.next_seq = recovery.tail.last_seq + 1;
  for (const Family family : {Family::market, Family::core}) {
    const auto index = static_cast<std::size_t>(family);
    TRY(recovery.start.families[index], mend(files, recovery.tail.families[index], recovery));
  }
  TRY_VOID(remove_later_snapshots(files, folder, recovery));
  TRY_VOID(files.sync_folder(folder));
  return recovery;
}

}  // namespace kontor::journal
