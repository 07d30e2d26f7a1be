#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "data/import_format.hpp"
#include "data/import_rows.hpp"
#include "data/import_survey.hpp"

namespace kontor::data {

/// What is known about a document before its first line is read.
struct DocumentContext {
  std::string name;    ///< path, or path:entry, for messages
  std::string symbol;  ///< take this instrument only; empty: the one in the file
  std::optional<DataKind> kind;
  std::optional<Timeframe> timeframe;
  ImportFormat format = ImportFormat::automatic;
  bool replace = false;    ///< of rows that contradict each other, the last one wins
  RecordingSurvey survey;  ///< recordings only
};

/// Turns the lines of one document into rows. Bad input is an error that names document and line. One use.
class DocumentParser {
 public:
  DocumentParser() = default;
  virtual ~DocumentParser() = default;
  DocumentParser(const DocumentParser&) = delete;
  DocumentParser& operator=(const DocumentParser&) = delete;

  /// Takes the next whole lines; 64 bytes behind them must be readable.
  [[nodiscard]] virtual Result<void> parse(std::string_view block) = 0;
  /// Ends the document: passes on what is left and warns about what was odd.
  [[nodiscard]] virtual Result<void> finish() = 0;
  [[nodiscard]] virtual ImportFormat format() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t lines() const noexcept = 0;
};

/// Looks at the first lines of a document and makes the parser for it. bad_data: the content is no known
/// format, or not the format or the kind that was asked for.
[[nodiscard]] Result<std::unique_ptr<DocumentParser>> make_parser(const DocumentContext& context,
                                                                  std::string_view first_block,
                                                                  ImportSink& sink);

}  // namespace kontor::data
