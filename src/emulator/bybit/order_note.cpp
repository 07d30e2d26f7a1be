#include "emulator/bybit/order_note.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::string_view kSourceLetters = "utsr";
constexpr std::string_view kUnitLetters = "-bq";
constexpr std::size_t kLabelSize = 7;

}  // namespace

std::string OrderNote::text() const {
  return {kSourceLetters[static_cast<std::size_t>(source)],
          kUnitLetters[static_cast<std::size_t>(unit)],
          is_partial ? 'p' : '-',
          is_spot_tpsl ? 'f' : '-',
          closes_on_trigger ? 'c' : '-',
          borrows ? 'l' : '-',
          static_cast<char>('0' + direction)};
}

OrderNote OrderNote::parse(std::string_view label) noexcept {
  OrderNote note;
  if (label.size() != kLabelSize) return note;
  const std::size_t source = kSourceLetters.find(label[0]);
  const std::size_t unit = kUnitLetters.find(label[1]);
  if (source == std::string_view::npos || unit == std::string_view::npos) return note;
  note.source = static_cast<OrderSource>(source);
  note.unit = static_cast<QuantityUnit>(unit);
  note.is_partial = label[2] == 'p';
  note.is_spot_tpsl = label[3] == 'f';
  note.closes_on_trigger = label[4] == 'c';
  note.borrows = label[5] == 'l';
  note.direction = label[6] >= '0' && label[6] <= '2' ? static_cast<std::uint8_t>(label[6] - '0') : 0;
  return note;
}

}  // namespace kontor::emulator::bybit
