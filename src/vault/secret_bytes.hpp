#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace kontor::vault {

/// A fixed number of bytes that must not be seen: between guard pages, kept out of core dumps, locked into
/// memory as far as the system's limit allows (so never swapped to disk), wiped when it goes. Moves only;
/// there is no way to print, compare or copy it by accident. Throws std::bad_alloc where there is no memory.
class SecretBytes {
 public:
  SecretBytes() noexcept = default;
  /// All zero.
  explicit SecretBytes(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] std::uint8_t* data() noexcept { return data_; }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return std::as_bytes(std::span(data_, size_));
  }
  /// Makes all of it zero, in a way that no compiler leaves out.
  void wipe() noexcept;

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Makes the cryptographic library ready; cheap when it is. Everything in this room that uses it calls this
/// first.
void require_sodium() noexcept;

}  // namespace kontor::vault
