#pragma once

#include <cstddef>
#include <string_view>

#include "vault/secret_bytes.hpp"

namespace kontor::vault {

/// A text that must not be seen: a passphrase, a key, a secret. Lives in SecretBytes, moves only, and has
/// neither operator<< nor a formatter: whoever wants the characters says reveal(), and does not keep them.
class SecretText {
 public:
  SecretText() noexcept = default;
  /// Empty, with room for so many characters.
  [[nodiscard]] static SecretText with_capacity(std::size_t capacity);
  [[nodiscard]] static SecretText copy_of(std::string_view text);
  SecretText(SecretText&& other) noexcept
      : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, 0)) {}
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() = default;

  /// Appends a character; false, and nothing done, where there is no room for it.
  [[nodiscard]] bool push_back(char letter) noexcept;
  /// Takes blanks, tabs and carriage returns off both ends.
  void trim() noexcept;
  /// Empty and wiped; the room for characters stays.
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Takes as long for texts that differ at once as for equal ones of that length.
  [[nodiscard]] bool equals(const SecretText& other) const noexcept;
  /// The characters, for the call that needs them. Valid until this text changes, moves or goes.
  [[nodiscard]] std::string_view reveal() const noexcept {
    return {reinterpret_cast<const char*>(memory_.data()), size_};
  }

 private:
  SecretBytes memory_;
  std::size_t size_ = 0;
};

}  // namespace kontor::vault
