#include "emergency_stop.hpp"

#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "journal/posix_file_system.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "KILL";
constexpr std::string_view kStop = "stop";
constexpr std::string_view kFlatten = "flatten";

}  // namespace

std::optional<EmergencyStop> emergency_stop_in(const fs::path& sessions) {
  std::error_code error;
  const fs::path path = sessions / kFile;
  if (fs::status(path, error).type() == fs::file_type::not_found) return std::nullopt;
  EmergencyStop stop;
  std::string word;
  std::string since;
  std::ifstream file(path);
  file >> word >> since;
  stop.flatten = word == kFlatten;
  if (const auto time = parse_time(since)) stop.since = *time;
  return stop;
}

Result<void> check_emergency_stop(const fs::path& sessions) {
  const auto stop = emergency_stop_in(sessions);
  if (!stop) return {};
  return fail(ErrorKind::usage,
              fmt::format("an emergency stop stands since {}; 'kontor stop --lift' takes it back",
                          format_time(stop->since)));
}

Result<void> write_emergency_stop(const fs::path& sessions, const EmergencyStop& stop) {
  const auto standing = emergency_stop_in(sessions);
  if (standing && (standing->flatten || !stop.flatten)) return {};
  journal::PosixFileSystem files;
  TRY_VOID(files.make_folder(sessions.string()));
  const auto text = fmt::format("{} {}\n", stop.flatten ? kFlatten : kStop, format_time(stop.since));
  const auto bytes = std::as_bytes(std::span(text));
  TRY(const auto file, journal::publish_file(files, sessions.string(), kFile, std::span(&bytes, 1)));
  return {};
}

Result<void> lift_emergency_stop(const fs::path& sessions) {
  std::error_code error;
  fs::remove(sessions / kFile, error);
  if (error) return fail(ErrorKind::io, fmt::format("{}: {}", (sessions / kFile).string(), error.message()));
  return {};
}

}  // namespace kontor::app
