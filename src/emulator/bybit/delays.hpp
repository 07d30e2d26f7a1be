#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "base/time.hpp"
#include "net/io_loop.hpp"

namespace kontor::emulator::bybit {

/// Tasks that wait for their time. Destroyed, they do not come any more. On the loop's thread.
class Delays {
 public:
  static constexpr std::size_t kMaxWaiting = 20'000;

  explicit Delays(net::IoLoop& loop) noexcept : loop_(loop) {}

  /// Without a delay, or with too many waiting already, the task comes from within the call.
  void after(DurationNs delay, std::move_only_function<void()> task) {
    if (delay <= 0 || waiting_->size() >= kMaxWaiting) {
      task();
      return;
    }
    const std::uint64_t number = ++last_;
    // The task may end everything that is around it: what it needs is taken out of the table first.
    net::Timer timer =
        loop_.after(delay, [waiting = std::weak_ptr(waiting_), number, task = std::move(task)]() mutable {
          std::move_only_function<void()> own = std::move(task);
          if (const auto table = waiting.lock()) table->erase(number);
          own();
        });
    waiting_->emplace(number, std::move(timer));
  }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_->size(); }

 private:
  net::IoLoop& loop_;
  std::shared_ptr<std::map<std::uint64_t, net::Timer>> waiting_ =
      std::make_shared<std::map<std::uint64_t, net::Timer>>();
  std::uint64_t last_ = 0;
};

}  // namespace kontor::emulator::bybit
