#include "venue_book_live.hpp"

#include <algorithm>
#include <cstdio>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/json_text.hpp"
#include "model/book.hpp"
#include "venue/live/market_hub.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

constexpr DurationNs kBetweenRedraws = 250 * kMillisecond;
/// A book that has not come by then does not come.
constexpr DurationNs kLongestWaitForBook = 30 * kSecond;

/// The book of one instrument on its way from the venue to the screen.
class BookWatch {
 public:
  BookWatch(VenueAccess& access, InstrumentTable& instruments, InstrumentId id,
            const BookWatchOptions& options)
      : access_(access),
        options_(options),
        instrument_(instruments[id]),
        is_drawn_(!options.json && !options.plain && ::isatty(STDOUT_FILENO) == 1),
        symbols_(instruments, access.venue(), access.product()),
        hub_(
            access.loop(), std::move(make_protocol(access.venue())).value(), access.rest(), instruments,
            symbols_, access.connect(), [this](const venue::Input& input) { take(input); },
            [this](const std::string& text) { note(text); }) {}

  Result<int> run() {
    TRY_VOID(hub_.open({live::Feed{.instrument = instrument_.id(), .channel = venue::Channel::book}}));
    const DurationNs began = net::steady_now();
    while (!interrupted() && !has_enough()) {
      access_.loop().run_one_for(20 * kMillisecond);
      if (updates_ == 0 && net::steady_now() - began > kLongestWaitForBook)
        return fail(ErrorKind::io,
                    fmt::format("{}: no book of {} has come within {}{}{}", access_.venue(),
                                instrument_.name().symbol, format_duration(kLongestWaitForBook),
                                last_note_.empty() ? "" : "; the last that was heard: ", last_note_));
      if (is_drawn_) draw();
    }
    is_over_ = true;
    hub_.close();
    // For the goodbye.
    access_.run_for(100 * kMillisecond);
    return 0;
  }

 private:
  [[nodiscard]] bool has_enough() const noexcept {
    return options_.updates != 0 && updates_ >= options_.updates;
  }

  void note(const std::string& text) {
    if (is_over_) return;  // that its socket closes it has asked for itself
    last_note_ = text;
    if (!is_drawn_) fmt::print(stderr, "kontor: {}\n", text);
  }

  void take(const venue::Input& input) {
    const auto* update = std::get_if<BookUpdate>(&input);
    if (update == nullptr || has_enough()) return;
    book_.apply(*update);
    ++updates_;
    ts_venue_ = update->ts_venue;
    if (is_drawn_) return;
    fmt::print("{}\n", options_.json ? json_line() : line());
    std::fflush(stdout);
  }

  [[nodiscard]] std::string text_of(const BookLevel& level) const {
    return fmt::format("{} x {}", instrument_.price(level.price).format(),
                       instrument_.quantity(level.quantity).format());
  }
  [[nodiscard]] std::string feed_text() const {
    const auto status = hub_.status(instrument_.id());
    return fmt::format("{}, {}, {} gaps", boost::describe::enum_to_string(status.state, "none"),
                       status.book_is_whole ? "whole" : "being built", status.gaps);
  }
  [[nodiscard]] std::string line() const {
    return fmt::format("{}  {} | {}  {} + {} levels  {}", format_time(ts_venue_), text_of(book_.best_bid()),
                       text_of(book_.best_ask()), book_.size(Side::buy), book_.size(Side::sell), feed_text());
  }

  [[nodiscard]] std::string side_json(Side side) const {
    std::string out = "[";
    book_.for_each_level(side, options_.depth, [&](const BookLevel& level) {
      if (out.size() > 1) out += ',';
      out += fmt::format(R"(["{}","{}"])", instrument_.price(level.price).format(),
                         instrument_.quantity(level.quantity).format());
    });
    return out + "]";
  }
  [[nodiscard]] std::string json_line() const {
    const auto status = hub_.status(instrument_.id());
    std::string out = "{\"symbol\":";
    append_json_text(out, instrument_.name().symbol);
    return out +
           fmt::format(R"(,"time":"{}","update":{},"bids":{},"asks":{},"feed":"{}","whole":{},"gaps":{}}})",
                       format_time(ts_venue_), updates_, side_json(Side::buy), side_json(Side::sell),
                       boost::describe::enum_to_string(status.state, "none"), status.book_is_whole,
                       status.gaps);
  }

  void draw() {
    const DurationNs now = net::steady_now();
    if (now - drawn_at_ < kBetweenRedraws) return;
    drawn_at_ = now;
    std::vector<std::string> bids;
    std::vector<std::string> asks;
    const auto collect = [&](Side side, std::vector<std::string>& into) {
      book_.for_each_level(side, options_.depth,
                           [&](const BookLevel& level) { into.push_back(text_of(level)); });
    };
    collect(Side::buy, bids);
    collect(Side::sell, asks);
    std::string out =
        fmt::format("\x1b[H\x1b[2J{}  {}  {} updates\n{}\n\n{:>32}   {}\n", instrument_.name().format(),
                    ts_venue_ == 0 ? "" : format_time(ts_venue_), updates_, feed_text(), "bid", "ask");
    for (std::size_t row = 0; row < std::max(bids.size(), asks.size()); ++row)
      out += fmt::format("{:>32}   {}\n", row < bids.size() ? bids[row] : "",
                         row < asks.size() ? asks[row] : "");
    if (!last_note_.empty()) out += fmt::format("\n{}\n", last_note_);
    fmt::print("{}", out);
    std::fflush(stdout);
  }

  VenueAccess& access_;
  const BookWatchOptions& options_;
  const Instrument& instrument_;
  bool is_drawn_;
  live::SymbolTable symbols_;
  live::MarketHub hub_;
  Book book_;
  TimeNs ts_venue_ = 0;
  std::uint64_t updates_ = 0;
  bool is_over_ = false;
  std::string last_note_;
  DurationNs drawn_at_ = 0;
};

}  // namespace

Result<int> watch_book(VenueAccess& access, const VenueListing& listing, const BookWatchOptions& options) {
  InstrumentTable instruments;
  TRY(const InstrumentId id, instruments.add(specification_of(listing, access)));
  TRY_VOID(access.prepare());
  return BookWatch(access, instruments, id, options).run();
}

}  // namespace kontor::app
