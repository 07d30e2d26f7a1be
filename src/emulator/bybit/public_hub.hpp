#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/bybit/book_feed.hpp"
#include "emulator/bybit/ticker.hpp"
#include "emulator/bybit/topics.hpp"
#include "emulator/bybit/venue_memory.hpp"
#include "emulator/emulated_venue.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::bybit {

/// Whoever reads public topics: one socket.
class TopicReader {
 public:
  TopicReader() = default;
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;
  virtual ~TopicReader() = default;
  virtual void on_market_message(std::string_view text) = 0;
};

/// The public stream: keeps what changes and tells the readers of each topic at the venue's pace. All readers
/// of a topic get the same messages. Listens to the exchange; one thread.
class PublicHub final : public ExchangeListener {
 public:
  static constexpr std::size_t kMaxTopics = 20'000;
  static constexpr std::size_t kMaxTradesPerMessage = 1'024;

  PublicHub(EmulatedVenue& venue, VenueMemory& memory, BookTopics& books);
  ~PublicHub() override;

  /// Checks a topic; changes nothing.
  [[nodiscard]] std::expected<void, std::string> check(Product product, std::string_view topic) const;
  /// The reader gets the topic from now on, beginning with where it stands. The topic has been checked.
  void subscribe(TopicReader& reader, Product product, std::string_view topic);
  /// False: it did not read it.
  bool unsubscribe(TopicReader& reader, Product product, std::string_view topic);
  void forget(TopicReader& reader);

  /// Sends what is due by now.
  void flush();
  [[nodiscard]] std::size_t topics() const noexcept { return topics_.size(); }

  void on_execution(const ExecutionEvent& event) override;
  void on_trade(const MarketTrade& event) override;
  void on_book_change(const BookChange& event) override;
  void on_ticker(const TickerChange& event) override;
  void on_candle(const CandleChange& event) override;

 private:
  struct Topic;
  struct Key {
    Product product = Product::spot;
    std::string text;
    auto operator<=>(const Key&) const = default;
  };

  void touch(InstrumentId instrument, TopicKind kind);
  void flush_topic(Topic& topic, TimeNs now);
  void flush_book(Topic& topic, bool is_due);
  void flush_candles(Topic& topic, bool is_due);
  void flush_trades(Topic& topic);
  void send_start(Topic& topic, TopicReader& reader);
  void send(Topic& topic, const std::string& message) const;
  void drop_if_unread(const Key& key);

  EmulatedVenue& venue_;
  VenueMemory& memory_;
  BookTopics& books_;
  std::map<Key, std::unique_ptr<Topic>> topics_;
  std::vector<std::vector<Topic*>> by_instrument_;
  std::vector<RawPrice> last_trade_;
};

}  // namespace kontor::emulator::bybit
