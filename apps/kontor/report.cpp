#include "research/report.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.hpp"
#include "research/run_files.hpp"
#include "research/run_folder.hpp"
#include "research/run_store.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::string run;
  fs::path out;
  bool open = false;
};

/// Hands the page to the desktop's browser without a shell in between.
Result<void> open_in_browser(const fs::path& page) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("xdg-open", "xdg-open", page.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(ErrorKind::io,
                fmt::format("could not open a browser (xdg-open); the report is at {}", page.string()));
  }
  return {};
}

Result<int> write_report(const ReportOptions& options, const Globals& globals) {
  TRY(const auto folder, research::RunStore(globals.runs).find(options.run));
  const fs::path data_path = folder / research::kReportDataFile;
  auto text = research::read_file(data_path);
  if (!text) return fail(ErrorKind::bad_data, text.error().message);
  TRY(const auto data, research::checked_report_data(*text, data_path.string()));
  const fs::path page = options.out.empty() ? folder / research::kReportFile : options.out;
  TRY_VOID(research::write_file_atomically(page, research::report_html(data)));
  fmt::print("{}\n", page.string());
  if (options.open) {
    TRY_VOID(open_in_browser(page));
  }
  return 0;
}

}  // namespace

void add_report(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "report", "Make the HTML report of a run again, and print where it is",
                  "  kontor report latest --open                     look at the last run\n"
                  "  kontor report 20250504-153300                   a run by its id, or its beginning\n"
                  "  kontor report latest --out btc.html             one file to send to somebody\n");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("run", options->run, "Id of a run, its beginning, 'latest', or the folder of a run")
      ->required();
  command->add_option("--out", options->out,
                      "Where the page goes; by default report.html in the run's folder");
  command->add_flag("--open", options->open, "Open the page in the browser");
  set_action(*command, globals, [options, &globals] { return write_report(*options, globals); });
}

}  // namespace kontor::app
