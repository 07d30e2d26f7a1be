#include "base/log_redaction.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace kontor {
namespace {

constexpr std::array<std::string_view, 14> kSecretWords = {
    "key",    "secret",     "token",  "passw",    "passphrase", "signature", "authorization",
    "cookie", "credential", "bearer", "mnemonic", "private",    "totp",      "seed_phrase"};

constexpr bool is_name_character(char c) noexcept {
  const char low = lower_case(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr bool is_quote(char c) noexcept { return c == '"' || c == '\''; }
constexpr bool is_backslash(char c) noexcept { return c == '\\'; }

bool begins_with_word(std::string_view text, std::string_view word) noexcept {
  return equals_in_any_case(text.substr(0, word.size()), word);
}

/// The name that stands right before `end` in `text`, its quotes left out: `api_key` of `"api_key" :`.
std::string_view name_before(std::string_view text, std::size_t end) noexcept {
  while (end > 0 && is_space(text[end - 1])) --end;
  if (end > 0 && is_quote(text[end - 1])) --end;
  while (end > 0 && is_backslash(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_name_character(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

/// In a text `key: …` may be about any key there is; as a part of a longer name it is about a secret.
bool names_a_secret_in_text(std::string_view name) noexcept {
  return names_a_secret(name) && !begins_with_word("keys", name);
}

bool begins_with_authorization(std::string_view name) noexcept {
  return begins_with_word(name, "authorization") || begins_with_word(name, "proxy-authorization");
}

/// The value that follows a name and its `=` or `:`.
struct SecretValue {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Where a text ends that began behind a quote with so many backslashes before it, as quotes have inside of
/// other texts. A quote of the text itself has more of them and is a part of it.
std::size_t quoted_end(std::string_view text, std::size_t begin, char quote,
                       std::size_t backslashes) noexcept {
  std::size_t run = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const bool ends = run < backslashes || run % (2 * backslashes + 2) == backslashes;
    if (text[at] == quote && ends) return at - std::min(run, backslashes);
    run = is_backslash(text[at]) ? run + 1 : 0;
  }
  return text.size();
}

/// The value that `name` gives at `at`, behind its sign: without quotes, and without the scheme of an
/// authorization where that is a known one.
SecretValue value_at(std::string_view text, std::size_t at, std::string_view name) noexcept {
  const auto skip = [&](auto wanted) {
    while (at < text.size() && wanted(text[at])) ++at;
  };
  skip(is_space);
  const std::size_t unquoted = at;
  skip(is_backslash);
  const std::size_t backslashes = at - unquoted;
  const char quote = at < text.size() && is_quote(text[at]) ? text[at++] : '\0';
  bool has_scheme = false;
  for (const std::string_view scheme : {"Bearer ", "Basic ", "Token "}) {
    if (!begins_with_word(text.substr(at), scheme)) continue;
    at += scheme.size();
    has_scheme = true;
  }
  skip(is_space);
  if (quote != '\0') return {at, quoted_end(text, at, quote, backslashes)};
  const bool is_whole_line = begins_with_word(name, "cookie") || begins_with_word(name, "set-cookie") ||
                             (begins_with_authorization(name) && !has_scheme);
  const std::string_view ends = is_whole_line ? "\n\r" : " \t\n\r&,;\"'\\)]}";
  return {at, std::min(text.find_first_of(ends, at), text.size())};
}

std::string without_named_values(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = text.find_first_of("=:"); at != std::string_view::npos;
       at = text.find_first_of("=:", at + 1)) {
    const auto name = name_before(text, at);
    if (at < copied || !names_a_secret_in_text(name)) continue;
    const auto [begin, end] = value_at(text, at + 1, name);
    if (end == begin) continue;
    out.append(text.substr(copied, begin - copied)).append(kRedacted);
    copied = end;
  }
  return out.append(text.substr(copied));
}

}  // namespace

bool names_a_secret(std::string_view key) noexcept {
  return std::ranges::any_of(kSecretWords,
                             [&](std::string_view word) { return contains_in_any_case(key, word); });
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
