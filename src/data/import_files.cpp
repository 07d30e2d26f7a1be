#include "data/import_files.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "data/import_parser.hpp"

namespace kontor::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxWarnings = 1000;

Result<void> check_cancel(const ImportOptions& options) {
  if (options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed)) {
    return fail(ErrorKind::canceled, "interrupted: the store is as it was");
  }
  return {};
}

/// The venue whose archive or stream has this format; empty for the format of nobody in particular.
std::string venue_of(ImportFormat format) {
  const std::string_view name = format_name(format);
  for (const std::string_view venue : {"binance", "bybit"}) {
    if (name.starts_with(venue)) return std::string(venue);
  }
  return {};
}

/// Files the rows of a document under their dataset and passes them on to the transaction.
class TransactionSink final : public ImportSink {
 public:
  TransactionSink(const ImportOptions& options, Transaction& transaction)
      : options_(options), transaction_(transaction) {}

  void begin_document(std::string_view name, ImportFormat format) {
    document_ = name;
    venue_ = options_.venue.empty() ? venue_of(format) : options_.venue;
  }

  Result<void> take(std::string_view symbol, Timeframe timeframe, Batch batch) override {
    TRY_VOID(check_cancel(options_));
    TRY(std::string known, symbol.empty() ? named_symbol() : Result<std::string>(std::string(symbol)));
    if (venue_.empty()) {
      return fail(
          ErrorKind::usage,
          fmt::format("{}: expected --venue, because a CSV file does not say where it is from", document_));
    }
    DatasetKey key;
    key.instrument = {venue_, std::move(known)};
    key.kind = batch.kind;
    if (batch.kind == DataKind::bar) key.timeframe = timeframe;
    count(key, batch);
    auto added = transaction_.add(key, std::move(batch));
    if (!added) added.error().message = fmt::format("{}: {}", document_, added.error().message);
    return added;
  }
  void warn(std::string message) override {
    if (warnings_.size() < kMaxWarnings) warnings_.push_back(std::move(message));
  }

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::vector<std::string> take_warnings() noexcept { return std::move(warnings_); }
  [[nodiscard]] std::vector<DatasetImport> datasets() const {
    std::vector<DatasetImport> all;
    for (const auto& [key, dataset] : datasets_) all.push_back(dataset);
    return all;
  }

 private:
  Result<std::string> named_symbol() const {
    const std::size_t slash = document_.find_last_of("/:");
    auto symbol = symbol_of_archive_name(
        std::string_view(document_).substr(slash == std::string::npos ? 0 : slash + 1));
    if (symbol.empty()) {
      return fail(ErrorKind::usage,
                  fmt::format("{}: expected --instrument, because neither content nor name of the file "
                              "say which instrument this is",
                              document_));
    }
    return symbol;
  }

  void count(const DatasetKey& key, const Batch& batch) {
    const auto& times = batch.columns[time_column(batch.kind)];
    const auto [earliest, latest] = std::minmax_element(times.begin(), times.end());
    const auto [at, fresh] = datasets_.try_emplace(key, DatasetImport{key, 0, *earliest, *latest});
    DatasetImport& dataset = at->second;
    dataset.rows += times.size();
    dataset.first = std::min(dataset.first, *earliest);
    dataset.last = std::max(dataset.last, *latest);
    rows_ += times.size();
  }

  const ImportOptions& options_;
  Transaction& transaction_;
  std::string document_;
  std::string venue_;
  std::map<DatasetKey, DatasetImport> datasets_;
  std::vector<std::string> warnings_;
  std::uint64_t rows_ = 0;
};

/// Reads one file after the other into a sink.
class FileImport {
 public:
  FileImport(const ImportOptions& options, Transaction& transaction, Progress& progress)
      : options_(options), transaction_(transaction), progress_(progress), sink_(options, transaction) {}

  Result<void> run(std::span<const fs::path> files) {
    for (const fs::path& file : files) {
      std::error_code ignored;
      const auto size = fs::file_size(file, ignored);
      state_.total += ignored ? 0 : size;
    }
    for (const fs::path& file : files) TRY_VOID(import_file(file));
    if (sink_.rows() == 0) {
      return fail(ErrorKind::bad_data,
                  fmt::format("{}: expected rows of market data, found none", files.front().string()));
    }
    return {};
  }

  [[nodiscard]] TransactionSink& sink() noexcept { return sink_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return state_.total; }

 private:
  Result<void> import_file(const fs::path& file) {
    TRY(ArchiveReader reader, ArchiveReader::open(file, options_.limits));
    state_.what = file.filename().string();
    const std::uint64_t before = state_.done;
    for (std::size_t document = 0;; ++document) {
      TRY(const bool more, reader.next_document());
      if (!more) break;
      TRY_VOID(import_document(file, document, reader, before));
      TRY_VOID(transaction_.end_source());
    }
    state_.done = before + reader.packed_bytes();
    return {};
  }

  Result<void> import_document(const fs::path& file, std::size_t document, ArchiveReader& reader,
                               std::uint64_t before) {
    TRY(std::string_view block, next_content(reader));
    if (block.empty()) {
      return fail(ErrorKind::bad_data,
                  fmt::format("{}: expected market data, found an empty file", reader.document_name()));
    }
    DocumentContext context;
    context.name = reader.document_name();
    context.symbol = options_.instrument;
    context.kind = options_.kind;
    context.timeframe = options_.timeframe;
    context.format = options_.format;
    context.replace = options_.replace;
    if (detect_family(block) == ContentFamily::stamped_json_lines) {
      TRY(context.survey, survey(file, document));
    }
    TRY(const auto parser, make_parser(context, block, sink_));
    sink_.begin_document(context.name, parser->format());
    while (!block.empty()) {
      TRY_VOID(check_cancel(options_));
      TRY_VOID(parser->parse(block));
      state_.done = before + reader.packed_bytes_read();
      state_.rows = sink_.rows();
      progress_.update(state_);
      TRY(block, reader.next_block());
    }
    return parser->finish();
  }

  /// The first block of a document, without a byte-order mark.
  static Result<std::string_view> next_content(ArchiveReader& reader) {
    TRY(std::string_view block, reader.next_block());
    if (block.starts_with("\xEF\xBB\xBF")) block.remove_prefix(3);
    return block;
  }

  /// Reads a recording once ahead of the import.
  Result<RecordingSurvey> survey(const fs::path& file, std::size_t document) {
    TRY(ArchiveReader reader, ArchiveReader::open(file, options_.limits));
    for (std::size_t i = 0; i <= document; ++i) {
      TRY(const bool more, reader.next_document());
      if (!more) return fail(ErrorKind::io, fmt::format("{}: changed while it was read", file.string()));
    }
    RecordingSurvey result;
    for (;;) {
      TRY_VOID(check_cancel(options_));
      TRY(const std::string_view block, reader.next_block());
      if (block.empty()) return result;
      result.see(block);
    }
  }

  const ImportOptions& options_;
  Transaction& transaction_;
  Progress& progress_;
  TransactionSink sink_;
  ProgressState state_;
};

Result<ImportSummary> run_import(std::span<const fs::path> files, const ImportOptions& options,
                                 const Catalogue& catalogue, Progress& progress) {
  WriteOptions write;
  write.replace = options.replace;
  write.cancel = options.cancel;
  TRY(Transaction transaction, catalogue.begin(std::move(write)));
  FileImport import(options, transaction, progress);
  TRY_VOID(import.run(files));
  ImportSummary summary;
  TRY(summary.written, transaction.commit());
  summary.datasets = import.sink().datasets();
  summary.warnings = import.sink().take_warnings();
  summary.files = files.size();
  summary.bytes = import.bytes();
  return summary;
}

}  // namespace

Result<ImportSummary> import_files(std::span<const fs::path> files, const ImportOptions& options,
                                   const Catalogue& catalogue, Progress& progress) {
  if (files.empty()) return fail(ErrorKind::usage, "expected files to import, found none");
  auto summary = run_import(files, options, catalogue, progress);
  progress.finish();
  return summary;
}

std::string symbol_of_archive_name(std::string_view file_name) {
  const auto is_symbol = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  const auto end = std::find_if_not(file_name.begin(), file_name.end(), is_symbol);
  const auto length = static_cast<std::size_t>(end - file_name.begin());
  if (length < 2 || length == file_name.size() || *end != '-') return {};
  const std::string_view rest = file_name.substr(length + 1);
  const std::string_view what = rest.substr(0, rest.find_first_of("-."));
  constexpr std::string_view kKinds[] = {"trades", "aggTrades", "fundingRate"};
  const bool known = std::find(std::begin(kKinds), std::end(kKinds), what) != std::end(kKinds);
  return known || Timeframe::parse(what) ? std::string(file_name.substr(0, length)) : std::string();
}

}  // namespace kontor::data
