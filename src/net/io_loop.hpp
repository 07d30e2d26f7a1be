#pragma once

#include <functional>
#include <memory>

#include "base/time.hpp"

namespace kontor::net {

struct IoContext;  ///< of the library below; known to the few sources that open sockets

/// Nanoseconds since some moment of the past; never goes back. For timeouts, not for the time of day.
[[nodiscard]] DurationNs steady_now() noexcept;

/// A call that is to come. Destroyed or canceled, it does not come. Belongs to the loop's thread.
class Timer {
 public:
  Timer() noexcept = default;
  Timer(Timer&&) noexcept = default;
  /// What was to come by the timer assigned to does not come any more.
  Timer& operator=(Timer&& other) noexcept;
  ~Timer() { cancel(); }

  /// Nothing happens where the call has come already, or was canceled.
  void cancel() noexcept;
  [[nodiscard]] bool is_pending() const noexcept;

  struct Wait;  ///< the loop's

 private:
  friend class IoLoop;
  explicit Timer(std::shared_ptr<Wait> wait) noexcept : wait_(std::move(wait)) {}

  std::shared_ptr<Wait> wait_;
};

/// The loop of the one thread that owns all sockets. Clients and servers are made with it, used on its thread
/// (or before it runs) and call back on it. They must be gone before the loop is; a loop that is destroyed
/// calls nothing back. A callback that waits for something makes everybody wait, and none may run the loop.
class IoLoop {
 public:
  using Task = std::move_only_function<void()>;

  IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;
  ~IoLoop();

  /// Runs until stop(), which may have come before.
  void run();
  /// From any thread.
  void stop();
  /// Runs whatever comes within this time, then returns; at once after stop().
  void run_for(DurationNs longest);
  /// Waits at most so long for one callback; false if none came.
  bool run_one_for(DurationNs longest);
  /// Runs what is ready, without waiting; returns how many callbacks that were. For a thread that spins.
  std::size_t poll();

  /// Calls the task on the loop's thread. From any thread; tasks of one thread keep their order.
  void post(Task task);
  /// Calls the task once after this time, or as soon as it can. On the loop's thread.
  [[nodiscard]] Timer after(DurationNs delay, Task task);
  /// The same at a moment of steady_now().
  [[nodiscard]] Timer at(DurationNs moment, Task task);

  [[nodiscard]] IoContext& context() noexcept { return *context_; }

 private:
  std::unique_ptr<IoContext> context_;
};

}  // namespace kontor::net
