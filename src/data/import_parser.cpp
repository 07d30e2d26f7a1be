#include "data/import_parser.hpp"

#include <utility>

#include <fmt/format.h>

#include "data/csv_layout.hpp"
#include "data/import_csv.hpp"
#include "data/import_ob500.hpp"
#include "data/import_stream.hpp"

namespace kontor::data {
namespace {

/// True if a document of the format and kind found may be read as the format that was asked for.
bool acceptable(ImportFormat wanted, ImportFormat found, DataKind kind, bool has_header) noexcept {
  if (wanted == ImportFormat::automatic || wanted == found) return true;
  if (wanted == ImportFormat::csv) return has_header;
  return wanted == ImportFormat::binance_klines && found == ImportFormat::csv && kind == DataKind::bar;
}

std::unexpected<Error> bad(const DocumentContext& context, std::string_view expected,
                           std::string_view found) {
  return fail(ErrorKind::bad_data, fmt::format("{}: expected {}, found {}", context.name, expected, found));
}

/// Checks what was found against what was asked for.
Result<void> check_wanted(const DocumentContext& context, ImportFormat found, std::optional<DataKind> kind,
                          bool has_header, std::string_view holds) {
  if (context.kind && kind && *context.kind != *kind) {
    return bad(context,
               fmt::format("{} data (--kind {})", kind_name(*context.kind), kind_name(*context.kind)),
               fmt::format("{} in format {}", holds, format_name(found)));
  }
  if (!acceptable(context.format, found, kind.value_or(DataKind::book), has_header)) {
    return bad(context, fmt::format("format {}", format_name(context.format)),
               fmt::format("format {}", format_name(found)));
  }
  return {};
}

Result<std::unique_ptr<DocumentParser>> make_csv_parser(const DocumentContext& context,
                                                        std::string_view first_block, ImportSink& sink) {
  auto layout = detect_csv_layout(first_block, context.kind);
  if (!layout)
    return fail(layout.error().kind, fmt::format("{}:1: {}", context.name, layout.error().message));
  TRY_VOID(check_wanted(context, layout->format, layout->kind, layout->has_header,
                        fmt::format("{} data", kind_name(layout->kind))));
  if (layout->roles.size() > CsvScanner::kMaxFields) {
    return bad(context, fmt::format("at most {} columns", CsvScanner::kMaxFields),
               fmt::format("{}", layout->roles.size()));
  }
  return std::make_unique<CsvParser>(context, std::move(*layout), sink);
}

}  // namespace

Result<std::unique_ptr<DocumentParser>> make_parser(const DocumentContext& context,
                                                    std::string_view first_block, ImportSink& sink) {
  switch (detect_family(first_block)) {
    case ContentFamily::csv: return make_csv_parser(context, first_block, sink);
    case ContentFamily::stamped_json_lines: {
      const bool recorded = !context.kind || *context.kind == DataKind::book ||
                            *context.kind == DataKind::quote || *context.kind == DataKind::trade;
      TRY_VOID(check_wanted(context, ImportFormat::binance_stream,
                            recorded ? std::nullopt : std::optional(DataKind::book), false,
                            "a recording of book, quote and trade data"));
      return std::make_unique<StreamParser>(context, sink);
    }
    case ContentFamily::json_lines:
      if (first_block.substr(0, 200).find(R"("topic":"orderbook.)") == std::string_view::npos) break;
      TRY_VOID(check_wanted(context, ImportFormat::bybit_ob500, DataKind::book, false, "book data"));
      return std::make_unique<Ob500Parser>(context, sink);
    case ContentFamily::unknown: break;
  }
  return bad(context, fmt::format("one of the formats {}", format_names()), "content that is none of them");
}

}  // namespace kontor::data
