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

/// The instrument of a real recording of an order book with trades and best quotes, imported into the bench
/// store on first use; empty where there is none. Looked for in $KONTOR_TEST_DATA, else in ../shared/data.
std::string recorded_instrument();
inline constexpr const char* kNoRecording = "no recording in $KONTOR_TEST_DATA or ../shared/data";

inline constexpr TimeNs kStart = 1'735'689'600 * kSecond;  ///< 2025-01-01
inline constexpr std::uint64_t kYearOfMinutes = 525'600;

}  // namespace kontor::bench
