#include "vault/secret_bytes.hpp"

#include <new>

#include <sodium.h>

#include "base/assert.hpp"

namespace kontor::vault {

void require_sodium() noexcept { ASSERT(sodium_init() >= 0); }

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  require_sodium();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) throw std::bad_alloc();
  wipe();  // the library fills fresh memory with a pattern
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  sodium_free(data_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

void SecretBytes::wipe() noexcept {
  if (data_ != nullptr) sodium_memzero(data_, size_);
}

}  // namespace kontor::vault
