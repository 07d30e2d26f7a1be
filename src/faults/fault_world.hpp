#pragma once

#include <cstdint>
#include <vector>

#include "engine/engine.hpp"
#include "simulation/feed.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::faults {

/// One instrument, its trades for some minutes, and a strategy that asks for anything; from one seed. Even
/// seeds trade spot, odd ones a perpetual with funding, margin and liquidation.
class FaultWorld {
 public:
  /// 2025-01-01T00:00:00Z.
  static constexpr TimeNs kStart = 1'735'689'600 * kSecond;

  FaultWorld(std::uint64_t seed, std::uint64_t minutes);
  FaultWorld(const FaultWorld&) = delete;
  FaultWorld& operator=(const FaultWorld&) = delete;

  [[nodiscard]] const InstrumentTable& instruments() const noexcept { return instruments_; }
  [[nodiscard]] const std::vector<simulation::FeedSource>& sources() const noexcept { return sources_; }
  [[nodiscard]] const sim::SimSettings& venue() const noexcept { return venue_; }
  /// What the account holds at the beginning.
  [[nodiscard]] Money deposit() const;
  /// A fresh engine's; every call the same.
  [[nodiscard]] engine::EngineSettings engine_settings() const;

 private:
  void add_trades(Prng& random, std::uint64_t minutes);
  void add_funding(Prng& random, std::uint64_t minutes);

  std::uint64_t seed_;
  InstrumentTable instruments_;
  std::vector<simulation::FeedSource> sources_;
  sim::SimSettings venue_;
};

}  // namespace kontor::faults
