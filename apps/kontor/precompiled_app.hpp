#pragma once

// CLI11 is several seconds of compile time per source; here it is paid once.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>
