#pragma once

#include <memory>
#include <optional>

#include "net/byte_stream.hpp"
#include "net/connect_options.hpp"
#include "net/http_reader.hpp"
#include "net/io_loop.hpp"
#include "net/tcp.hpp"
#include "net/url.hpp"

namespace kontor::net {

/// Whether a proxy carries the bytes, or is asked for the address itself.
[[nodiscard]] inline bool asks_proxy_itself(const Url& url, const Proxy& proxy) {
  return !proxy.url.empty() && url.scheme == "http";
}

/// Opens one connection for a URL: looked up, connected, through the proxy, TLS spoken.
class Connector final : public StreamListener, public std::enable_shared_from_this<Connector> {
 public:
  /// The callback never comes from within this call. The options must stay as they are until it has come.
  [[nodiscard]] static std::shared_ptr<Connector> start(IoLoop& loop, const Url& url,
                                                        const ConnectOptions& options,
                                                        ConnectCallback callback);
  Connector(IoLoop& loop, const Url& url, const ConnectOptions& options, ConnectCallback callback);

  /// The callback does not come any more.
  void cancel() noexcept;

  void on_bytes() override;
  void on_end(const StreamEnd& end) override;
  void on_drained() override {}

 private:
  void begin();
  void on_connected(ConnectOutcome outcome);
  void ask_proxy();
  void start_tls();
  void fail_at(ConnectStep step, Error error, bool timed_out = false);
  void arm(ConnectStep step, DurationNs longest);
  void deliver(ConnectOutcome outcome);

  IoLoop& loop_;
  const Url url_;
  const ConnectOptions& options_;
  ConnectCallback callback_;
  std::shared_ptr<TcpConnecting> connecting_{};
  std::shared_ptr<ByteStream> stream_{};
  std::optional<HttpReader> proxy_answer_{};
  Timer timer_{};
  bool is_done_ = false;
};

}  // namespace kontor::net
