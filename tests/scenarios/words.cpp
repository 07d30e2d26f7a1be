#include "tests/scenarios/words.hpp"

#include <charconv>

#include <fmt/format.h>

namespace kontor::scenario {

Words::Words(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size()) {
    const auto first = line.find_first_not_of(" \t\r", at);
    if (first == std::string_view::npos || line[first] == '#') return;
    const auto last = std::min(line.find_first_of(" \t\r", first), line.size());
    std::string_view word = line.substr(first, last - first);
    const bool comma = word.size() > 1 && word.back() == ',';
    words_.emplace_back(comma ? word.substr(0, word.size() - 1) : word);
    if (comma) words_.emplace_back(",");
    at = last;
  }
}

std::string Words::take(std::string_view what) {
  if (done()) throw ScenarioFault(fmt::format("expected {}, found the end of the line", what));
  return words_[next_++];
}

bool Words::take_if(std::string_view word) {
  if (peek() != word || done()) return false;
  ++next_;
  return true;
}

void Words::expect(std::string_view word) {
  if (!take_if(word)) throw ScenarioFault(fmt::format("expected '{}', found '{}'", word, peek()));
}

void Words::finish() const {
  if (!done()) throw ScenarioFault(fmt::format("expected the end of the line, found '{}'", peek()));
}

Decimal Words::decimal(std::string_view what) { return must(Decimal::parse(take(what))); }

Amount Words::amount(std::string_view what) { return must(Amount::parse(take(what))); }

std::uint64_t Words::number(std::string_view what) {
  const std::string word = take(what);
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (status != std::errc{} || end != word.data() + word.size()) {
    throw ScenarioFault(fmt::format("expected {} (a whole number), found '{}'", what, word));
  }
  return value;
}

DurationNs Words::duration(std::string_view what) { return must(parse_duration(take(what))); }

Timeframe Words::timeframe() { return must(Timeframe::parse(take("a timeframe"))); }

RawPrice Words::price(const Instrument& instrument) { return must(instrument.raw_price(decimal("a price"))); }

RawQuantity Words::quantity(const Instrument& instrument) {
  return must(instrument.raw_quantity(decimal("a quantity")));
}

namespace {

bool same_word(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto first = Amount::parse(a);
  const auto second = Amount::parse(b);
  return first && second && *first == *second;
}

}  // namespace

bool same_words(std::string_view a, std::string_view b) {
  const auto first = Words(a).all();
  const auto second = Words(b).all();
  return std::equal(first.begin(), first.end(), second.begin(), second.end(), same_word);
}

}  // namespace kontor::scenario
