#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue.hpp"
#include "data/catalogue_select.hpp"
#include "data/synthetic.hpp"

namespace kontor::app {
namespace {

struct DataSynthesizeOptions {
  std::string instrument;
  std::string kind = "bar";
  std::string from;
  std::string to;
  std::string price = "50000";
  std::string tick = "0.01";
  std::string step = "0.00001";
  data::SyntheticOptions market;
  bool replace = false;
};

constexpr TimeNs kChunk = kDay;  ///< ticks of a day at a time keep the memory small

TimeNs whole_minute(TimeNs time) { return floor_divide(time, kMinute) * kMinute; }

Result<int> synthesize_data(const DataSynthesizeOptions& options, const Globals& globals) {
  TRY(const auto name, InstrumentName::parse(options.instrument));
  TRY(const auto kind, data::parse_data_kind(options.kind));
  if (kind == data::DataKind::funding) {
    return fail(ErrorKind::usage, "expected bar, trade, quote or book, found funding");
  }
  TRY(const TimeNs from, parse_time(options.from));
  TRY(const TimeNs to, parse_time(options.to));
  if (whole_minute(from) >= whole_minute(to))
    return fail(ErrorKind::usage, "expected --to at least a minute after --from");
  data::SyntheticOptions settings = options.market;
  TRY(settings.start_price, Decimal::parse(options.price));
  TRY(settings.tick, Decimal::parse(options.tick));
  TRY(settings.step, Decimal::parse(options.step));
  TRY(auto market, data::SyntheticMarket::make(settings));
  TRY_VOID(market.seek(whole_minute(from)));
  TRY(const auto catalogue, data::Catalogue::open_or_create(globals.store));
  watch_interrupt();
  data::WriteOptions write;
  write.replace = options.replace;
  write.cancel = interrupt_flag();
  TRY(auto transaction, catalogue.begin(write));
  const data::DatasetKey key{name, kind, Timeframe{kMinute}};
  while (market.position() < whole_minute(to)) {
    TRY_VOID(
        transaction.add(key, market.generate(kind, std::min(market.position() + kChunk, whole_minute(to)))));
  }
  TRY(const auto summary, transaction.commit());
  if (!globals.quiet) {
    fmt::print("{}: {} rows made, {} new, seed {}\n", data::Catalogue::dataset_name(key),
               summary.rows_offered, summary.rows_added, settings.seed);
  }
  return 0;
}

}  // namespace

void add_data_synthesize(CLI::App& data, Globals& globals) {
  CLI::App* command = add_command(
      data, "synthesize", "Make a synthetic market, the same every time for the same seed",
      "  kontor data synthesize BTCUSDT@synthetic --from 2025-01-01 --to 2025-03-01\n"
      "  kontor data synthesize BTCUSDT@synthetic --kind trade --from 2025-01-01 --to 2025-01-02 --seed 7\n"
      "Bars, trades, quotes and books of one seed and range show the same market: bars are made of the "
      "trades.\n");
  auto options = std::make_shared<DataSynthesizeOptions>();
  command->add_option("instrument", options->instrument, "What to call it, such as BTCUSDT@synthetic")
      ->required();
  command->add_option("--kind", options->kind, "bar (one minute), trade, quote or book")
      ->capture_default_str();
  command->add_option("--from", options->from, "First instant (UTC)")->required();
  command->add_option("--to", options->to, "First instant that is no longer part of it")->required();
  command->add_option("--seed", options->market.seed, "Which market")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--price", options->price, "Price at the beginning of time (2017-01-01)")
      ->capture_default_str();
  command->add_option("--tick", options->tick, "Smallest price step")->capture_default_str();
  command->add_option("--step", options->step, "Smallest quantity step")->capture_default_str();
  command->add_option("--volatility", options->market.daily_volatility, "Usual standard deviation of a day")
      ->capture_default_str();
  command
      ->add_option("--trades-per-minute", options->market.trades_per_minute,
                   "Usual number of trades a minute")
      ->capture_default_str();
  command->add_flag("--replace", options->replace, "Replace rows that are stored with other values");
  set_action(*command, globals, [options, &globals] { return synthesize_data(*options, globals); });
}

}  // namespace kontor::app
