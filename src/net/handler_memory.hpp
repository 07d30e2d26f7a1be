#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace kontor::net {

/// Room for the one operation that is under way in a direction of a connection, so that waiting for the next
/// bytes costs no allocation. What does not fit, or comes while it is taken, is allocated.
class HandlerMemory {
 public:
  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;

  [[nodiscard]] void* take(std::size_t bytes) {
    if (is_taken_ || bytes > room_.size()) return ::operator new(bytes);
    is_taken_ = true;
    return room_.data();
  }
  void give_back(void* memory) noexcept {
    if (memory != room_.data()) return ::operator delete(memory);
    is_taken_ = false;
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, 1024> room_;
  bool is_taken_ = false;
};

/// The same as an allocator of the standard library, which Asio asks a handler for.
template <class T>
class HandlerAllocator {
 public:
  using value_type = T;

  explicit HandlerAllocator(HandlerMemory& memory) noexcept : memory_(&memory) {}
  template <class Other>
  HandlerAllocator(const HandlerAllocator<Other>& other) noexcept : memory_(other.memory_) {}

  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(memory_->take(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t) noexcept { memory_->give_back(memory); }
  bool operator==(const HandlerAllocator& other) const noexcept = default;

 private:
  template <class Other>
  friend class HandlerAllocator;
  HandlerMemory* memory_;
};

}  // namespace kontor::net
