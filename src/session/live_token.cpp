#include "session/live_token.hpp"

#include <array>
#include <span>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "journal/format.hpp"
#include "session/session_events.hpp"

namespace kontor::session {
namespace {

constexpr std::string_view kTitle = "kontor live token 1\n";
constexpr std::size_t kDigitsShown = 12;

std::string with_checksum(std::string text) {
  const std::uint32_t checksum = crc32c(std::as_bytes(std::span(text)));
  return text + fmt::format("crc32c={:08x}\n", checksum);
}

/// Cuts the line `key=value` from the front; nothing where another one stands there.
std::optional<std::string> take_line(std::string_view& text, std::string_view key) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos || !line.starts_with(key)) return std::nullopt;
  text.remove_prefix(end + 1);
  line.remove_prefix(key.size());
  return std::string(line);
}

std::optional<LiveToken> token_in(std::string_view text) {
  if (!text.starts_with(kTitle)) return std::nullopt;
  text.remove_prefix(kTitle.size());
  const auto hash = take_line(text, "configuration=");
  const auto phase = take_line(text, "phase=");
  const auto granted = take_line(text, "granted=");
  const auto expires = take_line(text, "expires=");
  if (!hash || !phase || !granted || !expires) return std::nullopt;
  const auto from = parse_time(*granted);
  const auto until = parse_time(*expires);
  LiveToken token{*hash, LivePhase::paper, from.value_or(0), until.value_or(0)};
  if (!from || !until || !boost::describe::enum_from_string(phase->c_str(), token.phase)) return std::nullopt;
  return token;
}

}  // namespace

std::string text_of(const LiveToken& token) {
  return with_checksum(fmt::format("{}configuration={}\nphase={}\ngranted={}\nexpires={}\n", kTitle,
                                   token.configuration_hash, boost::describe::enum_to_string(token.phase, ""),
                                   format_time(token.granted), format_time(token.expires)));
}

Result<LiveToken> parse_live_token(std::string_view text, std::string_view path) {
  const auto token = token_in(text);
  // Whatever is not exactly what this program would have written was written by somebody else.
  if (token && text_of(*token) == text) return *token;
  return fail(ErrorKind::bad_data,
              fmt::format("{}: expected a live token as it was granted, found one that was changed or is "
                          "none; 'kontor preflight CONFIG.toml --grant' gives another",
                          path));
}

Result<std::optional<LiveToken>> read_live_token(journal::FileSystem& files, const std::string& path) {
  TRY(const auto text, read_text(files, path));
  if (!text) return std::optional<LiveToken>();
  TRY(auto token, parse_live_token(*text, path));
  return std::optional(std::move(token));
}

Result<void> write_live_token(journal::FileSystem& files, const std::string& folder, const std::string& name,
                              const LiveToken& token) {
  const std::string text = text_of(token);
  const std::array<std::span<const std::byte>, 1> pieces{std::as_bytes(std::span(text))};
  TRY_VOID(files.make_folder(folder));
  TRY_VOID(journal::publish_file(files, folder, name, pieces));
  return {};
}

Result<void> check_live_token(const LiveToken& token, std::string_view configuration_hash, TimeNs now) {
  if (token.configuration_hash != configuration_hash) {
    return fail(ErrorKind::usage, fmt::format("given to configuration {}, which is now {}",
                                              token.configuration_hash.substr(0, kDigitsShown),
                                              configuration_hash.substr(0, kDigitsShown)));
  }
  if (now >= token.expires)
    return fail(ErrorKind::usage, fmt::format("expired at {}", format_time(token.expires)));
  if (now < token.granted) {
    return fail(ErrorKind::usage,
                fmt::format("given at {}, which is still to come", format_time(token.granted)));
  }
  return {};
}

}  // namespace kontor::session
