#include <algorithm>

#include <fmt/format.h>

#include "base/json_text.hpp"
#include "command.hpp"
#include "venue_check_probe.hpp"
#include "venue_listing.hpp"

namespace kontor::app {
namespace {

struct VenueCheckOptions {
  std::string venue;
  VenueAccessOptions access;
  bool json = false;
};

/// One limit of those that count by address: what is used of it, by our own books and the venue's.
struct LimitLine {
  std::string name;
  net::RateUsage usage{};
  std::optional<std::uint64_t> stated{};
};

struct VenueFacts {
  VenueProbe probe;
  std::vector<LimitLine> limits{};
  std::size_t listed = 0;
  std::size_t trading = 0;
};

double milliseconds_of(DurationNs time) {
  return static_cast<double>(time) / static_cast<double>(kMillisecond);
}

bool is_clock_worrisome(const VenueProbe& probe) noexcept {
  return std::abs(probe.clock_offset_ns) > kWorrisomeOffset;
}

std::vector<LimitLine> limits_of(VenueAccess& access, const VenueProbe& probe) {
  std::vector<LimitLine> lines;
  const auto rules = access.rest().protocol().rate_rules(access.product());
  for (std::uint32_t place = 0; place < rules.size(); ++place) {
    if (rules[place].scope != net::RateScope::ip) continue;
    const auto usage = access.budget().usage(wall_clock(), place);
    if (!usage) continue;
    LimitLine line{rules[place].name, *usage};
    for (const auto& [rule, used] : probe.stated) {
      if (rule == place) line.stated = used;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<VenueFacts> facts_of(VenueAccess& access, const VenueProbe& probe) {
  VenueFacts facts{.probe = probe};
  TRY(const auto listings, read_listings(access));
  facts.listed = listings.size();
  facts.trading = static_cast<std::size_t>(std::ranges::count_if(listings, [](const VenueListing& one) {
    return one.terms.status == venue::InstrumentStatus::trading;
  }));
  facts.limits = limits_of(access, probe);
  return facts;
}

std::string head_json(const VenueAccess& access, bool is_reachable) {
  std::string out = "{\"venue\":";
  append_json_text(out, access.venue());
  out += fmt::format(R"(,"product":"{}","address":)",
                     access.product() == venue::Product::spot ? "spot" : "linear");
  append_json_text(out, access.endpoints().rest);
  out += fmt::format(R"(,"reachable":{})", is_reachable);
  return out;
}

void print_facts_json(const VenueAccess& access, const VenueFacts& facts) {
  std::string out = head_json(access, true);
  out += fmt::format(R"(,"connection_ms":{:.3f},"round_trip_ms":{:.3f})",
                     milliseconds_of(facts.probe.connection_ns), milliseconds_of(facts.probe.round_trip_ns));
  out +=
      fmt::format(R"(,"clock":{{"offset_ms":{:.3f},"uncertainty_ms":{:.3f},"verdict":"{}"}},"limits":[)",
                  milliseconds_of(facts.probe.clock_offset_ns), milliseconds_of(facts.probe.uncertainty_ns),
                  is_clock_worrisome(facts.probe) ? "warn" : "ok");
  for (const LimitLine& line : facts.limits) {
    if (out.back() != '[') out += ',';
    out += "{\"rule\":";
    append_json_text(out, line.name);
    out += fmt::format(R"(,"used":{},"limit":{},"stated":{}}})", line.usage.used, line.usage.limit,
                       line.stated ? std::to_string(*line.stated) : "null");
  }
  fmt::print("{}],\"instruments\":{{\"listed\":{},\"trading\":{}}}}}\n", out, facts.listed, facts.trading);
}

void print_facts(const VenueAccess& access, const VenueFacts& facts) {
  fmt::print("{} {} at {}: answers\n", access.venue(),
             access.product() == venue::Product::spot ? "spot" : "linear", access.endpoints().rest);
  fmt::print("  {:<12} {:.1f} ms for name, connection and TLS; then {:.1f} ms for a question\n", "network",
             milliseconds_of(facts.probe.connection_ns), milliseconds_of(facts.probe.round_trip_ns));
  fmt::print("  {:<12} the venue's is {:+.1f} ms from ours (± {:.1f} ms): {}\n", "clock",
             milliseconds_of(facts.probe.clock_offset_ns), milliseconds_of(facts.probe.uncertainty_ns),
             is_clock_worrisome(facts.probe) ? "too far" : "good");
  for (const LimitLine& line : facts.limits) {
    const std::string stated = line.stated ? fmt::format("; the venue says {}", *line.stated) : std::string();
    fmt::print("  {:<12} {} of {} used{}\n", line.name, line.usage.used, line.usage.limit, stated);
  }
  fmt::print("  {:<12} {} listed, {} of them trading\n", "instruments", facts.listed, facts.trading);
}

int tell_silence(const VenueAccess& access, const VenueSilence& silence, bool json) {
  if (json) {
    std::string out = head_json(access, false);
    out += ",\"error\":";
    append_json_text(out, silence.error.message);
    out += ",\"advice\":";
    append_json_text(out, silence.advice);
    fmt::print("{}}}\n", out);
  } else {
    fmt::print(stderr, "kontor: {}\n", silence.error.message);
    if (!silence.advice.empty()) fmt::print(stderr, "kontor: {}\n", silence.advice);
  }
  return silence.error.kind == ErrorKind::canceled ? exit_code(silence.error.kind) : 1;
}

Result<int> check_venue(const VenueCheckOptions& options, const Globals& globals) {
  TRY(const auto access, VenueAccess::open(options.venue, options.access, globals));
  watch_interrupt();
  const auto probe = probe_venue(*access);
  if (!probe) return tell_silence(*access, probe.error(), options.json);
  TRY(const auto facts, facts_of(*access, *probe));
  if (options.json) {
    print_facts_json(*access, facts);
  } else {
    print_facts(*access, facts);
  }
  if (is_clock_worrisome(*probe))
    fmt::print(
        stderr,
        "kontor: warning: the clocks differ by {:.0f} ms; venues refuse orders whose time is off: let the "
        "system keep its clock (timedatectl set-ntp true)\n",
        milliseconds_of(std::abs(probe->clock_offset_ns)));
  return 0;
}

}  // namespace

void add_venue_check(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "check",
                  "Whether a venue answers: how fast, how far its clock is off, what is used of its limits",
                  "  kontor venue check binance\n"
                  "  kontor venue check bybit --product linear --json\n"
                  "  kontor venue check binance --endpoint http://127.0.0.1:8090      an emulator\n"
                  "Exit code 1 where the venue does not answer.\n");
  auto options = std::make_shared<VenueCheckOptions>();
  add_venue_access_options(*command, options->venue, options->access);
  command->add_flag("--json", options->json, "As JSON");
  set_action(*command, globals, [options, &globals] { return check_venue(*options, globals); });
}

}  // namespace kontor::app
