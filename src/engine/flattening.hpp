#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/codec.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "model/types.hpp"

namespace kontor::engine {

/// How far a retreat has come: whether entries are still to be withdrawn where trading is halted, and the
/// closing of positions, by strategy and instrument: who may try again, and when. Each position is tried once
/// and, as long as nothing of it could be closed, three times more; what is left then is left for a person.
class Flattening {
 public:
  /// Waits before the second, third and fourth attempt.
  static constexpr std::array<DurationNs, 3> kDelays = {2 * kSecond, 5 * kSecond, 10 * kSecond};

  Flattening(std::size_t strategies, std::size_t instruments)
      : instruments_(instruments), attempts_(strategies * instruments) {}

  /// True while something is to be withdrawn or closed.
  [[nodiscard]] bool is_under_way() const noexcept { return is_active_ || is_withdrawing_; }
  /// Orders that a halt does not leave are still open: their cancel is under way, was refused, or what became
  /// of them is not known yet.
  [[nodiscard]] bool is_withdrawing() const noexcept { return is_withdrawing_; }
  void set_withdrawing(bool on, TimeNs now) noexcept {
    if (on && !is_withdrawing_) next_withdrawal_ = now + kDelays.front();
    is_withdrawing_ = on;
  }
  /// True while something is to be closed.
  [[nodiscard]] bool is_active() const noexcept { return is_active_; }
  void end() noexcept { is_active_ = false; }
  /// Forgets what an earlier one has tried.
  void begin(TimeNs now) noexcept {
    is_active_ = true;
    for (auto& attempt : attempts_) attempt = {0, now, {}};
    next_withdrawal_ = now;
  }
  /// True once per two seconds: when cancels that came to nothing may be sent again.
  [[nodiscard]] bool withdraws_now(TimeNs now) noexcept {
    if (now < next_withdrawal_) return false;
    next_withdrawal_ = now + kDelays.front();
    return true;
  }
  /// True if no attempt is left for what remains of the position.
  [[nodiscard]] bool has_given_up(StrategyId strategy, InstrumentId instrument,
                                  RawQuantity remaining) const noexcept {
    const Attempt& attempt = attempts_[index(strategy, instrument)];
    return attempt.count > kDelays.size() && attempt.remaining == remaining;
  }
  /// Counts an attempt to close what remains; false while it is too early for one.
  [[nodiscard]] bool tries(StrategyId strategy, InstrumentId instrument, RawQuantity remaining,
                           TimeNs now) noexcept {
    Attempt& attempt = attempts_[index(strategy, instrument)];
    if (attempt.remaining != remaining) attempt = {0, now, remaining};
    if (now < attempt.not_before) return false;
    attempt.not_before = now + kDelays[std::min<std::size_t>(attempt.count, kDelays.size() - 1)];
    ++attempt.count;
    return true;
  }

  void save(Encoder& encoder) const {
    encode_into(encoder, attempts_);
    encode_into(encoder, next_withdrawal_);
    encode_into(encoder, is_active_);
    encode_into(encoder, is_withdrawing_);
  }
  void load(Decoder& decoder) {
    std::vector<Attempt> attempts;
    decode_from(decoder, attempts);
    if (attempts.size() != attempts_.size()) decoder.fail();
    decode_from(decoder, next_withdrawal_);
    decode_from(decoder, is_active_);
    decode_from(decoder, is_withdrawing_);
    if (!decoder.failed()) attempts_ = std::move(attempts);
  }

 private:
  struct Attempt {
    std::uint32_t count = 0;
    TimeNs not_before = 0;
    RawQuantity remaining;  ///< of the position, when it was tried last
    BOOST_DESCRIBE_CLASS(Attempt, (), (count, not_before, remaining), (), ())
  };

  [[nodiscard]] std::size_t index(StrategyId strategy, InstrumentId instrument) const noexcept {
    return strategy.index() * instruments_ + instrument.index();
  }

  std::size_t instruments_;
  std::vector<Attempt> attempts_;
  TimeNs next_withdrawal_ = 0;
  bool is_active_ = false;
  bool is_withdrawing_ = false;
};

}  // namespace kontor::engine
