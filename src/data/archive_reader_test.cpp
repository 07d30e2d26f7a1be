#include "data/archive_reader.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/import_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using kontor::test::TemporaryFolder;
using test::gzip;
using test::write_file;
using test::write_zip;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// Reads all documents of a file; every block must hold whole lines and be followed by readable padding.
Result<std::vector<std::pair<std::string, std::string>>> read_all(const std::filesystem::path& path,
                                                                  const ArchiveLimits& limits = {}) {
  TRY(ArchiveReader reader, ArchiveReader::open(path, limits));
  std::vector<std::pair<std::string, std::string>> documents;
  for (;;) {
    TRY(const bool more, reader.next_document());
    if (!more) return documents;
    auto& [name, content] = documents.emplace_back(reader.document_name(), "");
    for (;;) {
      TRY(const std::string_view block, reader.next_block());
      if (block.empty()) break;
      EXPECT_TRUE(content.empty() || content.back() == '\n') << "a block began inside a line";
      content += block;
      volatile char last = block.data()[block.size() + ArchiveReader::kPadding - 1];
      static_cast<void>(last);
    }
  }
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += fmt::format("{},{},{}\n", i, i * 7919 % 10007, std::string(i % 90, 'x'));
  return text;
}

class ArchiveReaderTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(ArchiveReaderTest, GivesTheSameLinesWhateverThePacking) {
  for (const std::size_t count : {0UL, 1UL, 50UL, 20'000UL}) {
    const std::string text = lines(count);
    write_file(folder_ / "plain", text);
    write_file(folder_ / "gzip", gzip(text));
    write_file(folder_ / "zstd", test::zstd(text));
    write_zip(folder_ / "zip", {{"a.csv", text}});
    for (const char* const name : {"plain", "gzip", "zstd", "zip"}) {
      const auto documents = read_all(folder_ / name);
      ASSERT_TRUE(documents) << name << ": " << documents.error().message;
      ASSERT_EQ(documents->size(), 1U) << name;
      EXPECT_EQ(documents->front().second, text) << name << " of " << count << " lines";
    }
  }
}

TEST_F(ArchiveReaderTest, ReadsTheLastLineWithoutLineEnd) {
  const std::string text = lines(9000) + "last";
  write_file(folder_ / "plain", text);
  write_file(folder_ / "gzip", gzip(text));
  EXPECT_EQ(read_all(folder_ / "plain")->front().second, text);
  EXPECT_EQ(read_all(folder_ / "gzip")->front().second, text);
}

TEST_F(ArchiveReaderTest, ReadsPlainFilesOfEverySizeAroundThePage) {
  for (std::size_t size = 4096 * 3 - 70; size < 4096 * 3 + 70; ++size) {
    std::string text(size, 'a');
    for (std::size_t i = 99; i < size; i += 100) text[i] = '\n';
    write_file(folder_ / "plain", text);
    ASSERT_EQ(read_all(folder_ / "plain")->front().second, text) << size;
  }
}

TEST_F(ArchiveReaderTest, JoinsGzipMembersAndZstdFrames) {
  write_file(folder_ / "gzip", gzip("a\n") + gzip("") + gzip("b\n"));
  write_file(folder_ / "zstd", test::zstd("a\n") + test::zstd("b\n"));
  EXPECT_EQ(read_all(folder_ / "gzip")->front().second, "a\nb\n");
  EXPECT_EQ(read_all(folder_ / "zstd")->front().second, "a\nb\n");
}

TEST_F(ArchiveReaderTest, GivesEveryFileOfAZip) {
  write_zip(folder_ / "zip", {{"folder/", ""}, {"folder/a.csv", "1\n2\n"}, {"../../b.csv", "3\n"}});
  const std::string path = (folder_ / "zip").string();
  EXPECT_THAT(*read_all(folder_ / "zip"),
              ElementsAre(Pair(path + ":folder/a.csv", "1\n2\n"), Pair(path + ":../../b.csv", "3\n")));
}

TEST_F(ArchiveReaderTest, RefusesEveryTruncation) {
  const std::string text = lines(400);
  write_zip(folder_ / "whole.zip", {{"a.csv", text}});
  const std::vector<std::pair<std::string, std::string>> files{
      {"gzip", gzip(text)}, {"zstd", test::zstd(text)}, {"zip", test::read_file(folder_ / "whole.zip")}};
  for (const auto& [name, content] : files) {
    // A zip that lost only its directory can still be read front to back; its data must all be there then.
    for (std::size_t size = 8; size < content.size(); size += 13) {
      write_file(folder_ / name, content.substr(0, size));
      const auto documents = read_all(folder_ / name);
      if (documents && name == "zip") {
        ASSERT_EQ(documents->front().second, text) << size;
        continue;
      }
      ASSERT_FALSE(documents) << name << " cut to " << size;
      EXPECT_EQ(documents.error().kind, ErrorKind::bad_data);
      EXPECT_THAT(documents.error().message, HasSubstr((folder_ / name).string()));
      EXPECT_THAT(documents.error().message, HasSubstr("truncated")) << size;
    }
  }
}

TEST_F(ArchiveReaderTest, RefusesChangedBytes) {
  const std::string text = lines(400);
  write_zip(folder_ / "whole.zip", {{"a.csv", text}});
  for (std::string content : {gzip(text), test::read_file(folder_ / "whole.zip")}) {
    content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 0x55);
    write_file(folder_ / "file", content);
    const auto documents = read_all(folder_ / "file");
    ASSERT_FALSE(documents);
    EXPECT_EQ(documents.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(documents.error().message, HasSubstr("broken"));
  }
}

TEST_F(ArchiveReaderTest, RefusesBombs) {
  const std::string zeros(8U << 20U, '\n');
  ArchiveLimits limits;
  limits.ratio_free_bytes = 1U << 20U;
  write_file(folder_ / "gzip", gzip(zeros));
  write_file(folder_ / "zstd", test::zstd(zeros));
  write_zip(folder_ / "zip", {{"a", zeros}});
  for (const char* const name : {"gzip", "zstd", "zip"}) {
    EXPECT_TRUE(read_all(folder_ / name)) << "allowed by the usual limits";
    const auto documents = read_all(folder_ / name, limits);
    ASSERT_FALSE(documents) << name;
    EXPECT_EQ(documents.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(documents.error().message, HasSubstr("refused"));
  }
  ArchiveLimits small;
  small.max_unpacked_bytes = 1000;
  EXPECT_FALSE(read_all(folder_ / "gzip", small));
}

TEST_F(ArchiveReaderTest, RefusesEndlessLinesAndTooManyEntries) {
  ArchiveLimits limits;
  limits.max_line_bytes = 1U << 20U;
  limits.max_documents = 2;
  write_file(folder_ / "plain", std::string(3U << 20U, 'a'));
  write_file(folder_ / "gzip", gzip(std::string(3U << 20U, 'a')));
  write_zip(folder_ / "zip", {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  for (const char* const name : {"plain", "gzip"}) {
    const auto documents = read_all(folder_ / name, limits);
    ASSERT_FALSE(documents) << name;
    EXPECT_THAT(documents.error().message, HasSubstr("without a line end"));
  }
  EXPECT_THAT(read_all(folder_ / "zip", limits).error().message, HasSubstr("at most 2 entries"));
}

TEST_F(ArchiveReaderTest, NamesWhatItCannotRead) {
  write_file(folder_ / "xz", std::string("\xfd\x37zXZ\0\0\0", 8));
  write_zip(folder_ / "empty.zip", {});
  write_file(folder_ / "tail", gzip("a\n") + "more");
  EXPECT_THAT(read_all(folder_ / "xz").error().message, HasSubstr("found xz"));
  EXPECT_THAT(read_all(folder_ / "empty.zip").error().message, HasSubstr("found none"));
  EXPECT_THAT(read_all(folder_ / "tail").error().message, HasSubstr("bytes behind it"));
  EXPECT_EQ(read_all(folder_ / "absent").error().kind, ErrorKind::not_found);
  EXPECT_EQ(read_all(folder_.path()).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace kontor::data
