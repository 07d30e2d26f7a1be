#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace kontor::data {

/// Which part of Binance's public archive: spot, or USDⓈ-M futures.
enum class ArchiveMarket : std::uint8_t { spot, futures };

/// What to bring in from the archive. The range is widened to whole files.
struct FetchRequest {
  std::string symbol;  ///< `BTCUSDT`
  ArchiveMarket market = ArchiveMarket::spot;
  DataKind kind = DataKind::bar;  ///< bar, trade (aggregated trades), funding (futures only)
  Timeframe timeframe;            ///< of bars
  TimeNs from = 0;
  TimeNs to = 0;     ///< first instant that is no longer wanted
  TimeNs today = 0;  ///< any instant of the current day: what is not over is not published
};

/// One file of the archive: a month, or a day of a month that is not over.
struct ArchiveFile {
  std::string path;  ///< below the archive's base address
  std::string name;  ///< `BTCUSDT-1m-2025-01.zip`
  TimeNs from = 0;
  TimeNs to = 0;
};

/// The files that hold the range, ascending: whole months where they are over, days of the current month.
/// Errors: usage (an empty range, a kind that the archive does not have, nothing that could be published
/// yet).
[[nodiscard]] Result<std::vector<ArchiveFile>> plan_fetch(const FetchRequest& request);

}  // namespace kontor::data
