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
constexpr std::string_view kTest = "test";
constexpr const char* kTestedFile = "KILL-TESTED";

std::string_view word_of(const EmergencyStop& stop) {
  if (stop.is_test) return kTest;
  return stop.flatten ? kFlatten : kStop;
}

Result<void> publish_line(const fs::path& folder, const char* name, const std::string& line) {
  journal::PosixFileSystem files;
  TRY_VOID(files.make_folder(folder.string()));
  const auto bytes = std::as_bytes(std::span(line));
  TRY(const auto file, journal::publish_file(files, folder.string(), name, std::span(&bytes, 1)));
  return {};
}

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
  stop.is_test = word == kTest;
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
  const bool is_enough = standing && !standing->is_test && (standing->flatten || !stop.flatten);
  if (is_enough) return {};
  return publish_line(sessions, kFile, fmt::format("{} {}\n", word_of(stop), format_time(stop.since)));
}

Result<void> try_emergency_stop(const fs::path& sessions, TimeNs now) {
  TRY_VOID(check_emergency_stop(sessions));
  TRY_VOID(write_emergency_stop(sessions, {.flatten = false, .since = now, .is_test = true}));
  if (check_emergency_stop(sessions))
    return fail(ErrorKind::internal,
                "expected the emergency stop to keep sessions from beginning, it does not");
  const auto standing = emergency_stop_in(sessions);
  if (!standing || !standing->is_test)
    return fail(ErrorKind::usage, "expected to test the emergency stop alone, found somebody else using it");
  TRY_VOID(lift_emergency_stop(sessions));
  TRY_VOID(check_emergency_stop(sessions));
  return note_stop_test(sessions, now);
}

Result<void> note_stop_test(const fs::path& sessions, TimeNs now) {
  return publish_line(sessions, kTestedFile, format_time(now) + "\n");
}

std::optional<TimeNs> last_stop_test(const fs::path& sessions) {
  std::ifstream file(sessions / kTestedFile);
  std::string text;
  file >> text;
  const auto time = parse_time(text);
  return time ? std::optional(*time) : std::nullopt;
}

Result<void> lift_emergency_stop(const fs::path& sessions) {
  std::error_code error;
  fs::remove(sessions / kFile, error);
  if (error) return fail(ErrorKind::io, fmt::format("{}: {}", (sessions / kFile).string(), error.message()));
  return {};
}

}  // namespace kontor::app
