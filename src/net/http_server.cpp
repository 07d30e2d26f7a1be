#include "net/http_server.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "net/server_connection.hpp"
#include "net/server_context.hpp"
#include "net/tcp.hpp"

namespace kontor::net {

std::string_view ServerRequest::path() const noexcept {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view ServerRequest::query() const noexcept {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::string_view ServerRequest::header(std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(
      headers, [&](const HttpHeader& one) { return equals_in_any_case(one.name, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

HttpResponder::HttpResponder(std::weak_ptr<ServerConnection> connection) noexcept
    : connection_(std::move(connection)) {}

HttpResponder& HttpResponder::operator=(HttpResponder&& other) noexcept {
  if (this != &other) {
    answer({.status = 500});
    connection_ = std::move(other.connection_);
  }
  return *this;
}

HttpResponder::~HttpResponder() { answer({.status = 500}); }

std::shared_ptr<ServerConnection> HttpResponder::take() noexcept {
  return std::exchange(connection_, {}).lock();
}

void HttpResponder::answer(const HttpResponse& response) {
  if (const auto connection = take()) connection->answer(response);
}
void HttpResponder::drop() {
  if (const auto connection = take()) connection->drop();
}
void HttpResponder::reset() {
  if (const auto connection = take()) connection->reset();
}
void HttpResponder::answer_truncated(const HttpResponse& response, std::size_t body_bytes) {
  if (const auto connection = take()) connection->answer_truncated(response, body_bytes);
}
void HttpResponder::answer_raw(std::string_view bytes) {
  if (const auto connection = take()) connection->answer_raw(bytes);
}

std::move_only_function<void(const ServerRequest&, HttpResponder)> ServerHandlers::at_once(
    std::move_only_function<HttpResponse(const ServerRequest&)> answer) {
  return [answer = std::move(answer)](const ServerRequest& request, HttpResponder responder) mutable {
    responder.answer(answer(request));
  };
}

/// What a server owns besides what its connections share.
struct HttpServer::Core : std::enable_shared_from_this<Core> {
  std::shared_ptr<ServerContext> context;
  std::shared_ptr<TcpListener> listener{};
  Timer grace{};
  std::move_only_function<void()> done{};

  void take_in(std::shared_ptr<ByteStream> stream) const {
    if (context->size() >= context->options.limits.connections) return stream->reset();
    const auto connection = std::make_shared<ServerConnection>(context, std::move(stream));
    context->connections.insert(connection);
    connection->start();
  }

  void drop_all() noexcept {
    const auto connections = std::exchange(context->connections, {});
    const auto sockets = std::exchange(context->sockets, {});
    for (const auto& one : connections) one->forget();
    for (const auto& one : sockets) one->forget();
  }

  void wind_down() {
    for (const auto& one : std::vector(context->connections.begin(), context->connections.end()))
      one->wind_down();
    for (const auto& one : std::vector(context->sockets.begin(), context->sockets.end())) {
      one->close(1001, "the server stops");
    }
  }

  void stopped() {
    grace.cancel();
    if (auto call = std::exchange(done, {})) context->loop.post(std::move(call));
  }
};

HttpServer::HttpServer(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}

HttpServer::~HttpServer() {
  core_->listener->stop();
  core_->grace.cancel();
  core_->context->on_fewer = nullptr;
  core_->drop_all();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(IoLoop& loop, ServerOptions options,
                                                       ServerHandlers handlers) {
  auto core = std::make_shared<Core>();
  const HostAndPort where{options.address, options.port};
  core->context = std::make_shared<ServerContext>(loop, std::move(options), std::move(handlers));
  TRY(core->listener,
      listen_tcp(loop, where, [weak = std::weak_ptr(core)](std::shared_ptr<ByteStream> stream) {
        if (const auto alive = weak.lock()) alive->take_in(std::move(stream));
      }));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

std::uint16_t HttpServer::port() const noexcept { return core_->listener->port(); }
std::size_t HttpServer::connections() const noexcept { return core_->context->size(); }

void HttpServer::stop(DurationNs grace, std::move_only_function<void()> done) {
  core_->done = std::move(done);
  core_->listener->stop();
  ServerContext& context = *core_->context;
  context.is_stopping = true;
  context.on_fewer = [weak = std::weak_ptr(core_)] {
    const auto core = weak.lock();
    if (core && core->context->size() == 0) core->stopped();
  };
  core_->wind_down();
  if (context.size() == 0) return core_->stopped();
  core_->grace = context.loop.after(grace, [core = core_] {
    core->drop_all();
    core->stopped();
  });
}

}  // namespace kontor::net
