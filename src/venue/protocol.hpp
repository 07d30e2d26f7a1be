#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http_message.hpp"
#include "net/rate_budget_outcome.hpp"
#include "venue/action.hpp"
#include "venue/message.hpp"
#include "venue/product.hpp"

namespace kontor::venue {

/// What signs requests. The secret is overwritten when it goes.
struct Credentials {
  std::string key;
  std::string secret;
  ~Credentials();
};

/// Where a venue is spoken to: `https://…` and `wss://…` without a path at the end that an adapter adds.
struct Endpoints {
  std::string rest;
  std::string public_stream;
  std::string private_stream;
  std::string order_entry;  ///< requests over a socket; empty: the venue has none for the product
};

/// What a request is made with, besides the action.
struct RequestContext {
  Product product = Product::spot;
  TimeNs clock = 0;                          ///< now, by the venue's clock
  const Credentials* credentials = nullptr;  ///< nothing: actions that need a signature are refused
  const Endpoints* endpoints = nullptr;      ///< nothing: the venue's own
  std::string_view id{};                     ///< becomes the client order id of an order that has none
};

/// What a message answers; `stream` is everything that comes over a socket, public or private, and says
/// itself what it is. `error` is a refusal of whatever was asked.
BOOST_DEFINE_FIXED_ENUM_CLASS(MessageKind, std::uint8_t, stream, error, server_time, instruments, ticker,
                              candles, book, trades, place, batch_place, amend, cancel, batch_cancel,
                              cancel_all, countdown_cancel, balance, positions, open_orders, order, fills,
                              leverage, margin_mode, position_mode, funding_rate, funding_history,
                              funding_payments, fees, key_permissions, order_counts, listen_key)

/// The kind of the answer to an action.
[[nodiscard]] MessageKind answer_of(const Action& action) noexcept;

/// What a message is read with, besides its text.
struct MessageContext {
  Product product = Product::spot;
  MessageKind kind = MessageKind::stream;
  unsigned http_status = 200;  ///< of an answer over HTTP
  /// What was asked about, where the answer does not repeat it (candles, books).
  std::string_view symbol{};
  Timeframe interval{};
};

/// Which orders the venue keeps at places of their own, where they have to be asked for and canceled.
struct OrderPlaces {
  bool conditional_apart = false;  ///< OrderChoice::is_conditional says so
  /// The venue forgets orders that have ended where it is asked for open ones: only OrderChoice::is_ended
  /// proves that there is none.
  bool ended_apart = false;
};

/// How the venue cancels what waits when it hears no more of us. `by_instrument`: it is told again and again,
/// for each. `by_connection`: once; it counts from the loss of the private sockets that read its topic.
enum class DeadMan : std::uint8_t { none, by_instrument, by_connection };

/// Whether a venue can do something, and what to know about it.
struct Capability {
  std::string_view name;  ///< `order.stop_market`, `cancel_all`, `dead_man_switch`
  bool spot = false;
  bool linear = false;
  std::string_view note{};
};

/// What an answer says about the venue's limits.
struct LimitReading {
  /// How much of a rule is used, by its place.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> used{};
  DurationNs pause_ns = 0;  ///< nothing is to be sent for so long; 0: the venue does not say so
  net::RatePauseReason reason = net::RatePauseReason::none;
};

/// What is subscribed to on a socket.
BOOST_DEFINE_FIXED_ENUM_CLASS(Channel, std::uint8_t, trades, book, ticker, candles, quotes, mark)
struct Subscription {
  Channel channel = Channel::trades;
  std::string symbol;
  Timeframe interval{};     ///< candles
  std::uint32_t depth = 0;  ///< book; 0: all that the venue keeps up to date
  auto operator<=>(const Subscription&) const = default;
};

/// How the updates of a book hang together (M18). `next_id`: each begins behind the last number of the one
/// before, and a snapshot is asked for. `previous_id`: each names the last number of the one before, and a
/// snapshot is asked for. `snapshot_in_stream`: the stream begins with a snapshot, and each update has the
/// next number.
BOOST_DEFINE_FIXED_ENUM_CLASS(BookRule, std::uint8_t, next_id, previous_id, snapshot_in_stream)

/// How a socket of the venue is kept (M18); zero: the venue names no such rule.
struct StreamRules {
  std::uint32_t topics_per_socket = 0;
  std::uint32_t topics_per_request = 0;
  std::uint32_t text_per_socket = 0;  ///< characters of all topics together
  DurationNs between_requests = 0;
  DurationNs ping_every = 0;          ///< we send ping_text(); 0: the venue pings
  DurationNs silence_until_dead = 0;  ///< nothing at all was heard
  DurationNs longest_life = 0;
  BookRule book = BookRule::snapshot_in_stream;
};

/// A venue's language, without a network: what to send for an action, and what a message says. Everything
/// here is a function of its arguments; parsers keep buffers, so an object belongs to one thread.
class Protocol {
 public:
  Protocol() = default;
  Protocol(const Protocol&) = delete;
  Protocol& operator=(const Protocol&) = delete;
  virtual ~Protocol() = default;

  [[nodiscard]] virtual std::string_view venue() const noexcept = 0;
  [[nodiscard]] virtual std::span<const Capability> capabilities() const noexcept = 0;
  [[nodiscard]] virtual const Endpoints& endpoints(Product product) const noexcept = 0;
  [[nodiscard]] virtual OrderPlaces order_places(Product product) const noexcept = 0;
  [[nodiscard]] virtual DeadMan dead_man_switch(Product product) const noexcept = 0;
  /// The topic of the private socket for DeadMan::by_connection; else empty.
  [[nodiscard]] virtual std::string_view dead_man_topic(Product /*product*/) const noexcept { return {}; }
  /// The venue's table of errors.
  [[nodiscard]] virtual std::span<const ErrorRule> errors() const noexcept = 0;

  /// Errors: usage (what the venue cannot do, with the reason; what is missing in the action; no
  /// credentials).
  [[nodiscard]] virtual Result<net::HttpRequest> encode(const Action& action,
                                                        const RequestContext& context) = 0;
  /// The limits that the venue has published, as far as they are known before it is asked (M4).
  [[nodiscard]] virtual std::vector<net::RateRule> rate_rules(Product product) const = 0;
  /// What the action takes of these, by their places.
  [[nodiscard]] virtual std::vector<net::RateCost> rate_costs(const Action& action,
                                                              Product product) const = 0;
  /// What an answer says about the use of these, and whether the venue wants silence.
  [[nodiscard]] virtual LimitReading read_limits(const net::HttpResponse& response,
                                                 Product product) const = 0;
  /// Gives the sink everything that the message says. A refusal of the venue is a VenueError, not an error.
  /// Errors: bad_data (not what the venue is known to send; what the sink was given before is true).
  [[nodiscard]] virtual Result<void> decode(std::string_view text, const MessageContext& context,
                                            MessageSink& sink) = 0;

  [[nodiscard]] virtual StreamRules stream_rules(Product product) const noexcept = 0;
  /// The address of the socket that carries these, all of one kind of socket.
  [[nodiscard]] virtual Result<std::string> stream_url(Product product, std::span<const Subscription> topics,
                                                       const Endpoints& endpoints) const = 0;
  /// The venue's name of a topic.
  [[nodiscard]] virtual Result<std::string> topic(Product product,
                                                  const Subscription& subscription) const = 0;
  /// The message that subscribes to topics, or ends it.
  [[nodiscard]] virtual std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id,
                                                   bool subscribes) const = 0;
  /// The message that keeps the socket alive.
  [[nodiscard]] virtual std::string ping_text(std::uint64_t id) const = 0;
  /// The address of the private socket; venues that open it by a listen key are given one.
  [[nodiscard]] virtual std::string private_url(Product product, const Endpoints& endpoints,
                                                std::string_view listen_key) const = 0;
  /// The messages that a private socket begins with: sign in, then subscribe.
  [[nodiscard]] virtual std::vector<std::string> private_greeting(const RequestContext& context,
                                                                  std::uint64_t id) const = 0;
};

}  // namespace kontor::venue
