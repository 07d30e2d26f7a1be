#pragma once

#include <string>

#include "emulator_host.hpp"

namespace kontor::app {

/// Where clients are to be pointed at, and with which keys; for people.
std::string emulator_text_of(const EmulatorHost& host, const std::string& ca_file);
/// The same as one line of JSON, for programs.
std::string emulator_json_of(const EmulatorHost& host, const std::string& ca_file);

}  // namespace kontor::app
