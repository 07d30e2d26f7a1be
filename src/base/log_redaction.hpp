#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/log_record.hpp"

namespace kontor {

/// What stands in the place of a secret.
inline constexpr std::string_view kRedacted = "[redacted]";

/// True for a name whose value is a secret: one that has key, secret, token, password, passphrase, signature,
/// authorization, cookie, credential or the like as a part, in whatever case.
[[nodiscard]] bool names_a_secret(std::string_view key) noexcept;

/// Takes secrets out of records before they are written anywhere: values of fields whose name says so, values
/// behind such a name inside a text (`api_key=…`, `"secret": "…"`, `Authorization: Bearer …`), and values
/// that are known to be secrets wherever they appear. One thread.
class LogRedaction {
 public:
  /// A shorter one would take too much else along, and is no secret worth the name.
  static constexpr std::size_t kLeastSecret = 6;

  /// From now on this value is a secret.
  void hide(std::string secret);
  void redact(LogRecord& record) const;
  [[nodiscard]] std::string redacted(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;  ///< longest first, so that one that holds another goes as a whole
};

}  // namespace kontor
