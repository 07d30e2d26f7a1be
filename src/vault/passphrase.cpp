#include "vault/passphrase.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace kontor::vault {
namespace {

constexpr std::size_t kFewestDistinct = 5;

/// Characters of a UTF-8 text: every byte but those that go on.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char letter) { return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U; }));
}

std::size_t count_distinct(std::string_view text) {
  std::array<bool, 256> seen{};
  for (const char letter : text) seen[static_cast<unsigned char>(letter)] = true;
  return static_cast<std::size_t>(std::ranges::count(seen, true));
}

/// True for one piece over and over, the last perhaps cut: "passwordpass".
bool is_repetition(std::string_view text) {
  for (std::size_t period = 1; period <= text.size() - text.size() / 3; ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

/// True where every character follows on the one before, up or down, 9 on 0 included: "abcdefghijkl",
/// "098765432109".
bool is_run(std::string_view text) {
  const auto steps = [text](int step) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      const int difference = text[i] - text[i - 1];
      if (difference != step && difference != -9 * step) return false;
    }
    return true;
  };
  return steps(1) || steps(-1);
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char letter) {
    const auto value = static_cast<unsigned char>(letter);
    return value < 0x20 || value == 0x7F;
  });
}

std::unexpected<Error> unfit(std::string message) { return fail(ErrorKind::usage, std::move(message)); }

}  // namespace

Result<void> check_new_passphrase(const SecretText& passphrase) {
  const std::string_view text = passphrase.reveal();
  if (const std::size_t count = count_characters(text); count < kShortestPassphrase) {
    return unfit(
        fmt::format("expected a passphrase of at least {} characters, found {}", kShortestPassphrase, count));
  }
  if (text.size() > kLongestPassphrase) {
    return unfit(fmt::format("expected a passphrase of at most {} bytes, found more", kLongestPassphrase));
  }
  if (has_control_characters(text)) {
    return unfit(
        "expected a passphrase that can be typed, found a control character in it (a file with Windows line "
        "ends has one in each)");
  }
  if (count_distinct(text) < kFewestDistinct || is_repetition(text) || is_run(text)) {
    return unfit(
        "expected a passphrase that is hard to guess, found one that repeats itself or counts up; several "
        "words at random are good");
  }
  return {};
}

}  // namespace kontor::vault
