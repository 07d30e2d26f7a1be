#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "vault/secret_text.hpp"

namespace kontor::vault {

enum class Echo : std::uint8_t {
  shown,   ///< what is typed
  hidden,  ///< nothing of it
};

/// True where the process has a terminal that somebody can be asked at, whatever its standard streams are.
[[nodiscard]] bool has_terminal() noexcept;

/// Writes the question to the terminal and reads the line that is typed. The terminal's modes are as before
/// when it returns: after errors, after Ctrl-C, SIGTERM, SIGHUP and SIGQUIT (error canceled), and while
/// Ctrl-Z has it stopped (then it asks again). One thread of the process, which has no others that read the
/// terminal. Error usage: there is no terminal.
[[nodiscard]] Result<SecretText> ask_at_terminal(std::string_view question, Echo echo);

}  // namespace kontor::vault
