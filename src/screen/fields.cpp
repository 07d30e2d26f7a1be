#include "screen/fields.hpp"

#include <algorithm>
#include <string>

namespace kontor::screen {
namespace {

constexpr std::size_t kFieldGap = 2;

std::size_t total(const std::vector<Field>& fields) {
  std::size_t cells = fields.empty() ? 0 : kFieldGap * (fields.size() - 1);
  for (const auto& field : fields) cells += width_of(field.content);
  return cells;
}

}  // namespace

Line joined(std::vector<Field> fields, std::size_t width) {
  std::erase_if(fields, [](const Field& field) { return width_of(field.content) == 0; });
  while (fields.size() > 1 && total(fields) > width)
    fields.erase(std::ranges::max_element(fields, {}, [](const Field& field) { return field.rank; }));
  Line line;
  for (const auto& field : fields) {
    if (!line.empty()) line.push_back({std::string(kFieldGap, ' '), Style::plain});
    line.insert(line.end(), field.content.begin(), field.content.end());
  }
  return clip(line, width);
}

Line spread(const Line& left, const Line& right, std::size_t width) {
  const Line end = clip(right, width);
  const std::size_t taken = width_of(end);
  Line line = clip(left, width - std::min(width, taken + 1));
  line.push_back({std::string(width - width_of(line) - taken, ' '), Style::plain});
  line.insert(line.end(), end.begin(), end.end());
  return line;
}

}  // namespace kontor::screen
