#include <cstdio>

#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "journal_choice.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

Result<int> show_journal(const JournalChoice& choice, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, choice.session));
  TRY(auto filter, filter_of(choice));
  journal::PosixFileSystem files;
  const auto print = [](std::string_view line) -> Result<void> {
    if (std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && !interrupted()) return {};
    return fail(interrupted() ? ErrorKind::canceled : ErrorKind::io, "the output ended before the journal");
  };
  TRY(const auto lines, journal::export_journal(files, folder.string(), std::move(filter), print));
  if (lines == 0 && !globals.quiet) fmt::print(stderr, "No record of the journal is one of those.\n");
  return 0;
}

}  // namespace

void add_journal_show(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "show", "Print the records of a journal as lines of JSON",
      "  kontor journal show sma_cross --type new_order --type fill\n"
      "  kontor journal show sma_cross --from 2025-05-10 --to 2025-05-11 --instrument BTCUSDT@binance\n"
      "  kontor journal show sma_cross --order 17       everything about one order\n"
      "  kontor journal show sma_cross > journal.jsonl\n");
  auto choice = std::make_shared<JournalChoice>();
  add_choice_options(*command, *choice);
  set_action(*command, globals, [choice, &globals] { return show_journal(*choice, globals); });
}

}  // namespace kontor::app
