#include "net/http_connection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "net/html.hpp"

namespace kontor::net {
namespace {

/// Answers of status 1xx before the one that counts.
constexpr unsigned kMaxInterimAnswers = 8;

bool is_success(unsigned status) noexcept { return status / 100 == 2; }
bool is_interim(unsigned status) noexcept { return status / 100 == 1; }

}  // namespace

void HttpConnection::rest(DurationNs longest, std::move_only_function<void()> closed) {
  closed_ = std::move(closed);
  timer_ = loop_.after(longest, [self = shared_from_this()] { self->on_end({}); });
  stream_->set_listener(this);
  stream_->start_reading();
}

bool HttpConnection::wake() noexcept {
  timer_.cancel();
  closed_ = nullptr;
  if (!stream_->is_stale()) return true;
  close();
  return false;
}

void HttpConnection::exchange(const HttpRequest& request, const RequestTarget& target,
                              const HttpOptions& options, Finished finished) {
  options_ = options;
  finished_ = std::move(finished);
  reader_.emplace(HttpReader::Kind::response, HttpReaderLimits{max_header_bytes_, options.max_body_bytes});
  interim_answers_ = 0;
  is_busy_ = true;
  is_written_ = false;
  stream_->forget_sent();
  stream_->set_read_limit(2 * std::max(max_header_bytes_, ByteStream::kFirstBuffer));
  stream_->set_listener(this);
  append_request(stream_->outbox(), request, target);
  wait_for(HttpStep::write, options.write_ns, "expected it to take the request");
  stream_->start_reading();  // before writing: what it says when it refuses the rest of a request is heard
  stream_->flush();
}

void HttpConnection::wait_for(HttpStep step, DurationNs longest, std::string_view what) {
  step_ = step;
  timer_ = loop_.after(longest, [self = shared_from_this(), longest, what] {
    self->conclude(
        std::unexpected(self->give_up(true, {ErrorKind::io, fmt::format("{} within {}, found nothing", what,
                                                                        format_duration(longest))})),
        false);
  });
}

void HttpConnection::on_drained() {
  if (!is_busy_) return;
  is_written_ = true;
  if (step_ == HttpStep::write) wait_for(HttpStep::first_byte, options_.first_byte_ns, "expected an answer");
}

void HttpConnection::on_bytes() {
  const auto self = shared_from_this();
  if (!is_busy_) return on_end({});  // nobody has asked anything
  if (step_ != HttpStep::body) {
    step_ = HttpStep::body;
    timer_.cancel();
  }
  read();
}

void HttpConnection::read() {
  while (is_busy_) {
    const auto bytes = stream_->unread();
    const auto used = reader_->feed({bytes.data(), bytes.size()});
    if (!used) return end_with(used.error().kind, used.error().message);
    stream_->consume(*used);
    if (!reader_->is_done()) return;
    if (!is_interim(reader_->status())) return answered();
    if (++interim_answers_ > kMaxInterimAnswers || reader_->status() == 101) {
      return end_with(ErrorKind::bad_data,
                      fmt::format("expected an answer, found status {}", reader_->status()));
    }
    reader_.emplace(HttpReader::Kind::response, HttpReaderLimits{max_header_bytes_, options_.max_body_bytes});
  }
}

void HttpConnection::answered() {
  // Bytes after the answer belong to nothing that was asked.
  const bool may_go_on =
      is_written_ && reader_->keeps_alive() && stream_->is_open() && stream_->unread().empty();
  HttpResponse response{
      .status = reader_->status(), .headers = reader_->headers(), .body = reader_->take_body()};
  if (is_success(response.status) && !options_.accepts_html && is_html(response)) {
    HttpFailure wrong = failure(
        false, {ErrorKind::bad_data, fmt::format("expected data, found a page of HTML with status {}{}",
                                                 response.status, html_title(response.body))});
    wrong.found.headers = std::move(response.headers);
    return conclude(std::unexpected(std::move(wrong)), may_go_on);
  }
  conclude(std::move(response), may_go_on);
}

void HttpConnection::on_end(const StreamEnd& end) {
  const auto self = shared_from_this();
  if (!is_busy_) {
    auto closed = std::move(closed_);
    close();
    if (closed) closed();
    return;
  }
  // A body without a length ends with the connection, if that ends as it should.
  if (reader_->has_header() && end.is_orderly && reader_->finish()) return answered();
  const Error error = cut_off(end);
  end_with(error.kind, error.message);
}

Error HttpConnection::cut_off(const StreamEnd& end) const {
  if (!reader_->has_header()) return {ErrorKind::io, "expected an answer, found: " + end.error.message};
  const auto headers = reader_->headers();
  const auto length = std::ranges::find_if(
      headers, [](const HttpHeader& one) { return equals_in_any_case(one.name, "Content-Length"); });
  return {ErrorKind::bad_data,
          fmt::format("expected a body{}, found {} bytes of it and then: {}",
                      length == headers.end() ? "" : fmt::format(" of {} bytes", length->value),
                      reader_->body_bytes(), end.error.message)};
}

void HttpConnection::end_with(ErrorKind kind, std::string message) {
  conclude(std::unexpected(give_up(false, {kind, std::move(message)})), false);
}

HttpFailure HttpConnection::failure(bool timed_out, Error error) const {
  HttpFailure failure{.delivery = stream_->may_have_sent() ? Delivery::unknown : Delivery::not_sent,
                      .step = step_,
                      .timed_out = timed_out,
                      .error = std::move(error)};
  if (reader_ && reader_->has_header()) {
    failure.found.status = reader_->status();
    failure.found.headers = reader_->headers();
  }
  return failure;
}

HttpFailure HttpConnection::give_up(bool timed_out, Error error) {
  HttpFailure known = failure(timed_out, std::move(error));
  stream_->close();
  timer_.cancel();
  is_busy_ = false;
  return known;
}

void HttpConnection::conclude(HttpOutcome outcome, bool may_go_on) {
  const auto self = shared_from_this();
  is_busy_ = false;
  timer_.cancel();
  reader_.reset();
  if (!may_go_on) {
    // Nobody reads the rest of a request that was answered before it had left.
    is_written_ ? stream_->finish() : stream_->close();
  }
  Finished finished = std::move(finished_);
  finished_ = nullptr;
  if (finished) finished(std::move(outcome), may_go_on);
}

void HttpConnection::close() noexcept {
  is_busy_ = false;
  stream_->close();
  timer_.cancel();
}

}  // namespace kontor::net
