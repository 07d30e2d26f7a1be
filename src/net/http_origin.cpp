#include "net/http_origin.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::net {
namespace {

HttpStep step_of(ConnectStep step) noexcept {
  switch (step) {
    case ConnectStep::resolve: return HttpStep::resolve;
    case ConnectStep::connect: return HttpStep::connect;
    case ConnectStep::proxy: return HttpStep::proxy;
    case ConnectStep::tls: return HttpStep::tls;
  }
  return HttpStep::connect;
}

HttpFailure not_sent(HttpStep step, bool timed_out, Error error) {
  return {.delivery = Delivery::not_sent, .step = step, .timed_out = timed_out, .error = std::move(error)};
}

}  // namespace

void HttpOrigin::send(const std::shared_ptr<HttpJob>& job) {
  jobs_.insert(job);
  job->whole =
      loop_.after(job->options.whole_ns, [self = shared_from_this(), job] { self->on_whole_timeout(job); });
  if (waiting_.empty() && start(job)) return;
  if (waiting_.size() < options_->queue_per_origin) return waiting_.push_back(job);
  loop_.post([self = shared_from_this(), job] {
    self->over(
        job, std::unexpected(not_sent(
                 HttpStep::queue, false,
                 {ErrorKind::overflow, fmt::format("expected at most {} requests that wait for a connection, "
                                                   "found the queue full",
                                                   self->options_->queue_per_origin)})));
  });
}

bool HttpOrigin::start(const std::shared_ptr<HttpJob>& job) {
  if (const Connection connection = take_idle()) {
    exchange(job, connection);
    return true;
  }
  if (open_ >= options_->connections_per_origin) return false;
  open_for(job);
  return true;
}

HttpOrigin::Connection HttpOrigin::take_idle() {
  while (!idle_.empty()) {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->wake()) return connection;
    --open_;
  }
  return nullptr;
}

void HttpOrigin::open_for(const std::shared_ptr<HttpJob>& job) {
  ++open_;
  ++opened_;
  job->connector = Connector::start(
      loop_, url_, options_->connect,
      [self = shared_from_this(), job](ConnectOutcome outcome) { self->on_opened(job, std::move(outcome)); });
}

void HttpOrigin::on_opened(const std::shared_ptr<HttpJob>& job, ConnectOutcome outcome) {
  job->connector.reset();
  if (outcome) {
    return exchange(job,
                    std::make_shared<HttpConnection>(loop_, *std::move(outcome), options_->max_header_bytes));
  }
  --open_;
  ConnectFailure failure = std::move(outcome).error();
  const auto self = shared_from_this();
  start_waiting();
  over(job, std::unexpected(not_sent(step_of(failure.step), failure.timed_out, std::move(failure.error))));
}

void HttpOrigin::exchange(const std::shared_ptr<HttpJob>& job, const Connection& connection) {
  job->connection = connection;
  const bool asks_proxy = asks_proxy_itself(job->url, options_->connect.proxy);
  const RequestTarget target{
      .url = job->url,
      .is_absolute = asks_proxy,
      .proxy_authorization =
          asks_proxy ? std::string_view(options_->connect.proxy.authorization) : std::string_view()};
  connection->exchange(job->request, target, job->options,
                       [self = shared_from_this(), job](HttpOutcome outcome, bool may_go_on) {
                         self->on_finished(job, std::move(outcome), may_go_on);
                       });
}

void HttpOrigin::on_finished(const std::shared_ptr<HttpJob>& job, HttpOutcome outcome, bool may_go_on) {
  const auto self = shared_from_this();
  const Connection connection = std::exchange(job->connection, nullptr);
  if (may_go_on) {
    keep(connection);
  } else {
    --open_;
  }
  start_waiting();
  over(job, std::move(outcome));
}

void HttpOrigin::keep(const Connection& connection) {
  idle_.push_back(connection);
  connection->rest(options_->idle_ns, [weak = weak_from_this(), raw = connection.get()] {
    if (const auto self = weak.lock()) self->drop_idle(raw);
  });
}

void HttpOrigin::drop_idle(const HttpConnection* connection) {
  const auto found = std::ranges::find(idle_, connection, &Connection::get);
  if (found == idle_.end()) return;
  idle_.erase(found);
  --open_;
}

void HttpOrigin::start_waiting() {
  while (!waiting_.empty() && start(waiting_.front())) waiting_.pop_front();
}

void HttpOrigin::on_whole_timeout(const std::shared_ptr<HttpJob>& job) {
  if (job->is_over) return;
  const auto self = shared_from_this();
  HttpFailure failure =
      give_up(*job, true,
              {ErrorKind::io, fmt::format("expected the whole answer within {}, found it missing",
                                          format_duration(job->options.whole_ns))});
  start_waiting();
  over(job, std::unexpected(std::move(failure)));
}

HttpFailure HttpOrigin::give_up(HttpJob& job, bool timed_out, Error error) {
  if (job.connection) {
    --open_;
    return std::exchange(job.connection, nullptr)->give_up(timed_out, std::move(error));
  }
  if (job.connector) {
    --open_;
    std::exchange(job.connector, nullptr)->cancel();
    return not_sent(HttpStep::connect, timed_out, std::move(error));
  }
  std::erase_if(waiting_, [&](const auto& one) { return one.get() == &job; });
  return not_sent(HttpStep::queue, timed_out, std::move(error));
}

void HttpOrigin::over(const std::shared_ptr<HttpJob>& job, HttpOutcome outcome) {
  if (job->is_over) return;
  job->is_over = true;
  job->whole.cancel();
  jobs_.erase(job);
  if (!outcome) outcome.error().error.message.insert(0, job->name + ": ");
  HttpCallback callback = std::move(job->callback);
  callback(std::move(outcome));
}

void HttpOrigin::prepare() {
  if (open_ > 0) return;
  ++open_;
  ++opened_;
  preparing_ =
      Connector::start(loop_, url_, options_->connect, [self = shared_from_this()](ConnectOutcome outcome) {
        self->preparing_.reset();
        if (outcome) {
          const auto connection = std::make_shared<HttpConnection>(self->loop_, *std::move(outcome),
                                                                   self->options_->max_header_bytes);
          self->keep(connection);
        } else {
          --self->open_;
        }
        self->start_waiting();
      });
}

void HttpOrigin::close() {
  for (const auto& job : std::vector(jobs_.begin(), jobs_.end())) {
    HttpFailure failure =
        give_up(*job, false, {ErrorKind::canceled, "expected an answer, found the client closed"});
    loop_.post([self = shared_from_this(), job, failure = std::move(failure)]() mutable {
      self->over(job, std::unexpected(std::move(failure)));
    });
  }
  if (preparing_) {
    std::exchange(preparing_, nullptr)->cancel();
    --open_;
  }
  open_ -= idle_.size();
  for (const Connection& connection : std::exchange(idle_, {})) connection->close();
}

void HttpOrigin::forget() noexcept {
  for (const auto& job : std::exchange(jobs_, {})) {
    job->is_over = true;
    job->whole.cancel();
    if (job->connector) std::exchange(job->connector, nullptr)->cancel();
    if (job->connection) std::exchange(job->connection, nullptr)->close();
  }
  waiting_.clear();
  if (preparing_) std::exchange(preparing_, nullptr)->cancel();
  for (const Connection& connection : std::exchange(idle_, {})) connection->close();
}

HttpClient::Counts HttpOrigin::counts() const noexcept {
  return {.opened = opened_, .open = open_, .idle = idle_.size(), .waiting = waiting_.size()};
}

}  // namespace kontor::net
