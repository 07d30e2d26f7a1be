#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

/// Levenshtein distance: the fewest insertions, deletions and replacements that turn one word into the other.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` was most likely meant to be; empty if none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// `; did you mean 'fast'?`, or nothing where no candidate is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace kontor
