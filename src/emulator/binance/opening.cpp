#include "emulator/binance/opening.hpp"

#include <string>

#include "emulator/binance/request_desk.hpp"

namespace kontor::emulator::binance {
namespace {

/// Cuts the first folder off; empty: it is not that one.
bool cut_folder(std::string_view& path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  const std::string_view rest = path.substr(folder.size());
  if (!rest.empty() && rest.front() != '/') return false;
  path = rest;
  return true;
}

void read_route(StreamOpening& opening, std::string_view& path) {
  opening.route = StreamRoute::spot;
  if (opening.product == Product::spot) return;
  opening.is_routed = true;
  if (cut_folder(path, "/public"))
    opening.route = StreamRoute::public_data;
  else if (cut_folder(path, "/market"))
    opening.route = StreamRoute::market_data;
  else if (cut_folder(path, "/private"))
    opening.route = StreamRoute::private_data;
  else {
    opening.route = StreamRoute::public_data;
    opening.is_routed = false;
  }
}

void add_streams(StreamOpening& opening, std::string_view list) {
  while (!list.empty()) {
    const std::string_view stream = list.substr(0, list.find('/'));
    list.remove_prefix(std::min(list.size(), stream.size() + 1));
    if (!stream.empty() && opening.streams.size() < StreamSocket::kMaxStreams)
      opening.streams.emplace_back(stream);
  }
}

SocketOpening stream_opening(Product product, std::string_view path, const Parameters& query) {
  StreamOpening opening{.product = product};
  read_route(opening, path);
  if (cut_folder(path, "/stream")) {
    opening.is_combined = true;
  } else if (!cut_folder(path, "/ws")) {
    return std::monostate{};
  }
  // Clients with several sockets number them: `/ws/0`. That is a stream which never tells anything.
  add_streams(opening, path);
  add_streams(opening, query.text("streams"));
  if (const auto key = query.text("listenKey"); !key.empty()) opening.streams.emplace_back(key);
  return opening;
}

}  // namespace

SocketOpening opening_of(Product product, const net::ServerRequest& request) {
  const HostPath place = split_host(request.path());
  // A host that is named decides like an address of its own.
  if (place.host.find("fstream") != std::string_view::npos) product = Product::linear;
  if (place.host.starts_with("stream") || place.host.starts_with("data-stream")) product = Product::spot;
  Parameters query;
  if (!query.add_query(request.query())) return std::monostate{};
  std::string_view path = place.path;
  if (path.starts_with("/ws-api/v3") || path.starts_with("/ws-fapi/v1")) {
    ApiSocket::Opening opening;
    opening.product = path.starts_with("/ws-api") ? Product::spot : Product::linear;
    opening.address = address_of(request.peer);
    opening.returns_rate_limits = query.text("returnRateLimits") != "false";
    return opening;
  }
  return stream_opening(product, path, query);
}

}  // namespace kontor::emulator::binance
