#include "session/file_watch.hpp"

#include <array>
#include <cstring>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kontor::session {
namespace {

/// Of the folder: an editor that puts a new file in the place of the old one changes nothing in the old one.
Descriptor listen_to(const std::filesystem::path& folder) {
  Descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify.is_open()) return inotify;
  constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE;
  if (::inotify_add_watch(inotify.number(), folder.c_str(), kChanges) < 0) return Descriptor();
  return inotify;
}

}  // namespace

FileWatch::FileWatch(std::filesystem::path file, By by)
    : file_(std::move(file)),
      name_(file_.filename().string()),
      stamp_(stamp_of(file_)),
      next_look_(Clock::now() + kBetweenLooks) {
  const auto folder = file_.parent_path();
  if (by == By::hearing) inotify_ = listen_to(folder.empty() ? "." : folder);
}

std::optional<FileWatch::Stamp> FileWatch::stamp_of(const std::filesystem::path& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return std::nullopt;
  return Stamp{found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

/// Reads what the system has told. True if it was about the file, or if too much was to be told.
bool FileWatch::hear() {
  if (!inotify_.is_open()) return false;
  alignas(inotify_event) std::array<char, 4096> told;
  bool ours = false;
  for (;;) {
    const auto size = ::read(inotify_.number(), told.data(), told.size());
    if (size <= 0) return ours;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, told.data() + at, sizeof event);
      const char* const name = told.data() + at + sizeof event;
      ours = ours || (event.mask & IN_Q_OVERFLOW) != 0 || (event.len != 0 && name_ == name);
      at += sizeof event + event.len;
    }
  }
}

bool FileWatch::look(Clock::time_point now) {
  if (now < next_look_) return false;
  next_look_ = now + kBetweenLooks;
  const auto stamp = stamp_of(file_);
  if (!stamp || stamp == stamp_) return false;  // one that is gone may be about to be replaced
  stamp_ = stamp;
  return true;
}

bool FileWatch::has_changed(Clock::time_point now) {
  const bool heard = hear();
  if (look(now) || heard) touched_ = now;
  if (!touched_ || now - *touched_ < kSettled) return false;
  touched_.reset();
  // What was heard of is not to be found again by looking.
  if (const auto stamp = stamp_of(file_)) stamp_ = stamp;
  return true;
}

}  // namespace kontor::session
