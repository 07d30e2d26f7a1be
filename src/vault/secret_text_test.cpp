#include "vault/secret_text.hpp"

#include <fstream>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace kontor::vault {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Streamable<SecretText> && !Streamable<SecretBytes>, "a secret is never printed");
static_assert(!fmt::is_formattable<SecretText>::value && !fmt::is_formattable<SecretBytes>::value,
              "a secret is never formatted");
static_assert(!std::is_copy_constructible_v<SecretText> && !std::is_copy_assignable_v<SecretText>,
              "a secret is never copied by accident");
static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>,
              "a secret is never copied by accident");
static_assert(!std::is_convertible_v<SecretText, std::string_view> &&
                  !std::is_convertible_v<SecretText, std::string>,
              "a secret does not become a plain text by itself");

/// What the system says is locked into memory, in kB.
long locked_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmLck:") continue;
    long kilobytes = 0;
    status >> kilobytes;
    return kilobytes;
  }
  return -1;
}

TEST(SecretText, HoldsWhatWasPutIn) {
  const SecretText text = SecretText::copy_of("correct horse");
  EXPECT_EQ(text.size(), 13U);
  EXPECT_TRUE(text.reveal() == "correct horse");
  EXPECT_TRUE(SecretText::copy_of("").empty());
}

TEST(SecretText, TakesNoMoreThanItsCapacity) {
  SecretText text = SecretText::with_capacity(2);
  EXPECT_TRUE(text.push_back('a'));
  EXPECT_TRUE(text.push_back('b'));
  EXPECT_FALSE(text.push_back('c'));
  EXPECT_TRUE(text.reveal() == "ab");
  EXPECT_FALSE(SecretText().push_back('a'));
}

TEST(SecretText, MovingLeavesNothingBehind) {
  SecretText first = SecretText::copy_of("secret");
  SecretText second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what a move leaves is what is asked here
  EXPECT_TRUE(first.reveal().empty());
  SecretText third = SecretText::copy_of("another one");
  third = std::move(second);
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move): what a move leaves is what is asked here
  EXPECT_TRUE(third.reveal() == "secret");
}

TEST(SecretText, ClearingWipesTheMemory) {
  SecretText text = SecretText::copy_of("secret");
  const char* memory = text.reveal().data();
  text.clear();
  EXPECT_TRUE(text.empty());
  EXPECT_TRUE(std::string_view(memory, 6) == std::string_view("\0\0\0\0\0\0", 6));
}

TEST(SecretText, TrimmingKeepsTheMiddleAndWipesTheRest) {
  SecretText text = SecretText::copy_of(" \ta b\r");
  const char* memory = text.reveal().data();
  text.trim();
  EXPECT_TRUE(text.reveal() == "a b");
  EXPECT_TRUE(std::string_view(memory + 3, 3) == std::string_view("\0\0\0", 3));
  SecretText blank = SecretText::copy_of("  \t");
  blank.trim();
  EXPECT_TRUE(blank.empty());
}

TEST(SecretText, EqualTextsAreEqual) {
  const SecretText text = SecretText::copy_of("secret");
  EXPECT_TRUE(text.equals(SecretText::copy_of("secret")));
  EXPECT_FALSE(text.equals(SecretText::copy_of("Secret")));
  EXPECT_FALSE(text.equals(SecretText::copy_of("secrets")));
  EXPECT_TRUE(SecretText().equals(SecretText::copy_of("")));
}

/// False where the system's limit is too small, or a sanitizer stands in front of the system.
bool can_lock_memory() {
  const std::vector<char> page(8192);
  const long before = locked_memory();
  const bool locked = ::mlock(page.data(), page.size()) == 0 && locked_memory() > before;
  ::munlock(page.data(), page.size());
  return locked;
}

TEST(SecretBytes, AreLockedIntoMemory) {
  if (!can_lock_memory()) GTEST_SKIP() << "this process can lock no memory";
  const long before = locked_memory();
  const SecretBytes bytes(32);
  EXPECT_GT(locked_memory(), before);
}

TEST(SecretBytes, BeginAsZero) {
  const SecretBytes bytes(64);
  for (std::size_t i = 0; i < bytes.size(); ++i) EXPECT_EQ(bytes.data()[i], 0);
  EXPECT_EQ(SecretBytes(0).size(), 0U);
}

}  // namespace
}  // namespace kontor::vault
