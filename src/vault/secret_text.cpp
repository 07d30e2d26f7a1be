#include "vault/secret_text.hpp"

#include <cstring>

#include <sodium.h>

namespace kontor::vault {

SecretText SecretText::with_capacity(std::size_t capacity) {
  SecretText text;
  text.memory_ = SecretBytes(capacity);
  return text;
}

SecretText SecretText::copy_of(std::string_view text) {
  SecretText copy = with_capacity(text.size());
  if (!text.empty()) std::memcpy(copy.memory_.data(), text.data(), text.size());
  copy.size_ = text.size();
  return copy;
}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this == &other) return *this;
  memory_ = std::move(other.memory_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

bool SecretText::push_back(char letter) noexcept {
  if (size_ == memory_.size()) return false;
  memory_.data()[size_++] = static_cast<std::uint8_t>(letter);
  return true;
}

void SecretText::trim() noexcept {
  constexpr std::string_view kBlank = " \t\r";
  const std::string_view text = reveal();
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return clear();
  const std::size_t kept = text.find_last_not_of(kBlank) - first + 1;
  std::memmove(memory_.data(), memory_.data() + first, kept);
  sodium_memzero(memory_.data() + kept, size_ - kept);
  size_ = kept;
}

void SecretText::clear() noexcept {
  memory_.wipe();
  size_ = 0;
}

bool SecretText::equals(const SecretText& other) const noexcept {
  if (size_ != other.size_) return false;
  return size_ == 0 || sodium_memcmp(memory_.data(), other.memory_.data(), size_) == 0;
}

}  // namespace kontor::vault
