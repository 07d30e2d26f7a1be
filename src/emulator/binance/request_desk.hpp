#pragma once

#include <string>
#include <string_view>

#include "emulator/binance/endpoints.hpp"
#include "emulator/binance/service.hpp"
#include "net/http_message.hpp"
#include "net/http_server.hpp"

namespace kontor::emulator::binance {

/// A request that came by REST, taken apart. Borrows the request.
struct RestRequest {
  std::string_view method{};
  std::string_view path{};  ///< without the host that clients behind a rewriting proxy put before it
  std::string_view query{};
  std::string_view body{};
  std::string_view content_type{};
  std::string_view key{};
  std::string_view address{};  ///< without the port
  const Endpoint* endpoint = nullptr;

  [[nodiscard]] static RestRequest of(const net::ServerRequest& request);
};

/// `/https://api.binance.com/api/v3/time` is `/api/v3/time` at the host `api.binance.com`.
struct HostPath {
  std::string_view host;  ///< empty: there was none
  std::string_view path;
};
[[nodiscard]] HostPath split_host(std::string_view path) noexcept;
/// `127.0.0.1` of `127.0.0.1:40122`.
[[nodiscard]] std::string_view address_of(std::string_view peer) noexcept;

/// The outcome of a request, before faults of the way back.
struct DeskAnswer {
  net::HttpResponse response;
  bool placed_order = false;  ///< it placed orders, and they were taken
};

/// Counts, checks and works off a request of the REST interface; `fault` is what the fault switch wants of
/// it.
[[nodiscard]] DeskAnswer answer_rest(Service& service, const RestRequest& request, const RequestFault& fault);

/// Counts a request against the limits of a product.
[[nodiscard]] LimitVerdict count_request(Service& service, Product product, const RestRequest& request,
                                         const Parameters& parameters);

/// What the fault switch wants of a request, and who made it.
struct FaultedRequest {
  RequestAction action = RequestAction::proceed;
  DurationNs retry_after_ns = 0;
  std::string_view address;
};
/// True where the request is answered with fault_error() at once.
[[nodiscard]] bool is_refused_before_looking(RequestAction fault) noexcept;
[[nodiscard]] ApiError fault_error(Service& service, Product product, const FaultedRequest& request);
/// The order refusal that the fault switch asks for.
[[nodiscard]] ApiError made_up_rejection(Product product);
/// The venue does not say whether an order has been taken.
[[nodiscard]] ApiError unknown_outcome();
[[nodiscard]] net::HttpResponse error_response(const ApiError& error);

}  // namespace kontor::emulator::binance
