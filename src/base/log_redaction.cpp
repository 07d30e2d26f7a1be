#include "base/log_redaction.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace kontor {
namespace {

constexpr std::array<std::string_view, 14> kSecretWords = {
    "key",    "secret",     "token",  "passw",    "passphrase", "signature", "authorization",
    "cookie", "credential", "bearer", "mnemonic", "private",    "totp",      "seed_phrase"};

constexpr char lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool same_letter(char a, char b) noexcept { return lower_case(a) == lower_case(b); }

constexpr bool is_name_character(char c) noexcept {
  const char low = lower_case(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr bool is_quote(char c) noexcept { return c == '"' || c == '\''; }

bool begins_with_word(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, same_letter);
}

/// The name that stands right before `end` in `text`, its quotes left out: `api_key` of `"api_key" :`.
std::string_view name_before(std::string_view text, std::size_t end) noexcept {
  while (end > 0 && is_space(text[end - 1])) --end;
  if (end > 0 && is_quote(text[end - 1])) --end;
  if (end > 0 && text[end - 1] == '\\') --end;
  std::size_t begin = end;
  while (begin > 0 && is_name_character(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

/// In a text `key: …` may be about any key there is; as a part of a longer name it is about a secret.
bool names_a_secret_in_text(std::string_view name) noexcept {
  return names_a_secret(name) && !begins_with_word("keys", name);
}

/// Where the value begins that follows a `=` or `:`, behind quotes and the scheme of an authorization.
std::size_t value_begin(std::string_view text, std::size_t at) noexcept {
  const auto skip = [&](auto wanted) {
    while (at < text.size() && wanted(text[at])) ++at;
  };
  skip(is_space);
  skip([](char c) { return is_quote(c) || c == '\\'; });
  for (const std::string_view scheme : {"Bearer ", "Basic ", "Token "}) {
    if (begins_with_word(text.substr(at), scheme)) at += scheme.size();
  }
  skip(is_space);
  return at;
}

std::size_t value_end(std::string_view text, std::size_t begin, std::string_view name) noexcept {
  std::string_view ends = " \t\n\r&,;\"'\\)]}";
  if (begin > 0 && is_quote(text[begin - 1])) {
    // Inside another text its quotes are escaped, and so is the one at its end.
    ends = begin > 1 && text[begin - 2] == '\\' ? std::string_view("\\") : text.substr(begin - 1, 1);
  } else if (begins_with_word(name, "cookie") || begins_with_word(name, "set-cookie")) {
    ends = "\n\r";  // several of them, each with a name of its own
  }
  return std::min(text.find_first_of(ends, begin), text.size());
}

std::string without_named_values(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = text.find_first_of("=:"); at != std::string_view::npos;
       at = text.find_first_of("=:", at + 1)) {
    const auto name = name_before(text, at);
    if (at < copied || !names_a_secret_in_text(name)) continue;
    const std::size_t begin = value_begin(text, at + 1);
    const std::size_t end = value_end(text, begin, name);
    if (end == begin) continue;
    out.append(text.substr(copied, begin - copied)).append(kRedacted);
    copied = end;
  }
  return out.append(text.substr(copied));
}

}  // namespace

bool names_a_secret(std::string_view key) noexcept {
  return std::ranges::any_of(kSecretWords, [&](std::string_view word) {
    return !std::ranges::search(key, word, same_letter).empty();
  });
}

void LogRedaction::hide(std::string secret) {
  if (secret.size() < kLeastSecret || std::ranges::find(secrets_, secret) != secrets_.end()) return;
  const auto place =
      std::ranges::find_if(secrets_, [&](const auto& known) { return known.size() < secret.size(); });
  secrets_.insert(place, std::move(secret));
}

std::string LogRedaction::redacted(std::string_view text) const {
  std::string out = without_named_values(text);
  for (const auto& secret : secrets_) {
    for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + kRedacted.size()))
      out.replace(at, secret.size(), kRedacted);
  }
  return out;
}

void LogRedaction::redact(LogRecord& record) const {
  record.message = redacted(record.message);
  record.correlation = redacted(record.correlation);
  for (auto& field : record.fields) {
    if (names_a_secret(field.key)) {
      field.value = std::string(kRedacted);
    } else if (auto* text = std::get_if<std::string>(&field.value)) {
      *text = redacted(*text);
    }
  }
}

}  // namespace kontor
