#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/binance/market_messages.hpp"
#include "emulator/binance/service.hpp"
#include "emulator/binance/stream_name.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::binance {

/// Who takes messages of market streams.
class StreamReader {
 public:
  StreamReader() = default;
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;
  virtual ~StreamReader() = default;
  virtual void on_stream(const std::string& stream, const std::string& message) = 0;
};

/// The market streams of one product: who reads which, and when the next message of each is due. Told of the
/// market by whoever listens to the exchange. One thread.
class MarketStreams {
 public:
  MarketStreams(Service& service, Product product);

  /// Names that the venue does not know are read in vain.
  void subscribe(const std::string& stream, StreamReader& reader);
  void unsubscribe(const std::string& stream, StreamReader& reader);

  void on_trade(const Trade& trade);
  void on_book_change(const BookChange& change);
  void on_ticker(const TickerChange& change);
  void on_candle(const CandleChange& change);
  /// Sends what has changed and is due.
  void flush(TimeNs now);

 private:
  /// One stream that somebody reads.
  struct Channel {
    std::string text;
    StreamName name;
    std::vector<StreamReader*> readers{};
    TimeNs due = 0;        ///< before that nothing is sent
    bool changed = false;  ///< since the last message
    DepthChanges depth{};
    Book book{};                                   ///< as the changes so far have made it
    std::set<InstrumentId> changed_instruments{};  ///< of a stream of all
  };

  [[nodiscard]] bool concerns(const Channel& channel, InstrumentId instrument) const noexcept;
  template <class Visit>
  void for_each_of(InstrumentId instrument, Visit&& visit);
  void note_change(Channel& channel, InstrumentId instrument);
  void note_depth(Channel& channel, const BookChange& change);
  void send(const Channel& channel, const std::string& message);
  void send_due(Channel& channel, TimeNs now);
  [[nodiscard]] std::string message_of(Channel& channel, const ListedInstrument& listing);
  [[nodiscard]] std::string array_of(Channel& channel);
  void send_closed_candle(Channel& channel, const CandleChange& change);

  Service& service_;
  Product product_;
  std::map<std::string, std::unique_ptr<Channel>, std::less<>> channels_;
};

}  // namespace kontor::emulator::binance
