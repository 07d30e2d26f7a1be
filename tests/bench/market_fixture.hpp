#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "data/catalogue.hpp"
#include "research/prepare.hpp"

namespace kontor::bench {

/// A store in a temporary folder that lives as long as the process, with one year of one-minute bars of a
/// random walk (BTCUSDT@bench), and trades and an order book of one hour (TICKUSDT@bench). Made once, on
/// first use.
const data::Catalogue& bench_store();
std::filesystem::path bench_store_path();

/// Brings a configuration together with the bench store; ends the process with the error where that fails.
std::unique_ptr<const research::PreparedBacktest> prepare(const std::string& config);

/// The same against a real recording of an order book with trades, imported into the bench store; the
/// synthetic one where the folder of real data is absent. `is_real` says which.
struct BookData {
  std::string instrument;
  bool is_real = false;
};
BookData book_data();

inline constexpr std::uint64_t kYearOfMinutes = 525'600;

}  // namespace kontor::bench
