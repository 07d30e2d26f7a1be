#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "base/assert.hpp"
#include "base/codec.hpp"
#include "emulator/binance/request_json.hpp"
#include "venue/book_sync.hpp"
#include "venue/live/listed_rules.hpp"
#include "venue/live/order_filters.hpp"
#include "venue/live/translate.hpp"
#include "venue/message_json.hpp"
#include "venue/protocol.hpp"

// Arbitrary text as a message of a venue. The first three characters say what it is read as: the kind (`A` is
// the first one of MessageKind), the product (`0` spot, `1` linear) and the status of HTTP (by its place in
// kStatuses); the rest is the message.
namespace kontor::fuzz {

using venue::Message;

inline constexpr std::size_t kSelectorBytes = 3;

inline venue::MessageContext message_context_of(std::string_view selector) {
  constexpr unsigned kStatuses[] = {200, 400, 403, 418, 429, 500, 503, 401};
  constexpr auto kKinds = boost::mp11::mp_size<boost::describe::describe_enumerators<venue::MessageKind>>();
  const auto number = [&](std::size_t place, char first, std::size_t count) {
    return static_cast<unsigned char>(selector[place] - first) % count;
  };
  return {.product = number(1, '0', 2) == 0 ? venue::Product::spot : venue::Product::linear,
          .kind = static_cast<venue::MessageKind>(number(0, 'A', kKinds.value)),
          .http_status = kStatuses[number(2, '0', std::size(kStatuses))],
          .symbol = "BTCUSDT",
          .interval = {kHour}};
}

inline InstrumentTable one_instrument_of(std::string_view venue, venue::Product product) {
  InstrumentTable table;
  InstrumentSpecification coin;
  coin.name = {std::string(venue), "BTCUSDT"};
  coin.kind = product == venue::Product::spot ? InstrumentKind::spot : InstrumentKind::linear_perpetual;
  coin.base = "BTC";
  coin.quote = "USDT";
  coin.tick = Decimal{1, 2};
  coin.step = Decimal{1, 5};
  coin.min_quantity = Decimal{1, 5};
  coin.min_notional = Decimal{5, 0};
  coin.max_leverage = Decimal{10, 0};
  const auto added = table.add(coin);
  ASSERT(added.has_value());
  return table;
}

template <class T>
void check_value(const T& value) {
  if constexpr (std::is_same_v<T, Decimal>) {
    ASSERT(value.is_valid());
    const auto again = Decimal::parse(value.format());
    ASSERT(again && again->units == value.units && again->scale == value.scale);
  } else if constexpr (std::is_same_v<T, bool>) {
    ASSERT(static_cast<unsigned char>(value) <= 1);
  } else if constexpr (std::is_enum_v<T>) {
    ASSERT(boost::describe::enum_to_string(value, nullptr) != nullptr);
  } else if constexpr (kontor::detail::is_instance<T, std::optional>::value) {
    if (value) check_value(*value);
  } else if constexpr (std::is_same_v<T, std::span<const venue::BookLevel>>) {
    for (const venue::BookLevel& level : value) {
      check_value(level.price);
      check_value(level.quantity);
    }
  }
}

/// Goes on with a message as a session does: into raw units, and a book into its order.
class Translation {
 public:
  Translation(std::string_view venue, venue::Product product, venue::BookRule rule)
      : table_(one_instrument_of(venue, product)), book_(rule), filters_(table_) {}

  void take(const Message& message) {
    std::visit([this](const auto& said) { translate(said); }, message);
  }

 private:
  template <class T>
  void translate(const T& /*said*/) {}
  void translate(const venue::PublicTrade& said) {
    if (const auto trade = live::trade_of(instrument(), said, 1)) filters_.hear(*trade);
  }
  void translate(const venue::Candle& said) { static_cast<void>(live::bar_of(instrument(), said, 1)); }
  void translate(const venue::Ticker& said) {
    if (const auto quote = live::quote_of(instrument(), said, 1)) filters_.hear(*quote);
  }
  void translate(const venue::Execution& said) {
    static_cast<void>(live::fill_of(table_, InstrumentId(0), OrderId(1), said));
  }
  void translate(const venue::OrderReport& said) {
    static_cast<void>(live::state_of(instrument(), OrderId(1), said));
    static_cast<void>(live::report_of(instrument(), OrderId(1), said));
  }
  void translate(const venue::InstrumentListed& said) {
    check_orders(said);
    const auto terms = live::terms_of(instrument(), said);
    if (terms && table_.change(InstrumentId(0), *terms)) ASSERT(instrument().terms() == *terms);
  }
  void translate(const venue::BookChange& said) {
    book_.take(said, [this](const venue::BookChange& fitting) {
      std::vector<BookLevelChange> changes;
      const auto added = live::add_changes(instrument(), fitting, changes);
      ASSERT(!added || changes.size() == fitting.bids.size() + fitting.asks.size());
    });
  }
  /// Whatever the rules are, they can be held against an order.
  void check_orders(const venue::InstrumentListed& said) {
    InstrumentTable made;
    static_cast<void>(made.add(live::specification_of(said, {"venue", "MADE"}, instrument().kind())));
    filters_.learn(InstrumentId(0), said);
    for (const OrderType type : {OrderType::limit, OrderType::market, OrderType::stop_limit}) {
      NewOrder order;
      order.id = OrderId(1);
      order.instrument = InstrumentId(0);
      order.type = type;
      order.quantity = RawQuantity(100'000);
      order.limit_price = order.trigger_price = RawPrice(5'000'000);
      static_cast<void>(filters_.admit(order));
    }
  }
  [[nodiscard]] const Instrument& instrument() const { return table_[InstrumentId(0)]; }

  InstrumentTable table_;
  venue::BookSync book_;
  live::OrderFilters filters_;
};

/// Keeps the line that each message is shown as, which is one JSON object.
class CheckingSink final : public venue::MessageSink {
 public:
  explicit CheckingSink(Translation& translation) : translation_(translation) {}

  void take(const Message& message) override {
    std::visit(
        [](const auto& said) {
          using Said = std::remove_cvref_t<decltype(said)>;
          boost::mp11::mp_for_each<kontor::detail::described_members<Said>>(
              [&](auto member) { check_value(said.*member.pointer); });
        },
        message);
    lines.push_back(venue::format_json(message));
    ASSERT(emulator::binance::read_members(lines.back()).has_value());
    translation_.take(message);
  }
  std::vector<std::string> lines;

 private:
  Translation& translation_;
};

/// What `protocol` reads in it; the last line is the error, if there is one.
inline std::vector<std::string> lines_of(venue::Protocol& protocol, std::string_view text,
                                         const venue::MessageContext& context) {
  Translation translation(protocol.venue(), context.product, protocol.stream_rules(context.product).book);
  CheckingSink sink(translation);
  const auto result = protocol.decode(text, context, sink);
  if (!result) {
    ASSERT(result.error().kind == ErrorKind::bad_data);
    ASSERT(result.error().message.starts_with(protocol.venue()));
    sink.lines.push_back(result.error().message);
  }
  return std::move(sink.lines);
}

/// Messages, or an error that names the venue: never a crash, numbers that print and read as themselves, and
/// nothing of the messages that the same parser read before.
template <class MakeProtocol>
void check_message(const std::uint8_t* data, std::size_t size, MakeProtocol&& make_protocol) {
  static const std::unique_ptr<venue::Protocol> used = make_protocol();
  if (size < kSelectorBytes) return;
  const std::string input(data, data + size);
  const venue::MessageContext context = message_context_of(input);
  const std::string_view text = std::string_view(input).substr(kSelectorBytes);
  const std::unique_ptr<venue::Protocol> fresh = make_protocol();
  ASSERT(lines_of(*used, text, context) == lines_of(*fresh, text, context));
  const venue::LimitReading limits = used->read_limits(
      {.status = context.http_status, .headers = {}, .body = std::string(text)}, context.product);
  ASSERT(limits.pause_ns >= 0 && limits.pause_ns <= 4 * kDay);
}

}  // namespace kontor::fuzz
