#include "data/catalogue_transaction.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <set>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/crc32c.hpp"
#include "data/catalogue_layout.hpp"

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

constexpr auto kPublishWait = std::chrono::seconds(30);
constexpr auto kPublishPoll = std::chrono::milliseconds(2);
constexpr std::string_view kOpenText = "kontor transaction 1 open\n";
constexpr std::string_view kCommitText = "kontor transaction 1 committed\n";
constexpr std::string_view kPublish = "publish ";
constexpr std::string_view kRemove = "remove ";
constexpr std::string_view kChecksum = "crc32c ";

fs::path temporary_of(const fs::path& segment) {
  fs::path path = segment;
  path += kTemporarySuffix;
  return path;
}

std::string checksum_line(std::string_view text) {
  return fmt::format("{}{:08x}\n", kChecksum, crc32c(std::as_bytes(std::span(text))));
}

std::string format_record(const std::vector<CommitStep>& steps) {
  std::string text(kCommitText);
  for (const auto& step : steps)
    text += fmt::format("{}{}\n", step.remove ? kRemove : kPublish, step.segment);
  return text + checksum_line(text);
}

/// The steps of a commit record; nothing if the text is not a complete record.
std::optional<std::vector<CommitStep>> parse_record(std::string_view text) {
  const auto checksum = text.rfind(kChecksum);
  if (!text.starts_with(kCommitText) || checksum == std::string_view::npos) return std::nullopt;
  if (text.substr(checksum) != checksum_line(text.substr(0, checksum))) return std::nullopt;
  std::vector<CommitStep> steps;
  for (auto lines = text.substr(kCommitText.size(), checksum - kCommitText.size()); !lines.empty();) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    const bool remove = line.starts_with(kRemove);
    if (!remove && !line.starts_with(kPublish)) return std::nullopt;
    steps.push_back({std::string(line.substr(remove ? kRemove.size() : kPublish.size())), remove});
  }
  return steps;
}

Result<void> apply_step(const fs::path& store, const CommitStep& step) {
  const fs::path segment = store / step.segment;
  if (step.remove) return remove_file(segment);
  const auto renamed = rename_path(temporary_of(segment), segment);
  std::error_code ignored;
  if (!renamed && renamed.error().kind == ErrorKind::not_found && fs::exists(segment, ignored))
    return {};  // done
  return renamed;
}

}  // namespace

Result<FileDescriptor> lock_for_writing(const fs::path& store) {
  const fs::path path = store / kWriteLock;
  TRY(FileDescriptor file, open_file(path, O_RDWR | O_CREAT, "open"));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure("lock", path, errno);
    const auto holder = read_small_file(path);
    return fail(ErrorKind::io,
                fmt::format("another process is writing to {} ({} is locked{})", store.string(),
                            path.string(), holder && !holder->empty() ? " by process " + *holder : ""));
  }
  const auto holder = std::to_string(::getpid());
  if (::ftruncate(file.get(), 0) != 0) return system_failure("write", path, errno);
  TRY_VOID(write_all(file, std::as_bytes(std::span(holder)), path));
  return file;
}

Result<FileDescriptor> lock_publishing(const fs::path& store, PublishLock lock) {
  const fs::path path = store / kStoreMarker;
  TRY(FileDescriptor file, open_file(path, O_RDONLY, "open"));
  const int operation = (lock == PublishLock::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  const auto deadline = std::chrono::steady_clock::now() + kPublishWait;
  while (::flock(file.get(), operation) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_failure("lock", path, errno);
    if (std::chrono::steady_clock::now() > deadline) {
      return fail(ErrorKind::io, fmt::format("{} is kept locked by another process", path.string()));
    }
    std::this_thread::sleep_for(kPublishPoll);
  }
  return file;
}

Result<void> mark_transaction(const fs::path& store) {
  return replace_file(store / kTransactionFile, kOpenText);
}

Result<void> record_commit(const fs::path& store, const std::vector<CommitStep>& steps) {
  return replace_file(store / kTransactionFile, format_record(steps));
}

Result<void> apply_commit(const fs::path& store, const std::vector<CommitStep>& steps,
                          const std::function<void(std::uint64_t)>& progress) {
  std::set<fs::path> folders;
  std::uint64_t done = 0;
  {
    TRY(const auto lock, lock_publishing(store, PublishLock::exclusive));
    for (const auto& step : steps) {
      TRY_VOID(apply_step(store, step));
      folders.insert((store / step.segment).parent_path());
      ++done;
      if (progress) progress(done);
    }
  }
  for (const auto& folder : folders) {
    const auto synced = sync_path(folder);
    if (!synced && synced.error().kind != ErrorKind::not_found) return synced;
    remove_empty_folders(store, folder);
  }
  return {};
}

Result<void> end_transaction(const fs::path& store) { return remove_file(store / kTransactionFile); }

Result<void> remove_temporaries(const fs::path& store) {
  TRY(const auto keys, find_datasets(store));
  for (const auto& key : keys) {
    const fs::path folder = store / dataset_folder(key);
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const auto name = entry->path().filename().string();
      if (name.ends_with(fmt::format("{}{}", kSegmentSuffix, kTemporarySuffix))) {
        TRY_VOID(remove_file(entry->path()));
      }
    }
    if (error)
      return fail(ErrorKind::io, fmt::format("cannot list {}: {}", folder.string(), error.message()));
    remove_empty_folders(store, folder);
  }
  return {};
}

void remove_empty_folders(const fs::path& store, fs::path folder) {
  while (folder != store && folder.has_parent_path() && ::rmdir(folder.c_str()) == 0)
    folder = folder.parent_path();
}

Result<void> recover(const fs::path& store) {
  const auto text = read_small_file(store / kTransactionFile);
  if (!text && text.error().kind == ErrorKind::not_found) return {};
  if (!text) return std::unexpected(text.error());
  if (const auto steps = parse_record(*text)) {
    TRY_VOID(apply_commit(store, *steps));
  }
  TRY_VOID(remove_temporaries(store));
  TRY_VOID(remove_file(temporary_of(store / kTransactionFile)));
  return end_transaction(store);
}

Result<void> recover_if_needed(const fs::path& store) {
  std::error_code ignored;
  if (!fs::exists(store / kTransactionFile, ignored)) return {};
  const auto lock = lock_for_writing(store);
  if (!lock) return {};  // somebody is writing, or we may not write here: what is published is valid as it is
  return recover(store);
}

}  // namespace kontor::data
