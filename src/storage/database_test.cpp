#include "storage/database.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/storage_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::storage {
namespace {

using kontor::test::TemporaryFolder;
using test::rows_of;
using testing::ElementsAre;
using testing::HasSubstr;

class Databases : public testing::Test {
 protected:
  Databases() {
    auto opened = Database::open((folder_ / "a.db").string());
    EXPECT_TRUE(opened) << opened.error().message;
    database_.emplace(std::move(*opened));
    EXPECT_TRUE(database_->run("CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT, b BLOB) STRICT"));
  }

  TemporaryFolder folder_;
  std::optional<Database> database_;
};

TEST_F(Databases, WhatIsBoundComesBack) {
  auto insert = database_->prepare("INSERT INTO t VALUES (?, ?, ?)");
  ASSERT_TRUE(insert);
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}};
  ASSERT_TRUE(insert->run(std::int64_t{-7}, std::string("a\0b", 3), bytes));
  ASSERT_TRUE(insert->run(8U, std::optional<std::string>(), std::nullopt));
  ASSERT_TRUE(insert->run(UINT64_MAX - 5, std::string_view(), std::nullopt));
  auto select = database_->prepare("SELECT * FROM t ORDER BY n DESC");
  ASSERT_TRUE(select);
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->integer(0), 8);
  EXPECT_TRUE(select->is_null(1));
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(static_cast<std::uint64_t>(select->integer(0)), UINT64_MAX - 5);
  EXPECT_FALSE(select->is_null(1));
  EXPECT_EQ(select->text(1), "");
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->integer(0), -7);
  EXPECT_EQ(select->text(1), std::string("a\0b", 3));
  EXPECT_TRUE(std::ranges::equal(select->blob(2), bytes));
  EXPECT_FALSE(*select->step());
  ASSERT_TRUE(insert->run(9, "", std::span<const std::byte>()));
  EXPECT_EQ(*database_->integer("SELECT b IS NOT NULL AND length(b) = 0 FROM t WHERE n = 9"), 1);
}

TEST_F(Databases, ErrorsNameFileReasonAndStatement) {
  ASSERT_TRUE(database_->run("INSERT INTO t (n) VALUES (1)"));
  auto insert = database_->prepare("INSERT INTO t (n) VALUES (?)");
  ASSERT_TRUE(insert);
  const auto twice = insert->run(1);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, ErrorKind::internal);
  EXPECT_THAT(twice.error().message, HasSubstr("a.db"));
  EXPECT_THAT(twice.error().message, HasSubstr("UNIQUE"));
  EXPECT_THAT(twice.error().message, HasSubstr("INSERT INTO t"));
  EXPECT_TRUE(insert->run(2)) << "a statement that failed can be run again";
  EXPECT_FALSE(database_->run("INSERT INTO t (n, s) VALUES (3, x'00')"))
      << "STRICT refuses a blob for a text";
  EXPECT_THAT(database_->prepare("SELECT none FROM t").error().message, HasSubstr("no such column"));
  EXPECT_THAT(database_->integer("SELECT n FROM t WHERE n > 9").error().message, HasSubstr("expected a row"));
}

TEST_F(Databases, ATransactionThatIsNotCommittedLeavesNothing) {
  {
    auto transaction = Transaction::begin(*database_);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database_->run("INSERT INTO t (n) VALUES (1)"));
  }
  EXPECT_EQ(*database_->integer("SELECT count(*) FROM t"), 0);
  auto transaction = Transaction::begin(*database_);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(database_->run("INSERT INTO t (n) VALUES (1)"));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(*database_->integer("SELECT count(*) FROM t"), 1);
}

TEST_F(Databases, AFullDiskIsToldFromOtherFaults) {
  ASSERT_TRUE(database_->run("PRAGMA max_page_count = 5"));
  const auto full = database_->run("INSERT INTO t (n, b) VALUES (1, zeroblob(1000000))");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::no_space);
}

TEST_F(Databases, AFileThatIsNoDatabaseIsBadData) {
  const auto path = (folder_ / "no.db").string();
  std::ofstream(path) << std::string(4096, 'x');
  auto database = Database::open(path);
  ASSERT_TRUE(database);
  const auto read = database->integer("SELECT count(*) FROM sqlite_schema");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::bad_data);
}

TEST_F(Databases, AFolderThatIsMissingIsNamed) {
  const auto database = Database::open((folder_ / "none/a.db").string());
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().kind, ErrorKind::io);
  EXPECT_THAT(database.error().message, HasSubstr("none/a.db"));
}

TEST_F(Databases, ACopyReplacesEverythingWhileOthersRead) {
  ASSERT_TRUE(database_->run("PRAGMA journal_mode = WAL; INSERT INTO t (n) VALUES (1)"));
  auto fresh = Database::open((folder_ / "b.db").string(), Database::Purpose::scratch);
  ASSERT_TRUE(fresh) << fresh.error().message;
  ASSERT_TRUE(fresh->run("CREATE TABLE u (n); INSERT INTO u VALUES (7)"));
  auto reader = Database::open(database_->path());
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->run("BEGIN; SELECT * FROM t"));
  ASSERT_TRUE(fresh->copy_into(*database_));
  EXPECT_EQ(*reader->integer("SELECT n FROM t"), 1) << "whoever has begun to read sees what was";
  ASSERT_TRUE(reader->run("COMMIT"));
  EXPECT_EQ(*reader->integer("SELECT n FROM u"), 7);
  EXPECT_FALSE(reader->integer("SELECT n FROM t"));
  EXPECT_THAT(rows_of(*reader, "PRAGMA journal_mode"), ElementsAre("wal"));
}

TEST_F(Databases, AScratchDatabaseIsEmptiedAndOurs) {
  const auto path = (folder_ / "b.db").string();
  std::ofstream(path) << std::string(5000, 'x');
  auto first = Database::open(path, Database::Purpose::scratch);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(first->run("CREATE TABLE u (n)"));
  const auto second = Database::open(path, Database::Purpose::scratch);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_THAT(second.error().message, HasSubstr("alone"));
}

}  // namespace
}  // namespace kontor::storage
