#include "journal/simulated_file_system.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::journal {
namespace {

/// Small, so that small journals have many.
constexpr std::size_t kPage = 64;

std::unexpected<Error> broken(ErrorKind kind, std::string_view doing, const std::string& path,
                              std::string_view why) {
  return fail(kind, fmt::format("cannot {} {}: {}", doing, path, why));
}

}  // namespace

class SimulatedFileSystem::OpenFile final : public File {
 public:
  OpenFile(SimulatedFileSystem& files, std::shared_ptr<Node> node, std::string path)
      : files_(files), node_(std::move(node)), path_(std::move(path)), generation_(files.generation_) {}
  ~OpenFile() override {
    if (node_->locked_by == this) node_->locked_by = nullptr;
  }

  Result<void> append(std::span<const std::byte> data) override {
    TRY_VOID(alive());
    return files_.append(*node_, data, path_);
  }
  Result<void> sync() override {
    TRY_VOID(alive());
    TRY_VOID(files_.change(1, "sync", path_));
    if (files_.syncs_fail_) {
      node_->content = node_->durable;
      node_->synced = node_->content.size();
      return broken(ErrorKind::io, "sync", path_, "Input/output error");
    }
    node_->sync();
    return {};
  }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    TRY_VOID(alive());
    const auto begin = std::min<std::uint64_t>(offset, node_->content.size());
    const auto count = std::min<std::uint64_t>(into.size(), node_->content.size() - begin);
    std::ranges::copy(std::span(node_->content).subspan(begin, count), into.begin());
    return static_cast<std::size_t>(count);
  }
  Result<std::uint64_t> size() override {
    TRY_VOID(alive());
    return node_->content.size();
  }
  Result<void> truncate(std::uint64_t size) override {
    TRY_VOID(alive());
    TRY_VOID(files_.change(1, "cut", path_));
    node_->content.resize(size);
    node_->synced = std::min(node_->synced, node_->content.size());
    return {};
  }
  Result<bool> try_lock() override {
    TRY_VOID(alive());
    if (node_->locked_by == nullptr) node_->locked_by = this;
    return node_->locked_by == this;
  }

 private:
  Result<void> alive() const {
    if (files_.crashed_ || generation_ != files_.generation_) {
      return broken(ErrorKind::io, "use", path_, "the process is dead");
    }
    return {};
  }

  SimulatedFileSystem& files_;
  std::shared_ptr<Node> node_;
  std::string path_;
  std::uint64_t generation_;
};

void SimulatedFileSystem::mend() noexcept {
  crash_at_ = UINT64_MAX;
  failure_ = ErrorKind::internal;
  syncs_fail_ = false;
  capacity_ = UINT64_MAX;
}

Result<void> SimulatedFileSystem::change(std::uint64_t steps, std::string_view doing,
                                         const std::string& path) {
  if (crashed_ || steps_ + steps > crash_at_) {
    crashed_ = true;
    return broken(ErrorKind::io, doing, path, "the process is dead");
  }
  steps_ += steps;
  if (failure_ == ErrorKind::no_space) return broken(failure_, doing, path, "No space left on device");
  if (failure_ != ErrorKind::internal) return broken(failure_, doing, path, "Input/output error");
  return {};
}

Result<void> SimulatedFileSystem::append(Node& node, std::span<const std::byte> data,
                                         const std::string& path) {
  const auto put = [&node](std::span<const std::byte> piece) {
    node.content.insert(node.content.end(), piece.begin(), piece.end());
  };
  if (!crashed_ && steps_ + data.size() > crash_at_) put(data.first(crash_at_ - steps_));
  if (const auto changed = change(data.size(), "write", path); !changed) {
    if (!crashed_) put(data.first(data.size() / 2));
    return changed;
  }
  if (capacity_ != UINT64_MAX && data.size() > room()) {
    put(data.first(room()));
    return broken(ErrorKind::no_space, "write", path, "No space left on device");
  }
  put(data);
  return {};
}

std::uint64_t SimulatedFileSystem::room() const {
  const std::uint64_t filled = used();
  return filled < capacity_ ? capacity_ - filled : 0;
}

std::uint64_t SimulatedFileSystem::used() const {
  std::uint64_t bytes = 0;
  for (const auto& [path, node] : names_) bytes += node->content.size();
  return bytes;
}

void SimulatedFileSystem::lose(Node& node, Loss loss) {
  const std::size_t kept = node.durable.size();
  std::vector<std::byte> written = std::move(node.content);
  node.content = node.durable;
  if (loss == Loss::nothing) node.content = written;
  if (loss == Loss::nothing || loss == Loss::all || written.size() <= kept) return;
  const std::size_t size = kept + chance_.below(written.size() - kept + 1);
  node.content.assign(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(size));
  if (loss != Loss::pages) return;
  for (std::size_t at = kept; at < size; at = (at / kPage + 1) * kPage) {
    const std::size_t end = std::min(size, (at / kPage + 1) * kPage);
    if (chance_.below(2) == 0) continue;
    std::fill(node.content.begin() + static_cast<std::ptrdiff_t>(at),
              node.content.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0});
  }
}

void SimulatedFileSystem::restart(Loss loss) {
  if (loss != Loss::nothing) {
    names_ = possible_names_[loss == Loss::all ? 0 : chance_.below(possible_names_.size())];
  }
  for (auto& [path, node] : names_) {
    lose(*node, loss);
    node->durable = node->content;
    node->synced = node->content.size();
    node->locked_by = nullptr;
  }
  possible_names_ = {names_};
  ++generation_;
  crashed_ = false;
  mend();
}

std::vector<std::byte> SimulatedFileSystem::content(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? std::vector<std::byte>{} : found->second->content;
}

void SimulatedFileSystem::set_content(const std::string& path, std::vector<std::byte> content) {
  auto node = std::make_shared<Node>();
  node->durable = content;
  node->content = std::move(content);
  node->synced = node->content.size();
  names_[path] = std::move(node);
  possible_names_ = {names_};
}

std::vector<std::string> SimulatedFileSystem::paths() const {
  std::vector<std::string> all;
  for (const auto& [path, node] : names_) all.push_back(path);
  return all;
}

Result<std::unique_ptr<File>> SimulatedFileSystem::open(const std::string& path, Access access) {
  if (crashed_) return broken(ErrorKind::io, "open", path, "the process is dead");
  auto found = names_.find(path);
  if (found == names_.end()) {
    if (access == Access::read)
      return broken(ErrorKind::not_found, "open", path, "No such file or directory");
    TRY_VOID(change(1, "make", path));
    found = names_.emplace(path, std::make_shared<Node>()).first;
    names_changed();
  } else if (access == Access::append_anew) {
    TRY_VOID(change(1, "empty", path));
    found->second->content.clear();
    found->second->synced = 0;
  }
  return std::make_unique<OpenFile>(*this, found->second, path);
}

Result<void> SimulatedFileSystem::rename(const std::string& from, const std::string& to) {
  TRY_VOID(change(1, "rename", from));
  const auto found = names_.find(from);
  if (found == names_.end()) return broken(ErrorKind::not_found, "rename", from, "No such file or directory");
  auto node = found->second;
  names_.erase(found);
  names_[to] = std::move(node);
  names_changed();
  return {};
}

Result<void> SimulatedFileSystem::remove(const std::string& path) {
  TRY_VOID(change(1, "remove", path));
  if (names_.erase(path) == 0)
    return broken(ErrorKind::not_found, "remove", path, "No such file or directory");
  names_changed();
  return {};
}

Result<void> SimulatedFileSystem::make_folder(const std::string& path) { return change(1, "make", path); }

Result<void> SimulatedFileSystem::sync_folder(const std::string& path) {
  TRY_VOID(change(1, "sync", path));
  possible_names_ = {names_};  // of all folders: the journal of a file system keeps their order
  return {};
}

Result<std::vector<std::string>> SimulatedFileSystem::list(const std::string& folder) {
  if (crashed_) return broken(ErrorKind::io, "list", folder, "the process is dead");
  const std::string start = folder + "/";
  std::vector<std::string> names;
  for (const auto& [path, node] : names_) {
    if (path.starts_with(start) && path.find('/', start.size()) == std::string::npos) {
      names.push_back(path.substr(start.size()));
    }
  }
  return names;
}

}  // namespace kontor::journal
