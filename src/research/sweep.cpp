#include "research/sweep.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

namespace kontor::research {
namespace {

/// What the threads of a sweep share: a counter of sets, and the first error.
class Sweep {
 public:
  Sweep(const PreparedBacktest& prepared, const std::vector<std::vector<strategy::Parameters>>& sets,
        const SweepOptions& options)
      : prepared_(prepared), sets_(sets), options_(options), rows_(sets.size()) {}

  Result<std::vector<SweepRow>> run() {
    const unsigned wanted = options_.threads != 0 ? options_.threads : std::thread::hardware_concurrency();
    const std::size_t count = std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(sets_.size(), 1));
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < count; ++i) threads.emplace_back([this] { work(); });
      work();
    }
    if (error_) return std::unexpected(std::move(*error_));
    return std::move(rows_);
  }

 private:
  void work() {
    while (!stopped_.load(std::memory_order_relaxed)) {
      const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
      if (index >= sets_.size()) return;
      if (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed)) {
        stop({ErrorKind::canceled, "the sweep was stopped before its end"});
        return;
      }
      run_one(index);
    }
  }

  void run_one(std::size_t index) {
    auto setup = prepared_.make_setup(sets_[index]);
    if (!setup) return stop(std::move(setup).error());
    setup->recorder.keep_details = false;
    setup->recorder.track_extremes = false;
    const auto result = run_backtest(std::move(*setup));
    if (!result) return stop(result.error());
    rows_[index] = {index,
                    result->final_equity,
                    result->fees,
                    result->max_drawdown,
                    result->fill_count,
                    static_cast<std::uint64_t>(result->round_trips.size())};
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (options_.progress) options_.progress(done_);
  }

  void stop(Error error) {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = std::move(error);
    stopped_.store(true, std::memory_order_relaxed);
  }

  const PreparedBacktest& prepared_;
  const std::vector<std::vector<strategy::Parameters>>& sets_;
  const SweepOptions& options_;
  std::vector<SweepRow> rows_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<SweepRow>> run_sweep(const PreparedBacktest& prepared,
                                        const std::vector<std::vector<strategy::Parameters>>& sets,
                                        const SweepOptions& options) {
  return Sweep(prepared, sets, options).run();
}

}  // namespace kontor::research
