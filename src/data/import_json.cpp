#include "data/import_json.hpp"

namespace kontor::data::json {
namespace {

bool read_level(simdjson::ondemand::value level, bool sell, std::vector<BookChange>& changes) {
  simdjson::ondemand::array cells;
  if (level.get_array().get(cells) != simdjson::SUCCESS) return false;
  BookChange change;
  change.sell = sell;
  std::size_t count = 0;
  for (auto item : cells) {
    Value cell;
    if (item.get(cell) != simdjson::SUCCESS) return false;
    if (count == 0 && !read(cell, change.price)) return false;
    if (count == 1 && !read(cell, change.quantity)) return false;
    ++count;
  }
  if (count < 2) return false;
  changes.push_back(change);
  return true;
}

}  // namespace

bool read_levels(Value& value, bool sell, std::vector<BookChange>& changes) {
  simdjson::ondemand::array levels;
  if (value.get_array().get(levels) != simdjson::SUCCESS) return false;
  for (auto item : levels) {
    Value level;
    if (item.get(level) != simdjson::SUCCESS || !read_level(level, sell, changes)) return false;
  }
  return true;
}

}  // namespace kontor::data::json
