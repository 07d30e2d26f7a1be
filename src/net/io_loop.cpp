#include "net/io_loop.hpp"

#include <chrono>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/io_context.hpp"

namespace kontor::net {

DurationNs steady_now() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Timer::Wait {
  Wait(IoContext& context, IoLoop::Task call) : timer(context.io), task(std::move(call)) {}

  boost::asio::steady_timer timer;
  IoLoop::Task task;
  bool is_pending = true;
};

namespace {

/// What the loop keeps of a wait. A loop that is destroyed lets go of the task: it may hold who holds the
/// timer.
class Alarm {
 public:
  explicit Alarm(std::shared_ptr<Timer::Wait> wait) noexcept : wait_(std::move(wait)) {}
  Alarm(Alarm&&) noexcept = default;
  Alarm& operator=(Alarm&&) = delete;
  ~Alarm() {
    if (wait_) static_cast<void>(take());
  }
  // An error only says canceled, and then the wait is not pending any more.
  void operator()(const boost::system::error_code&) {
    if (IoLoop::Task task = take()) task();
  }

 private:
  [[nodiscard]] IoLoop::Task take() noexcept {
    const auto wait = std::exchange(wait_, nullptr);
    wait->is_pending = false;
    return std::move(wait->task);
  }

  std::shared_ptr<Timer::Wait> wait_;
};

}  // namespace

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    cancel();
    wait_ = std::move(other.wait_);
  }
  return *this;
}

void Timer::cancel() noexcept {
  // What the task holds may own this timer: the wait goes first, its task last.
  const std::shared_ptr<Wait> wait = std::exchange(wait_, nullptr);
  if (!wait || !wait->is_pending) return;
  wait->is_pending = false;
  const IoLoop::Task forgotten = std::move(wait->task);
  wait->timer.cancel();
}

bool Timer::is_pending() const noexcept { return wait_ && wait_->is_pending; }

IoLoop::IoLoop() : context_(std::make_unique<IoContext>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() { context_->io.run(); }
void IoLoop::stop() { context_->io.stop(); }
void IoLoop::run_for(DurationNs longest) { context_->io.run_for(std::chrono::nanoseconds(longest)); }
bool IoLoop::run_one_for(DurationNs longest) {
  return context_->io.run_one_for(std::chrono::nanoseconds(longest)) > 0;
}
std::size_t IoLoop::poll() { return context_->io.poll(); }

void IoLoop::post(Task task) { boost::asio::post(context_->io, std::move(task)); }

Timer IoLoop::after(DurationNs delay, Task task) { return at(steady_now() + delay, std::move(task)); }

Timer IoLoop::at(DurationNs moment, Task task) {
  auto wait = std::make_shared<Timer::Wait>(*context_, std::move(task));
  wait->timer.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(moment)));
  wait->timer.async_wait(Alarm(wait));
  return Timer(std::move(wait));
}

}  // namespace kontor::net
