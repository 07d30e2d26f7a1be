#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue_text.hpp"
#include "data/export_file.hpp"
#include "journal/export.hpp"
#include "journal/posix_file_system.hpp"
#include "journal/verify.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

struct JournalOptions {
  std::string session;
  std::vector<std::string> types;
  std::string from;
  std::string to;
  std::string instrument;
  std::uint64_t order = 0;
  std::filesystem::path out;
  bool json = false;
};

Result<journal::ExportFilter> filter_of(const JournalOptions& options) {
  journal::ExportFilter filter;
  for (const auto& name : options.types) {
    TRY(const auto type, journal::parse_record_type(name));
    filter.types.push_back(type);
  }
  if (!options.from.empty()) {
    TRY(filter.from, time_option(options.from, 0));
  }
  if (!options.to.empty()) {
    TRY(filter.to, time_option(options.to, 0));
  }
  if (options.order != 0) filter.order = OrderId(options.order);
  if (!options.instrument.empty()) {
    TRY(filter.instrument, InstrumentName::parse(options.instrument));
  }
  return filter;
}

Result<int> show_journal(const JournalOptions& options, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  TRY(auto filter, filter_of(options));
  journal::PosixFileSystem files;
  const auto print = [](std::string_view line) -> Result<void> {
    if (std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && !interrupted()) return {};
    return fail(interrupted() ? ErrorKind::canceled : ErrorKind::io, "the output ended before the journal");
  };
  TRY(const auto lines, journal::export_journal(files, folder.string(), std::move(filter), print));
  if (lines == 0 && !globals.quiet) fmt::print(stderr, "No record of the journal is one of those.\n");
  return 0;
}

/// Everything or what the filter lets through, in a file that is there when it is whole.
Result<int> export_journal(const JournalOptions& options, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  TRY(auto filter, filter_of(options));
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

Result<int> verify_journal(const JournalOptions& options, const Globals& globals) {
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

void add_filter_options(CLI::App& command, JournalOptions& options) {
  command.add_option("session", options.session, "A session's id, or the folder of its journal")->required();
  command.add_option("--type", options.types, "Only records of this type (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--from", options.from, "First instant, such as 2025-05-04 (UTC)");
  command.add_option("--to", options.to, "First instant that is no longer shown");
  command.add_option("--instrument", options.instrument, "Only what is about it: BTCUSDT@binance");
  command.add_option("--order", options.order, "Only what is about the order of this id")
      ->check(CLI::PositiveNumber);
}

}  // namespace

void add_journal_show(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "show", "Print the records of a journal as lines of JSON",
      "  kontor journal show sma_cross --type new_order --type fill\n"
      "  kontor journal show sma_cross --from 2025-05-10 --to 2025-05-11 --instrument BTCUSDT@binance\n"
      "  kontor journal show sma_cross --order 17       everything about one order\n"
      "  kontor journal show sma_cross > journal.jsonl\n");
  auto options = std::make_shared<JournalOptions>();
  add_filter_options(*command, *options);
  set_action(*command, globals, [options, &globals] { return show_journal(*options, globals); });
}

void add_journal_export(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "export", "Write the records of a journal into a file, as lines of JSON",
                  "  kontor journal export sma_cross --out sma_cross.jsonl\n"
                  "  kontor journal export sma_cross --type fill --out fills.jsonl.zst\n"
                  "The name of the file decides: .jsonl, .jsonl.gz or .jsonl.zst.\n");
  auto options = std::make_shared<JournalOptions>();
  add_filter_options(*command, *options);
  command->add_option("-o,--out", options->out, "File to write")->required();
  command->add_flag("--json", options->json, "Print JSON about what was written");
  set_action(*command, globals, [options, &globals] { return export_journal(*options, globals); });
}

void add_journal_verify(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "verify", "Read every byte of a journal and say whether it is whole",
                  "  kontor journal verify sma_cross        exit code 3 if it is corrupt\n"
                  "  kontor journal verify sma_cross --json\n");
  auto options = std::make_shared<JournalOptions>();
  command->add_option("session", options->session, "A session's id, or the folder of its journal")
      ->required();
  command->add_flag("--json", options->json, "Print the report as JSON");
  set_action(*command, globals, [options, &globals] { return verify_journal(*options, globals); });
}

}  // namespace kontor::app
