#pragma once

// CLI11 is several seconds of compile time per source; here it is paid once.
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
