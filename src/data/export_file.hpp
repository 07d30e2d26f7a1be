#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace kontor::data {

/// A text file that appears under its name when it is complete, compressed as its name says (`.gz`, `.zst`).
/// `-` is stdout, uncompressed. Not finished, it leaves nothing behind.
class ExportFile {
 public:
  [[nodiscard]] static Result<ExportFile> open(const std::filesystem::path& target);
  ExportFile(ExportFile&&) noexcept;
  ExportFile& operator=(ExportFile&&) = delete;
  ~ExportFile();

  [[nodiscard]] Result<void> write(std::string_view text);
  /// Completes the file; returns its size.
  [[nodiscard]] Result<std::uint64_t> finish();

 private:
  struct State;
  explicit ExportFile(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace kontor::data
