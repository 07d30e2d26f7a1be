#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue_text.hpp"
#include "data/export_file.hpp"
#include "journal/posix_file_system.hpp"
#include "journal_choice.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

struct JournalExportOptions {
  JournalChoice choice;
  std::filesystem::path out;
  bool json = false;
};

/// Everything or what the filter lets through, in a file that is there when it is whole.
Result<int> export_journal(const JournalExportOptions& options, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, options.choice.session));
  TRY(auto filter, filter_of(options.choice));
  const std::string name = options.out.filename().string();
  const bool fits = std::ranges::any_of(std::array{".jsonl", ".jsonl.gz", ".jsonl.zst"},
                                        [&](const char* ending) { return name.ends_with(ending); });
  if (!fits) {
    return fail(ErrorKind::usage,
                fmt::format("expected a file name that ends in .jsonl, .jsonl.gz or .jsonl.zst, found {}",
                            options.out.string()));
  }
  watch_interrupt();
  TRY(auto file, data::ExportFile::open(options.out));
  journal::PosixFileSystem files;
  const auto write = [&](std::string_view line) -> Result<void> {
    if (interrupted()) return fail(ErrorKind::canceled, "stopped; no file was written");
    return file.write(line);
  };
  TRY(const auto lines, journal::export_journal(files, folder.string(), std::move(filter), write));
  TRY(const auto bytes, file.finish());
  if (options.json) {
    fmt::print("{{\"records\":{},\"bytes\":{}}}\n", lines, bytes);
  } else {
    fmt::print("{} records in {} ({})\n", lines, options.out.string(), data::format_bytes(bytes));
  }
  return 0;
}

}  // namespace

void add_journal_export(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "export", "Write the records of a journal into a file, as lines of JSON",
                  "  kontor journal export sma_cross --out sma_cross.jsonl\n"
                  "  kontor journal export sma_cross --type fill --out fills.jsonl.zst\n"
                  "The name of the file decides: .jsonl, .jsonl.gz or .jsonl.zst.\n");
  auto options = std::make_shared<JournalExportOptions>();
  add_choice_options(*command, options->choice);
  command->add_option("-o,--out", options->out, "File to write")->required();
  command->add_flag("--json", options->json, "Print JSON about what was written");
  set_action(*command, globals, [options, &globals] { return export_journal(*options, globals); });
}

}  // namespace kontor::app
