#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "journal/file_system.hpp"

namespace kontor::journal {

/// What a crash leaves of bytes that were written and not synced.
enum class Loss : std::uint8_t {
  nothing,  ///< the process was killed; the machine went on
  all,      ///< power was lost, the disk had seen none of them
  tail,     ///< … had seen the first so many of each file
  pages,    ///< … had seen some pages and not others, in any order
};

/// A disk in memory that fails as told: the faults of the simulator and of tests. Each byte that is appended
/// and each other change counts as one step; a crash or a failure falls exactly on one. All chance comes from
/// the seed.
class SimulatedFileSystem final : public FileSystem {
 public:
  explicit SimulatedFileSystem(std::uint64_t seed = 1) noexcept : chance_(seed) {}

  // Faults.
  /// The process dies within this step; from then on everything fails until restart().
  void crash_at(std::uint64_t step) noexcept { crash_at_ = step; }
  /// Changes fail with this error as long as it is set, an append after half of its bytes.
  void fail_changes(ErrorKind kind) noexcept { failure_ = kind; }
  /// Syncs alone fail, and what was written since the last one is lost at once.
  void fail_syncs(bool on) noexcept { syncs_fail_ = on; }
  void mend() noexcept;
  /// Bytes that fit in all files together.
  void set_capacity(std::uint64_t bytes) noexcept { capacity_ = bytes; }
  /// Only so many bytes more fit, until mend().
  void fill_up(std::uint64_t left) { capacity_ = used() + left; }
  [[nodiscard]] bool crashed() const noexcept { return crashed_; }
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

  /// After the crash: what is not durable goes as `loss` says, locks and open files go, faults are mended.
  void restart(Loss loss);

  // The content, for tests and tools.
  [[nodiscard]] std::vector<std::byte> content(const std::string& path) const;
  void set_content(const std::string& path, std::vector<std::byte> content);
  [[nodiscard]] std::vector<std::string> paths() const;

  [[nodiscard]] Result<std::unique_ptr<File>> open(const std::string& path, Access access) override;
  [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] Result<void> remove(const std::string& path) override;
  [[nodiscard]] Result<void> make_folder(const std::string& path) override;
  [[nodiscard]] Result<void> sync_folder(const std::string& path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;

 private:
  class OpenFile;
  struct Node {
    void sync() {
      durable.resize(synced);
      durable.insert(durable.end(), content.begin() + static_cast<std::ptrdiff_t>(synced), content.end());
      synced = content.size();
    }
    std::vector<std::byte> content;
    std::vector<std::byte> durable;
    std::size_t synced = 0;  ///< bytes at the front that both have in common
    const OpenFile* locked_by = nullptr;
  };
  using Names = std::map<std::string, std::shared_ptr<Node>>;

  [[nodiscard]] Result<void> change(std::uint64_t steps, std::string_view doing, const std::string& path);
  [[nodiscard]] Result<void> append(Node& node, std::span<const std::byte> data, const std::string& path);
  [[nodiscard]] std::uint64_t used() const;
  [[nodiscard]] std::uint64_t room() const;
  void names_changed() { possible_names_.push_back(names_); }
  void lose(Node& node, Loss loss);

  Names names_;
  std::vector<Names> possible_names_ = {{}};  ///< since the last sync of a folder; any may be what stays
  std::uint64_t generation_ = 0;              ///< of the process; open files of an earlier one are closed
  std::uint64_t steps_ = 0;
  std::uint64_t crash_at_ = UINT64_MAX;
  std::uint64_t capacity_ = UINT64_MAX;
  ErrorKind failure_ = ErrorKind::internal;  ///< internal: none
  bool syncs_fail_ = false;
  bool crashed_ = false;
  Prng chance_;
};

}  // namespace kontor::journal
