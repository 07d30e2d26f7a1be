#include "import_summary.hpp"

#include <fmt/format.h>

#include "data/catalogue_text.hpp"

namespace kontor::app {

std::string format_import(const data::ImportSummary& summary) {
  std::string text;
  for (const auto& dataset : summary.datasets) {
    text +=
        fmt::format("{}: {} rows, {} to {}\n", data::Catalogue::dataset_name(dataset.key),
                    data::format_count(dataset.rows), format_time(dataset.first), format_time(dataset.last));
  }
  return text + data::format_summary(summary.written) + "\n";
}

std::string to_json(const data::ImportSummary& summary) {
  std::string datasets;
  for (const auto& dataset : summary.datasets) {
    datasets += fmt::format(R"({}{{"dataset":"{}","rows":{},"first":"{}","last":"{}"}})",
                            datasets.empty() ? "" : ",", data::Catalogue::dataset_name(dataset.key),
                            dataset.rows, format_time(dataset.first), format_time(dataset.last));
  }
  return fmt::format(R"({{"files":{},"bytes":{},"warnings":{},"datasets":[{}],"summary":{}}})", summary.files,
                     summary.bytes, summary.warnings.size(), datasets, data::to_json(summary.written));
}

void print_import(const data::ImportSummary& summary, bool json) {
  fmt::print("{}{}", json ? to_json(summary) : format_import(summary), json ? "\n" : "");
  std::fflush(stdout);
  for (const std::string& warning : summary.warnings) fmt::print(stderr, "kontor: warning: {}\n", warning);
}

}  // namespace kontor::app
