#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "venue/book_sync.hpp"
#include "venue/live/conflation.hpp"
#include "venue/live/funding_watch.hpp"
#include "venue/live/rest_caller.hpp"
#include "venue/live/stream_socket.hpp"
#include "venue/live/translate.hpp"
#include "venue/venue.hpp"

namespace kontor::live {

/// Where an instrument's data comes from at the moment (M18). `stream`: its socket; `rest`: the socket has
/// been silent for kStale and the venue is asked instead; `stale`: that does not help either.
BOOST_DEFINE_FIXED_ENUM_CLASS(FeedState, std::uint8_t, none, stream, rest, stale)

/// What a session wants to see of one instrument.
struct Feed {
  InstrumentId instrument;
  venue::Channel channel = venue::Channel::trades;
  Timeframe interval{};
  std::uint32_t depth = 0;
};

/// A venue's public data over as many sockets as its rules ask for, as inputs of a session: books put into
/// order and mended, silence noticed. Belongs to the loop's thread.
class MarketHub {
 public:
  /// Nothing was heard of an instrument for so long.
  static constexpr DurationNs kStale = 10 * kSecond;
  static constexpr DurationNs kBetweenLooks = kSecond;
  using Take = std::function<void(const venue::Input&)>;
  /// Something that people should see, without being a datum: `socket lost`, `gap in the book of …`.
  using Note = std::function<void(const std::string&)>;

  MarketHub(net::IoLoop& loop, std::unique_ptr<venue::Protocol> protocol, RestCaller& rest,
            const InstrumentTable& instruments, const SymbolTable& symbols, net::ConnectOptions connect,
            Take take, Note note);

  /// Errors: usage (a feed that the venue does not have).
  [[nodiscard]] Result<void> open(const std::vector<Feed>& feeds);
  void close();
  /// Throws what is known of the instrument's book away and builds it anew.
  void resync(InstrumentId instrument);
  /// The same of all that there are.
  void resync();

  struct Status {
    FeedState state = FeedState::none;
    TimeNs heard_at = 0;
    std::uint64_t messages = 0;
    std::uint64_t gaps = 0;
    bool has_book = false;
    bool book_is_whole = false;
  };
  [[nodiscard]] Status status(InstrumentId instrument) const;

 private:
  struct Book {
    venue::BookSync sync;
    StreamSocket* socket = nullptr;  ///< that carries it
    bool is_asked = false;           ///< for a snapshot
    net::Timer again{};
  };
  struct Watched {
    FeedState state = FeedState::none;
    TimeNs heard_at = 0;
    std::uint64_t messages = 0;
    bool is_asked = false;
    std::unique_ptr<Book> book;
    FundingWatch funding{};
    venue::Ticker top{};  ///< bid and ask as they were told last; a message may have one of them only
  };
  class Sink;

  void take_message(std::string_view text);
  void take(const venue::Message& message);
  void take_ticker(InstrumentId instrument, const venue::Ticker& ticker);
  void hear(TimeNs ts_venue);
  template <class Datum>
  void tell_or_hold(const Datum& datum);
  void release_held();
  void take_book(InstrumentId instrument, const venue::BookChange& change);
  void apply_book(InstrumentId instrument, const venue::BookChange& change);
  void ask_snapshot(InstrumentId instrument);
  void build_anew(InstrumentId instrument);
  void look_for_silence();
  void ask_quote(InstrumentId instrument);
  void on_socket_lost(const std::vector<Feed>& feeds, const std::string& why);
  [[nodiscard]] Result<std::string> topic_of(const Feed& feed) const;
  [[nodiscard]] Result<void> open_sockets(const std::string& url, std::span<const Feed> feeds);
  void open_socket(const std::string& url, std::span<const Feed> feeds, std::vector<std::string> topics);

  net::IoLoop& loop_;
  std::unique_ptr<venue::Protocol> protocol_;
  RestCaller& rest_;
  const InstrumentTable& instruments_;
  const SymbolTable& symbols_;
  net::ConnectOptions connect_;
  Take take_;
  Note note_;
  std::vector<Watched> watched_;  ///< by instrument
  std::vector<std::unique_ptr<StreamSocket>> sockets_;
  std::vector<BookLevelChange> changes_;
  net::Timer look_;
  Conflation conflation_;
  net::Timer release_;
  bool is_releasing_ = false;
  TimeNs late_noted_at_ = 0;
};

}  // namespace kontor::live
