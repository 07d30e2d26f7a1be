#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "journal/verify.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

struct JournalVerifyOptions {
  std::string session;
  bool json = false;
};

Result<int> verify_journal(const JournalVerifyOptions& options, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  journal::PosixFileSystem files;
  TRY(const auto report, journal::verify(files, folder.string()));
  if (options.json) {
    fmt::print("{}\n", journal::to_json(report));
    return 0;
  }
  fmt::print("{} records, {} to {}, {} snapshots: every checksum is right\n", report.records,
             format_time(report.first_ts), format_time(report.last_ts), report.snapshots);
  for (const auto& [type, count] : report.types)
    fmt::print("  {:<22} {:>10}\n", journal::name_of(type), count);
  for (const auto& broken : report.broken_snapshots) fmt::print("broken snapshot: {}\n", broken);
  for (const auto& family : report.tail.families) {
    if (family.cut_bytes != 0)
      fmt::print("unfinished end of {}: {} bytes, {}\n", family.path, family.cut_bytes, family.problem);
  }
  if (report.clock_steps_back != 0) fmt::print("the clock went back {} times\n", report.clock_steps_back);
  return 0;
}

}  // namespace

void add_journal_verify(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "verify", "Read every byte of a journal and say whether it is whole",
                  "  kontor journal verify sma_cross        exit code 3 if it is corrupt\n"
                  "  kontor journal verify sma_cross --json\n");
  auto options = std::make_shared<JournalVerifyOptions>();
  command->add_option("session", options->session, "A session's id, or the folder of its journal")
      ->required();
  command->add_flag("--json", options->json, "Print the report as JSON");
  set_action(*command, globals, [options, &globals] { return verify_journal(*options, globals); });
}

}  // namespace kontor::app
