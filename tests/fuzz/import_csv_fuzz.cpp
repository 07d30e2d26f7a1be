#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "data/archive_reader.hpp"
#include "data/import_parser.hpp"

// Arbitrary bytes as a CSV document of any layout: batches with columns of one length, or an error that names
// the document, never a crash. The first byte chooses the kind that is asked for and where the document is
// cut in two.

namespace {

using kontor::data::Batch;
using kontor::data::DataKind;

class CheckingSink final : public kontor::data::ImportSink {
 public:
  kontor::Result<void> take(std::string_view /*symbol*/, kontor::Timeframe /*timeframe*/,
                            Batch batch) override {
    ASSERT(batch.rows() > 0);
    for (const auto& column : batch.columns) ASSERT(column.size() == batch.rows());
    ASSERT(batch.price_scale <= 18 && batch.quantity_scale <= 18 && batch.rate_scale <= 18);
    if (batch.kind == DataKind::book) {
      ASSERT((batch.column(kontor::data::BookColumn::flags).back() & kontor::data::kBookMessageEnd) != 0);
    }
    return {};
  }
  void warn(std::string message) override { ASSERT(!message.empty()); }
};

kontor::Result<void> parse(const kontor::data::DocumentContext& context, std::string_view text,
                           std::size_t cut) {
  CheckingSink sink;
  TRY(const auto parser, kontor::data::make_parser(context, text, sink));
  // Blocks hold whole lines.
  const std::size_t line_end = text.find('\n', cut);
  const std::size_t first = line_end == std::string_view::npos ? text.size() : line_end + 1;
  TRY_VOID(parser->parse(text.substr(0, first)));
  if (first < text.size()) TRY_VOID(parser->parse(text.substr(first)));
  return parser->finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint8_t choice = data[0];
  kontor::data::DocumentContext context;
  context.name = "document";
  if (choice % 6 != 0) context.kind = static_cast<DataKind>(choice % 6 - 1);
  // Exactly the bytes that the contract lets a parser read, so that a sanitizer sees one more.
  const std::size_t length = size - 1;
  std::string padded(length + kontor::data::ArchiveReader::kPadding, '\0');
  std::memcpy(padded.data(), data + 1, length);
  const auto result = parse(context, std::string_view(padded.data(), length), choice);
  if (!result) ASSERT(result.error().message.starts_with("document"));
  return 0;
}
