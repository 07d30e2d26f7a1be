#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kontor {

/// SHA-256 (FIPS 180-4) of data that comes in pieces. Names datasets, configurations and results by their
/// content and checks downloads; it guards no secrets.
class Sha256 {
 public:
  using Digest = std::array<std::byte, 32>;

  void update(std::span<const std::byte> data) noexcept;
  void update(std::string_view text) noexcept { update(std::as_bytes(std::span(text))); }
  /// Ends the message. The object is then spent: make a new one for the next message.
  [[nodiscard]] Digest finish() noexcept;
  /// The same as 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string finish_hex();

 private:
  static constexpr std::size_t kBlock = 64;

  void compress(const std::byte* block) noexcept;

  std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                      0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<std::byte, kBlock> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t size_ = 0;
};

/// The digest of one piece in hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view text);

}  // namespace kontor
