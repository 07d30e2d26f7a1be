#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "journal/file_system.hpp"
#include "model/live_settings.hpp"

namespace kontor::session {

/// Somebody's leave for one configuration to trade real money until some time (M23).
struct LiveToken {
  std::string configuration_hash;  ///< SHA-256 of the effective configuration, 64 hexadecimal digits
  LivePhase phase = LivePhase::alpha;
  TimeNs granted = 0;  ///< on the wall
  TimeNs expires = 0;  ///< on the wall; the first instant at which it is worth nothing
  bool operator==(const LiveToken&) const = default;
};

/// As its file has it: a line for each member, and a checksum of them.
[[nodiscard]] std::string text_of(const LiveToken& token);
/// Reads that; `path` is for messages. Error bad_data: it was edited by hand, or is none.
[[nodiscard]] Result<LiveToken> parse_live_token(std::string_view text, std::string_view path);

/// The token in a file; nothing where there is none. Errors: bad_data, io.
[[nodiscard]] Result<std::optional<LiveToken>> read_live_token(journal::FileSystem& files,
                                                               const std::string& path);
/// Puts the token into `name` in `folder`, durably, in the place of one that is there.
[[nodiscard]] Result<void> write_live_token(journal::FileSystem& files, const std::string& folder,
                                            const std::string& name, const LiveToken& token);

/// Error usage where the token is not worth anything for this configuration at `now` on the wall: it was
/// given to another one, has expired, or was given at a time that is still to come.
[[nodiscard]] Result<void> check_live_token(const LiveToken& token, std::string_view configuration_hash,
                                            TimeNs now);

}  // namespace kontor::session
