#include "journal_choice.hpp"

namespace kontor::app {

void add_choice_options(CLI::App& command, JournalChoice& choice) {
  command.add_option("session", choice.session, "A session's id, or the folder of its journal")->required();
  command.add_option("--type", choice.types, "Only records of this type (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--from", choice.from, "First instant, such as 2025-05-04 (UTC)");
  command.add_option("--to", choice.to, "First instant that is no longer shown");
  command.add_option("--instrument", choice.instrument, "Only what is about it: BTCUSDT@binance");
  command.add_option("--order", choice.order, "Only what is about the order of this id")
      ->check(CLI::PositiveNumber);
}

Result<journal::ExportFilter> filter_of(const JournalChoice& choice) {
  journal::ExportFilter filter;
  for (const auto& name : choice.types) {
    TRY(const auto type, journal::parse_record_type(name));
    filter.types.push_back(type);
  }
  if (!choice.from.empty()) {
    TRY(filter.from, time_option(choice.from, 0));
  }
  if (!choice.to.empty()) {
    TRY(filter.to, time_option(choice.to, 0));
  }
  if (choice.order != 0) filter.order = OrderId(choice.order);
  if (!choice.instrument.empty()) {
    TRY(filter.instrument, InstrumentName::parse(choice.instrument));
  }
  return filter;
}

}  // namespace kontor::app
