#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "data/archive_reader.hpp"
#include "data/import_ob500.hpp"
#include "data/import_stream.hpp"

// Arbitrary bytes as lines of a recorded stream and of an order-book archive, past the detection of formats:
// batches or an error that names the document, never a crash.

namespace {

using kontor::data::Batch;

class CheckingSink final : public kontor::data::ImportSink {
 public:
  kontor::Result<void> take(std::string_view /*symbol*/, kontor::Timeframe /*timeframe*/,
                            Batch batch) override {
    ASSERT(batch.rows() > 0);
    for (const auto& column : batch.columns) ASSERT(column.size() == batch.rows());
    if (batch.kind == kontor::data::DataKind::book) {
      ASSERT((batch.column(kontor::data::BookColumn::flags).back() & kontor::data::kBookMessageEnd) != 0);
    }
    return {};
  }
  void warn(std::string message) override { ASSERT(!message.empty()); }
};

kontor::Result<void> run(kontor::data::DocumentParser& parser, std::string_view text) {
  TRY_VOID(parser.parse(text));
  return parser.finish();
}

void check(const kontor::Result<void>& result) {
  if (!result) ASSERT(result.error().message.starts_with("document"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string padded(size + kontor::data::ArchiveReader::kPadding, '\0');
  if (size != 0) std::memcpy(padded.data(), data, size);
  const std::string_view text(padded.data(), size);
  CheckingSink sink;
  kontor::data::DocumentContext context;
  context.name = "document";
  context.survey.see(text);
  kontor::data::StreamParser stream(context, sink);
  check(run(stream, text));
  kontor::data::Ob500Parser book(context, sink);
  check(run(book, text));
  return 0;
}
