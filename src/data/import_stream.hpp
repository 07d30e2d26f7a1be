#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "data/import_book.hpp"
#include "data/import_parser.hpp"

namespace kontor::data {

/// Reads raw recordings of Binance's public streams, spot and USDⓈ-M: a line is the receive time in
/// nanoseconds, a space, and the message as received (bare or in a combined stream's wrapper) or a depth
/// snapshot of the REST interface. One recording gives book, quotes and trades.
///
/// The venue time is the transaction time `T`, or the event time `E` where there is none. Spot's bookTicker
/// and REST snapshots have neither: theirs is the receive time less the latency of the last message that had
/// one.
class StreamParser final : public DocumentParser {
 public:
  StreamParser(DocumentContext context, ImportSink& sink);
  ~StreamParser() override;

  [[nodiscard]] Result<void> parse(std::string_view block) override;
  [[nodiscard]] Result<void> finish() override;
  [[nodiscard]] ImportFormat format() const noexcept override { return ImportFormat::binance_stream; }
  [[nodiscard]] std::uint64_t lines() const noexcept override { return line_; }

 private:
  struct Event;
  struct Json;
  struct Output;

  [[nodiscard]] Result<void> parse_line(std::string_view line);
  [[nodiscard]] Result<void> take(Event& event, std::string_view line);
  [[nodiscard]] Result<bool> take_book(Event& event, std::string_view line);
  [[nodiscard]] Result<bool> take_quote(const Event& event, std::string_view line);
  [[nodiscard]] Result<bool> take_trade(const Event& event, std::string_view line);
  [[nodiscard]] bool wanted(DataKind kind) const noexcept { return !context_.kind || *context_.kind == kind; }
  void time_event(Event& event);
  /// Venue times of one kind must not go back; they follow the order of arrival.
  [[nodiscard]] TimeNs ascending(TimeNs& last, const Event& event);
  [[nodiscard]] Result<void> flush(RowCollector& rows);
  [[nodiscard]] std::unexpected<Error> bad(std::string_view expected, std::string_view line) const;

  DocumentContext context_;
  ImportSink& sink_;
  SymbolGate gate_;
  std::unique_ptr<Json> json_;
  std::unique_ptr<Event> event_;
  std::unique_ptr<Output> output_;
  std::uint64_t line_ = 0;
  DurationNs latency_ = 0;  ///< of the last message with a venue time
};

}  // namespace kontor::data
