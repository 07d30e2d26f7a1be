#pragma once

#include <string>

namespace kontor {

/// `0.1.0`.
std::string version_number();

/// `kontor 0.1.0 (commit 1a2b3c4d5e6f, Release)`.
std::string version_text();

}  // namespace kontor
