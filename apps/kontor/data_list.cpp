#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue_text.hpp"
#include "data_selection.hpp"

namespace kontor::app {
namespace {

constexpr int kBroken = 3;

/// An absent store is one without data.
Result<data::Listing> list(const Globals& globals) {
  const auto catalogue = data::Catalogue::open(globals.store);
  if (!catalogue && catalogue.error().kind == ErrorKind::not_found) return data::Listing();
  if (!catalogue) return std::unexpected(catalogue.error());
  return catalogue->list();
}

}  // namespace

void add_data_list(CLI::App& data, Globals& globals) {
  CLI::App* command = add_command(data, "list", "List the datasets in the store",
                                  "  kontor data list\n"
                                  "  kontor data list --json\n");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON");
  set_action(*command, globals, [json, &globals]() -> Result<int> {
    TRY(const auto listing, list(globals));
    if (*json) {
      fmt::print("{}\n", data::to_json(listing, globals.store));
    } else if (listing.datasets.empty() && listing.broken.empty()) {
      fmt::print("{}", no_data_hint(globals));
    } else {
      fmt::print("{}", data::format_listing(listing));
    }
    return listing.broken.empty() ? 0 : kBroken;
  });
}

}  // namespace kontor::app
