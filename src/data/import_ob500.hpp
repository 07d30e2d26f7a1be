#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "data/import_book.hpp"
#include "data/import_parser.hpp"

namespace kontor::data {

/// Reads Bybit's order-book archive (`ob500`): one JSON message per line, a snapshot and then the changes,
/// numbered without a hole by `u`. `cts`, the time of the matching engine, is the venue time, and `ts`, when
/// the message was sent, the receive time; where `cts` is missing, `ts` is both. Where numbers are missing
/// the next message is marked as a snapshot, so that the book starts over.
class Ob500Parser final : public DocumentParser {
 public:
  Ob500Parser(DocumentContext context, ImportSink& sink);
  ~Ob500Parser() override;

  [[nodiscard]] Result<void> parse(std::string_view block) override;
  [[nodiscard]] Result<void> finish() override;
  [[nodiscard]] ImportFormat format() const noexcept override { return ImportFormat::bybit_ob500; }
  [[nodiscard]] std::uint64_t lines() const noexcept override { return line_; }

 private:
  struct Message;
  struct Json;

  [[nodiscard]] Result<void> parse_line(std::string_view line);
  [[nodiscard]] Result<void> take(Message& message);
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] std::unexpected<Error> bad(std::string_view expected, std::string_view line) const;

  DocumentContext context_;
  ImportSink& sink_;
  RowCollector rows_;
  OrderWatch order_;
  SymbolGate gate_;
  std::unique_ptr<Json> json_;
  std::unique_ptr<Message> message_;
  std::optional<std::int64_t> last_id_;
  std::uint64_t line_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t first_gap_line_ = 0;
  bool snapshot_seen_ = false;
  bool starts_over_ = false;  ///< the next changes replace the book
};

}  // namespace kontor::data
