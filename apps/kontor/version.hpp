#pragma once

#include <string>

namespace kontor {

/// `kontor 0.1.0 (commit 1a2b3c4d, Release)`.
std::string version_text();

}  // namespace kontor
