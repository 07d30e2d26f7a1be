#pragma once

#include <optional>
#include <string_view>

#include "model/settings.hpp"
#include "research/prepare.hpp"

namespace kontor::research {

/// How a session goes over from the configuration whose text is `in_force` to `wanted` while it runs: the
/// limits of `[risk]`, of strategies and of instruments, and the parameters of strategies. `prepared` is what
/// the session was made of. Nothing where both say the same. Errors (usage): keys that cannot change while a
/// session runs, every one of them by name; parameters that the instrument does not allow.
[[nodiscard]] Result<std::optional<SettingsChanged>> settings_change(const PreparedBacktest& prepared,
                                                                     std::string_view in_force,
                                                                     const BacktestConfig& wanted);

}  // namespace kontor::research
