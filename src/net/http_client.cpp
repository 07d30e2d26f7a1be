#include "net/http_client.hpp"

#include <map>

#include <fmt/format.h>

#include "net/http_origin.hpp"
#include "net/http_writer.hpp"
#include "net/url_text.hpp"

namespace kontor::net {
namespace {

/// Whose connections are kept at one time.
constexpr std::size_t kMaxOrigins = 64;

Result<Url> http_url(std::string_view text) {
  TRY(Url url, parse_without_telling(text));
  if (url.scheme == "http" || url.scheme == "https") return url;
  return fail(ErrorKind::usage, fmt::format("expected http or https, found {}", url.scheme));
}

}  // namespace

/// The origins of a client.
class HttpClient::Pool {
 public:
  Pool(IoLoop& loop, HttpClientOptions options)
      : loop_(loop), options_(std::make_shared<const HttpClientOptions>(std::move(options))) {}

  void send(HttpRequest request, const HttpOptions& options, HttpCallback callback);
  void prepare(std::string_view text) {
    if (const auto url = http_url(text)) {
      if (const auto origin = origin_of(*url)) (*origin)->prepare();
    }
  }
  void close() {
    for (const auto& [name, origin] : origins_) origin->close();
  }
  void forget() noexcept {
    for (const auto& [name, origin] : origins_) origin->forget();
  }
  [[nodiscard]] Counts counts() const noexcept;

 private:
  [[nodiscard]] Result<std::shared_ptr<HttpOrigin>> origin_of(const Url& url);
  void refuse(std::string_view name, Error error, HttpCallback callback);

  IoLoop& loop_;
  const std::shared_ptr<const HttpClientOptions> options_;
  std::map<std::string, std::shared_ptr<HttpOrigin>> origins_{};
};

void HttpClient::Pool::send(HttpRequest request, const HttpOptions& options, HttpCallback callback) {
  const std::string_view method = method_name(request.method);
  auto url = http_url(request.url);
  if (!url) return refuse(method, std::move(url).error(), std::move(callback));
  std::string name = fmt::format("{} {}", method, host_and_path(*url));
  if (auto checked = check_request_headers(request.headers); !checked) {
    return refuse(name, std::move(checked).error(), std::move(callback));
  }
  auto origin = origin_of(*url);
  if (!origin) return refuse(name, std::move(origin).error(), std::move(callback));
  auto job = std::make_shared<HttpJob>();
  job->url = *std::move(url);
  job->name = std::move(name);
  job->request = std::move(request);
  job->options = options;
  job->callback = std::move(callback);
  (*origin)->send(job);
}

Result<std::shared_ptr<HttpOrigin>> HttpClient::Pool::origin_of(const Url& url) {
  const std::string name = url.origin();
  if (const auto found = origins_.find(name); found != origins_.end()) return found->second;
  if (origins_.size() >= kMaxOrigins)
    std::erase_if(origins_, [](const auto& one) { return one.second->is_idle(); });
  if (origins_.size() >= kMaxOrigins) {
    return fail(ErrorKind::overflow,
                fmt::format("expected at most {} origins at one time, found more", kMaxOrigins));
  }
  return origins_.emplace(name, std::make_shared<HttpOrigin>(loop_, options_, url)).first->second;
}

void HttpClient::Pool::refuse(std::string_view name, Error error, HttpCallback callback) {
  HttpFailure failure{.error = {error.kind, fmt::format("{}: {}", name, error.message)}};
  loop_.post([failure = std::move(failure), callback = std::move(callback)]() mutable {
    callback(std::unexpected(std::move(failure)));
  });
}

HttpClient::Counts HttpClient::Pool::counts() const noexcept {
  Counts all;
  for (const auto& [name, origin] : origins_) {
    const Counts one = origin->counts();
    all.opened += one.opened;
    all.open += one.open;
    all.idle += one.idle;
    all.waiting += one.waiting;
  }
  return all;
}

HttpClient::HttpClient(IoLoop& loop, HttpClientOptions options)
    : pool_(std::make_shared<Pool>(loop, std::move(options))) {}
HttpClient::~HttpClient() { pool_->forget(); }

void HttpClient::send(HttpRequest request, const HttpOptions& options, HttpCallback callback) {
  pool_->send(std::move(request), options, std::move(callback));
}
void HttpClient::prepare(std::string_view url) { pool_->prepare(url); }
void HttpClient::close() { pool_->close(); }
HttpClient::Counts HttpClient::counts() const noexcept { return pool_->counts(); }

}  // namespace kontor::net
