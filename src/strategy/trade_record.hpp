#pragma once

#include <cstddef>
#include <optional>

#include <boost/describe/class.hpp>

#include "portfolio/portfolio.hpp"
#include "strategy/recent_values.hpp"
#include "strategy/view.hpp"

namespace kontor::strategy {

/// The closed round trips of one strategy's own book in one instrument, from flat to flat or to the other
/// side: what each earned after fees, as a fraction of the most that its position had cost. Follows the book,
/// so it has to be shown it after every fill; what a venue liquidates it sees with the next look.
class TradeRecord {
 public:
  static constexpr std::size_t kRemembered = 1'000;  ///< the last ones count

  TradeRecord() : TradeRecord(kRemembered) {}
  explicit TradeRecord(std::size_t remembered) : returns_(remembered) {}

  void look_at(const View& view, InstrumentId instrument);
  /// What the book has earned up to the first look is none of its business: it comes to a strategy that has
  /// traded already.
  void join() noexcept { joins_ = true; }
  [[nodiscard]] std::size_t trades() const noexcept { return returns_.size(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return returns_.capacity(); }
  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return side_ >= -1 && side_ <= 1; }

  /// Kelly's fraction for trades that win and lose their averages: the position value, as a fraction of the
  /// equity, at which wealth grows fastest, f = W / loss − (1 − W) / win, with W the share of trades that won
  /// (Kelly, "A new interpretation of information rate", 1956; Thorp, 2006). Between −1000 and 1000; above
  /// that where nothing was ever lost. Zero or less: no edge.
  [[nodiscard]] double kelly_fraction() const;

 private:
  void close_trip() noexcept;

  RecentValues returns_;
  portfolio::SubBookEntry seen_;
  int side_ = 0;         ///< of the trip that is open; 0: none
  double profit_ = 0;    ///< of it so far, after fees, in quote asset
  double invested_ = 0;  ///< the most that its position has cost
  bool joins_ = false;   ///< with the next look

  BOOST_DESCRIBE_CLASS(TradeRecord, (), (), (), (returns_, seen_, side_, profit_, invested_, joins_))
};

}  // namespace kontor::strategy
