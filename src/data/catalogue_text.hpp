#pragma once

#include <cstdint>
#include <string>

#include "data/catalogue.hpp"

/// What the store holds and what was done to it, for people and for programs.
namespace kontor::data {

/// `1,234,567`.
[[nodiscard]] std::string format_count(std::uint64_t count);
/// `28.9 MB`, decimal units.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

/// An aligned table of datasets, then what is broken. Empty if there is nothing.
[[nodiscard]] std::string format_listing(const Listing& listing);
[[nodiscard]] std::string to_json(const Listing& listing, const std::filesystem::path& store);

/// `added 44,640 rows in 1 segment (2.5 MB)`, `nothing new: all 44,640 rows were there`.
[[nodiscard]] std::string format_summary(const WriteSummary& summary);
[[nodiscard]] std::string to_json(const WriteSummary& summary);

}  // namespace kontor::data
