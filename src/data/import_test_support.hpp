#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "data/import_parser.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data::test {

using kontor::test::read_file;
using kontor::test::write_file;

/// Keeps what a parser makes, all batches of a kind joined at their largest scales.
class MemorySink final : public ImportSink {
 public:
  Result<void> take(std::string_view symbol, Timeframe timeframe, Batch batch) override {
    symbols.emplace_back(symbol);
    timeframes.push_back(timeframe);
    ++batches;
    const auto [at, fresh] = rows_.try_emplace(batch.kind, batch.kind);
    if (fresh) {
      at->second = std::move(batch);
      return {};
    }
    EXPECT_EQ(at->second.price_scale, batch.price_scale);
    EXPECT_EQ(at->second.quantity_scale, batch.quantity_scale);
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      at->second.columns[i].insert(at->second.columns[i].end(), batch.columns[i].begin(),
                                   batch.columns[i].end());
    }
    return {};
  }
  void warn(std::string message) override { warnings.push_back(std::move(message)); }

  /// All rows of a kind; an empty batch if there were none.
  [[nodiscard]] const Batch& rows(DataKind kind) { return rows_.try_emplace(kind, kind).first->second; }

  std::vector<std::string> symbols;
  std::vector<Timeframe> timeframes;
  std::vector<std::string> warnings;
  std::size_t batches = 0;

 private:
  std::map<DataKind, Batch> rows_;
};

/// Parses a document that is given as text, in blocks of `lines_per_block` lines.
inline Result<void> parse_text(std::string_view text, MemorySink& sink, DocumentContext context = {},
                               std::size_t lines_per_block = 1'000'000) {
  if (context.name.empty()) context.name = "file";
  std::string padded(text);
  padded.append(64, '\0');
  std::string_view rest(padded.data(), text.size());
  if (detect_family(rest) == ContentFamily::stamped_json_lines) context.survey.see(rest);
  TRY(const auto parser, make_parser(context, rest, sink));
  while (!rest.empty()) {
    std::size_t end = 0;
    for (std::size_t line = 0; line < lines_per_block && end < rest.size(); ++line) {
      const std::size_t line_end = rest.find('\n', end);
      end = line_end == std::string_view::npos ? rest.size() : line_end + 1;
    }
    TRY_VOID(parser->parse(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return parser->finish();
}

inline std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(::deflateBound(&stream, text.size()), '\0');
  std::string input(text);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

inline std::string zstd(std::string_view text) {
  std::string packed(::ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ::ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  EXPECT_EQ(::ZSTD_isError(size), 0U);
  packed.resize(size);
  return packed;
}

/// A zip file of (name, content) pairs; a name that ends in '/' is a folder.
inline void write_zip(const std::filesystem::path& path,
                      const std::vector<std::pair<std::string, std::string>>& entries) {
  ::archive* const zip = ::archive_write_new();
  ASSERT_EQ(::archive_write_set_format_zip(zip), ARCHIVE_OK);
  ASSERT_EQ(::archive_write_open_filename(zip, path.c_str()), ARCHIVE_OK);
  for (const auto& [name, content] : entries) {
    ::archive_entry* const entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, name.c_str());
    ::archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    ::archive_entry_set_perm(entry, 0644);
    ::archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    ASSERT_EQ(::archive_write_header(zip, entry), ARCHIVE_OK);
    ASSERT_EQ(::archive_write_data(zip, content.data(), content.size()),
              static_cast<la_ssize_t>(content.size()));
    ::archive_entry_free(entry);
  }
  ASSERT_EQ(::archive_write_free(zip), ARCHIVE_OK);
}

}  // namespace kontor::data::test
