#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emulator/binance/api_socket.hpp"
#include "emulator/binance/market_streams.hpp"
#include "emulator/binance/request_desk.hpp"
#include "emulator/binance/service.hpp"
#include "emulator/binance/stream_socket.hpp"
#include "emulator/binance/user_streams.hpp"
#include "net/http_server.hpp"
#include "net/io_loop.hpp"

namespace kontor::emulator::binance {

struct FrontSettings {
  std::uint64_t seed = 1;
  /// Brings the venue to the present; called before each request.
  std::function<void()> catch_up{};
};

/// Serves an emulated venue by Binance's own protocol: REST of spot, wallet and USDⓈ-M, the WebSocket API and
/// the streams of both. Paths of REST are served alike on all addresses; where spot and USDⓈ-M have the same
/// stream paths, the address decides. Requests below `/emulator/` go to the control of the venue.
///
/// Venue and loop must outlive it. One thread, that of the loop.
class Front final : public ExchangeListener {
 public:
  static constexpr std::size_t kMaxSockets = 1'000;
  /// Of one address within five minutes, as the venue documents it.
  static constexpr std::size_t kMaxAttempts = 300;

  Front(EmulatedVenue& venue, net::IoLoop& loop, FrontSettings settings);
  ~Front() override;

  /// For a server of this product's address.
  [[nodiscard]] net::ServerHandlers handlers(Product product);
  /// Sends what has become due; to be called after each advance of the venue.
  void tick();
  /// Says goodbye to all sockets.
  void shut_down();

  /// Answers a request without delays and faults of the way back; what servers do at once.
  [[nodiscard]] net::HttpResponse answer(const net::ServerRequest& request);
  /// Opens a WebSocket; the socket tells by its callbacks.
  [[nodiscard]] net::UpgradeDecision upgrade(Product product, const net::ServerRequest& request);

  void on_order(const OrderEvent& event) override;
  void on_execution(const ExecutionEvent& event) override;
  void on_balance(const BalanceEvent& event) override;
  void on_position(const PositionEvent& event) override;
  void on_account_settings(const AccountSettingsEvent& event) override;
  void on_trade(const MarketTrade& event) override;
  void on_book_change(const BookChange& event) override;
  void on_ticker(const TickerChange& event) override;
  void on_candle(const CandleChange& event) override;

 private:
  /// What a product's sockets read.
  struct ProductSide {
    MarketStreams market;
    UserStreams user;
  };
  /// A request that waits for its time.
  struct Waiting {
    net::ServerRequest request;
    net::HttpResponder responder;
    RequestFault fault;
    net::Timer timer;
  };

  [[nodiscard]] ProductSide& streams(Product product) noexcept;
  void catch_up();
  void finish();
  void receive(const net::ServerRequest& request, net::HttpResponder responder);
  void work_off(const net::ServerRequest& request, const RequestFault& fault, net::HttpResponder responder);
  void reply(const DeskAnswer& answer, net::HttpResponder responder);
  void let_hang(net::HttpResponder responder);
  [[nodiscard]] std::shared_ptr<SocketPeer> make_peer(Product product, const net::ServerRequest& request);
  [[nodiscard]] net::SocketHandlers handlers_of(const std::shared_ptr<SocketPeer>& peer);
  void run_later(const std::weak_ptr<SocketPeer>& peer, DurationNs delay, std::function<void()> task);
  [[nodiscard]] bool attempts_too_often(std::string_view address);
  void forget_gone();
  void expire_listen_keys();
  void watch_maintenance();

  EmulatedVenue& venue_;
  net::IoLoop& loop_;
  FrontSettings settings_;
  Service service_;
  ProductSide spot_;
  ProductSide linear_;
  std::vector<std::shared_ptr<SocketPeer>> sockets_;
  std::vector<std::shared_ptr<SocketPeer>> gone_;  ///< until nobody can be telling them anything any more
  std::list<Waiting> waiting_;
  std::list<net::Timer> tasks_;
  std::list<net::HttpResponder> hanging_;
  std::map<std::string, std::deque<TimeNs>, std::less<>> attempts_;  ///< to open sockets, by address
  bool was_closed_ = false;
};

}  // namespace kontor::emulator::binance
