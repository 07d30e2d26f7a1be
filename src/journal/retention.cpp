#include "journal/retention.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "journal/segment_reader.hpp"
#include "journal/snapshot.hpp"

namespace kontor::journal {
namespace {

/// Removes the first `count` of `names`, each as durably as is asked for.
Result<std::uint64_t> remove_first(FileSystem& files, const std::string& folder,
                                   const std::vector<std::string>& names, std::size_t count,
                                   Durability durability) {
  for (std::size_t index = 0; index < count; ++index) {
    TRY_VOID(files.remove(path_in(folder, names[index])));
    if (durability == Durability::disk)
      TRY_VOID(files.sync_folder(folder));  // one by one: never a hole between those that stay
  }
  return count;
}

}  // namespace

Result<std::uint64_t> prune_segments(FileSystem& files, const std::string& folder, Family family,
                                     std::uint64_t before_seq) {
  TRY(const FoundSnapshot found, newest_snapshot(files, folder));
  const std::uint64_t covered = found.snapshot ? found.snapshot->seq : 0;
  if (covered + 1 < before_seq) {
    return fail(ErrorKind::usage,
                fmt::format("{}: expected a snapshot at seq {} or later before pruning to it, found {}",
                            folder, before_seq - 1, covered == 0 ? "none" : fmt::format("seq {}", covered)));
  }
  if (found.snapshot) {  // it may be with the system only
    TRY(const auto kept, files.open(path_in(folder, snapshot_file_name(covered)), Access::append));
    TRY_VOID(kept->sync());
    TRY_VOID(files.sync_folder(folder));
  }
  TRY(auto names, files.list(folder));
  std::erase_if(names, [family](const std::string& name) {
    const auto segment = parse_segment_file_name(name);
    return !segment || segment->family != family;
  });
  std::size_t count = 0;
  while (count + 1 < names.size()) {
    TRY(const SegmentReader next, SegmentReader::open(files, path_in(folder, names[count + 1])));
    if (next.manifest().place.previous_last_seq >= before_seq) break;
    ++count;
  }
  return remove_first(files, folder, names, count, Durability::disk);
}

Result<std::uint64_t> prune_snapshots(FileSystem& files, const std::string& folder, std::uint64_t keep,
                                      Durability durability) {
  TRY(auto names, files.list(folder));
  std::erase_if(names, [](const std::string& name) { return !parse_snapshot_file_name(name); });
  const auto kept = std::min<std::uint64_t>(std::max<std::uint64_t>(keep, 2), names.size());
  return remove_first(files, folder, names, names.size() - kept, durability);
}

}  // namespace kontor::journal
