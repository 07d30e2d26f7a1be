#include "venue_access.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "net/url.hpp"
#include "venue/budget_name.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

using live::CallEnd;
using live::CallOutcome;
using venue::ErrorClass;

/// How long Ctrl-C may go unnoticed.
constexpr DurationNs kBetweenInterruptLooks = 50 * kMillisecond;
/// Waits from here on are told.
constexpr DurationNs kUnnoticedWait = 2 * kSecond;
/// So often a question that the limits have refused is asked again.
constexpr unsigned kAskings = 5;

std::unexpected<Error> canceled() { return fail(ErrorKind::canceled, "interrupted"); }

ErrorKind kind_of(ErrorClass error_class) noexcept {
  switch (error_class) {
    case ErrorClass::unknown_outcome: return ErrorKind::bad_data;
    case ErrorClass::not_found: return ErrorKind::not_found;
    case ErrorClass::auth:
    case ErrorClass::invalid_request:
    case ErrorClass::invalid_order:
    case ErrorClass::insufficient_funds:
    case ErrorClass::duplicate_id: return ErrorKind::usage;
    case ErrorClass::ok:
    case ErrorClass::transport:
    case ErrorClass::rate_limited:
    case ErrorClass::banned:
    case ErrorClass::clock_skew:
    case ErrorClass::venue_down:
    case ErrorClass::unknown: return ErrorKind::io;
  }
  return ErrorKind::io;
}

bool wants_patience(const CallOutcome& outcome) noexcept {
  return outcome.error_class == ErrorClass::rate_limited || outcome.error_class == ErrorClass::banned;
}

/// The part of an address behind its host.
Result<std::string> moved(const std::string& address, const net::Url& to, bool is_stream) {
  if (address.empty()) return std::string();
  TRY(const net::Url own, net::Url::parse(address));
  const std::string scheme =
      is_stream ? (to.is_secure() ? "wss" : "ws") : (to.is_secure() ? "https" : "http");
  const std::string path = own.target == "/" ? "" : own.target;
  return fmt::format("{}://{}{}", scheme, to.authority(), path);
}

/// Each of the addresses at another host; paths stay.
Result<venue::Endpoints> moved_to(const venue::Endpoints& endpoints, const std::string& endpoint) {
  TRY(const net::Url to, net::Url::parse(endpoint));
  venue::Endpoints at;
  TRY(at.rest, moved(endpoints.rest, to, false));
  TRY(at.public_stream, moved(endpoints.public_stream, to, true));
  TRY(at.private_stream, moved(endpoints.private_stream, to, true));
  TRY(at.order_entry, moved(endpoints.order_entry, to, true));
  return at;
}

Result<venue::Endpoints> endpoints_of(const venue::Protocol& protocol, venue::Product product,
                                      const VenueAccessOptions& options) {
  if (!options.endpoint.empty()) return moved_to(protocol.endpoints(product), options.endpoint);
  if (options.network == "mainnet") return protocol.endpoints(product);
  return fail(ErrorKind::usage, fmt::format("--network {} wants its address: --endpoint", options.network));
}

}  // namespace

void add_venue_network_options(CLI::App& command, VenueAccessOptions& options) {
  command.add_option("--network", options.network, "mainnet, testnet or emulator")
      ->check(CLI::IsMember({"mainnet", "testnet", "emulator"}))
      ->capture_default_str();
  command.add_option("--endpoint", options.endpoint, "Address of an emulator, such as http://127.0.0.1:8090")
      ->type_name("URL");
  command.add_option("--ca", options.ca, "Certificates to trust instead of the system's (PEM)")
      ->type_name("FILE");
}

void add_venue_access_options(CLI::App& command, std::string& venue, VenueAccessOptions& options) {
  command.add_option("venue", venue, "binance or bybit; see `kontor venue list`")
      ->required()
      ->type_name("VENUE");
  command.add_option("--product", options.product, "spot, or linear (perpetual futures)")
      ->capture_default_str();
  add_venue_network_options(command, options);
}

Result<std::unique_ptr<VenueAccess>> VenueAccess::open(
    const std::string& venue, const VenueAccessOptions& options, const Globals& globals,
    std::shared_ptr<const venue::Credentials> credentials) {
  TRY(auto protocol, make_protocol(venue));
  std::unique_ptr<VenueAccess> access(new VenueAccess());
  access->venue_ = venue;
  access->is_quiet_ = globals.quiet;
  TRY(access->product_, venue::parse_product(options.product));
  TRY(access->endpoints_, endpoints_of(*protocol, access->product_, options));
  if (access->endpoints_.rest.starts_with("https") || access->endpoints_.public_stream.starts_with("wss")) {
    TRY(access->connect_.tls, net::TlsContext::for_client({.ca_file = options.ca}));
  }
  // The same files as those of sessions: what one process uses up the others do not have.
  TRY(access->budget_,
      net::SharedRateBudget::open(
          {.folder = globals.sessions.parent_path() / "rate",
           .venue = venue::budget_name(*protocol, access->product_),
           .keys = {.ip = access->endpoints_.rest, .account = credentials ? credentials->key : "public"},
           .rules = protocol->rate_rules(access->product_)},
          wall_clock()));
  access->http_ =
      std::make_unique<net::HttpClient>(access->loop_, net::HttpClientOptions{.connect = access->connect_});
  access->rest_ = std::make_unique<live::RestCaller>(
      access->loop_, *access->http_, std::move(protocol),
      live::RestCaller::Setup{.product = access->product_,
                              .endpoints = access->endpoints_,
                              .credentials = std::move(credentials),
                              .budget = access->budget_.get(),
                              .wall_clock = wall_clock,
                              .seed = static_cast<std::uint64_t>(wall_clock())});
  return access;
}

void VenueAccess::run_for(DurationNs time) {
  const DurationNs end = net::steady_now() + time;
  for (DurationNs left = time; left > 0 && !interrupted(); left = end - net::steady_now())
    loop_.run_for(std::min(left, kBetweenInterruptLooks));
}

CallOutcome VenueAccess::wait_for(const std::function<void(live::RestCaller::OnDone)>& start) {
  // Outlives this call: after Ctrl-C the answer may still come.
  auto outcome = std::make_shared<std::optional<CallOutcome>>();
  start([outcome](const CallOutcome& told) { *outcome = told; });
  while (!*outcome && !interrupted()) loop_.run_one_for(kBetweenInterruptLooks);
  return outcome->value_or(CallOutcome{.text = "interrupted"});
}

std::unexpected<Error> VenueAccess::failure_of(const CallOutcome& outcome) const {
  return fail(kind_of(outcome.error_class), fmt::format("{}: {}", venue_, outcome.text));
}

Result<void> VenueAccess::ask(const venue::Action& action, net::RateLane lane,
                              const live::RestCaller::OnMessage& on_message) {
  if (!is_prepared_) {
    TRY_VOID(prepare());
  }
  CallOutcome outcome;
  for (unsigned asking = 0; asking < kAskings; ++asking) {
    outcome = wait_for([&](auto done) { rest_->ask(action, lane, on_message, std::move(done)); });
    if (interrupted()) return canceled();
    if (outcome.end == CallEnd::answered) return {};
    if (!wants_patience(outcome)) break;
    TRY_VOID(wait_for_room(action, lane));
  }
  return failure_of(outcome);
}

Result<void> VenueAccess::prepare() {
  CallOutcome outcome;
  for (unsigned asking = 0; asking < kAskings; ++asking) {
    outcome = wait_for([&](auto done) { rest_->prepare(std::move(done)); });
    if (interrupted()) return canceled();
    is_prepared_ = outcome.end == CallEnd::answered;
    if (is_prepared_) return {};
    if (!wants_patience(outcome)) break;
    TRY_VOID(wait_for_room(venue::GetServerTime{}, net::RateLane::sync));
  }
  return failure_of(outcome);
}

Result<void> VenueAccess::wait_until(const net::WaitUntil& wait) {
  const DurationNs left = wait.time - wall_clock();
  if (left > kLongestWait)
    return fail(ErrorKind::io,
                fmt::format("{} wants silence until {}: try again then", venue_, format_time(wait.time)));
  if (left > kUnnoticedWait && !is_quiet_ && !has_told_) {
    has_told_ = true;
    fmt::print(
        stderr, "Waiting {} for the limits of {}{}.\n", format_duration(left / kSecond * kSecond), venue_,
        wait.pause == net::RatePauseReason::none
            ? ": they are shared by all processes of this machine, and taken for used up when it has just "
              "started"
            : ", which has asked for silence");
  }
  run_for(std::clamp(left, kMillisecond, kUnnoticedWait));
  return {};
}

Result<void> VenueAccess::wait_for_room(const venue::Action& action, net::RateLane lane) {
  const auto costs = rest_->protocol().rate_costs(action, product_);
  const TimeNs give_up = wall_clock() + kLongestWait;
  while (!interrupted()) {
    const auto outcome = budget_->acquire(wall_clock(), lane, costs);
    if (std::holds_alternative<net::Granted>(outcome)) return {};
    if (const auto* refused = std::get_if<net::Refused>(&outcome)) {
      if (refused->why != net::RateRefusal::unavailable)
        return fail(ErrorKind::internal, fmt::format("{}: the limits can never have room for this", venue_));
      run_for(kMillisecond);
    } else {
      TRY_VOID(wait_until(std::get<net::WaitUntil>(outcome)));
    }
    if (wall_clock() > give_up)
      return fail(ErrorKind::io,
                  fmt::format("{}: no room within the limits for {}; other processes use them up", venue_,
                              format_duration(kLongestWait)));
  }
  return canceled();
}

}  // namespace kontor::app
