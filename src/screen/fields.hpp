#pragma once

#include <vector>

#include "screen/line.hpp"

namespace kontor::screen {

/// A piece of a line that is there as a whole or not at all.
struct Field {
  Line content;
  int rank = 0;  ///< where there is no place for all, the highest goes first
};

/// As many fields as there is place for, in their order, with a gap between them.
[[nodiscard]] Line joined(std::vector<Field> fields, std::size_t width);
/// `left` and `right` at both ends of the line; where both do not fit, `left` is cut.
[[nodiscard]] Line spread(const Line& left, const Line& right, std::size_t width);

}  // namespace kontor::screen
