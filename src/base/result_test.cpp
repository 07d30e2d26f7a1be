#include "base/result.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace kontor {
namespace {

Result<int> half_of(int value) {
  if (value % 2 != 0)
    return fail(ErrorKind::usage, "expected an even number, found " + std::to_string(value));
  return value / 2;
}

Result<void> must_be_small(int value) {
  if (value > 100) return fail(ErrorKind::bad_data, "too large");
  return {};
}

Result<int> quarter_of(int value) {
  TRY_VOID(must_be_small(value));
  TRY(const int half, half_of(value));
  TRY(auto quarter, half_of(half));
  return quarter;
}

Result<std::unique_ptr<int>> boxed(int value) {
  TRY(const int half, half_of(value));
  return std::make_unique<int>(half);
}

Result<int> unboxed(int value) {
  TRY(const std::unique_ptr<int> box, boxed(value));  // moves, never copies
  return *box;
}

TEST(Result, TryUnwrapsOrReturnsTheFirstError) {
  EXPECT_EQ(quarter_of(20), 5);
  EXPECT_EQ(quarter_of(7).error().message, "expected an even number, found 7");
  EXPECT_EQ(quarter_of(14).error().message, "expected an even number, found 7");
  EXPECT_EQ(quarter_of(102).error().kind, ErrorKind::bad_data);
  EXPECT_EQ(unboxed(8), 4);
  EXPECT_EQ(unboxed(9).error().kind, ErrorKind::usage);
}

TEST(Result, EveryKindHasItsExitCode) {
  EXPECT_EQ(exit_code(ErrorKind::usage), 2);
  EXPECT_EQ(exit_code(ErrorKind::not_found), 2);
  EXPECT_EQ(exit_code(ErrorKind::bad_data), 3);
  EXPECT_EQ(exit_code(ErrorKind::overflow), 3);
  EXPECT_EQ(exit_code(ErrorKind::canceled), 130);
  EXPECT_EQ(exit_code(ErrorKind::io), 1);
  EXPECT_EQ(exit_code(ErrorKind::no_space), 1);
  EXPECT_EQ(exit_code(ErrorKind::internal), 1);
}

}  // namespace
}  // namespace kontor
