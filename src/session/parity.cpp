#include "session/parity.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "model/event_codec.hpp"
#include "session/history.hpp"

namespace kontor::session {
namespace {

using journal::Family;

/// What tells one decision or fill from every other one of its side.
struct Key {
  OrderId order;
  bool is_fill = false;
  std::uint32_t number = 0;  ///< of the order's commands, or of its fills
  auto operator<=>(const Key&) const = default;
};

struct Happening {
  TimeNs at = 0;
  std::string text;
  RawPrice price;  ///< of a fill
};

/// A market datum, as short as two sides can still be compared.
struct Seen {
  TimeNs at = 0;
  std::uint32_t checksum = 0;
  bool operator==(const Seen&) const = default;
};

struct Word {
  TimeNs at = 0;
  std::string text;
};

/// What the backtest has to be told as well, a change of the configuration or the schedule's word, and after
/// how many events it came.
struct Setting {
  TimeNs at = 0;
  std::uint64_t place = 0;
  TimeNs before = kTimeMin;  ///< of the event before
  std::variant<SettingsChanged, TradingStateChanged> change;
};

/// What one side did and saw.
struct Timeline {
  std::map<Key, Happening> happenings;
  std::vector<Seen> market;
  std::vector<Word> words;  ///< of operators
  std::vector<Setting> settings;
  std::uint64_t events = 0;
  TimeNs first = kTimeMax;
  TimeNs last = kTimeMin;
};

/// Writes a timeline, whichever side it is.
class Scribe {
 public:
  explicit Scribe(const InstrumentTable& instruments) : instruments_(instruments) {}

  void event(const Event& event) {
    const TimeNs at = event.header.ts_recv;
    const auto* trading = std::get_if<TradingStateChanged>(&event.body);
    const bool is_schedule = trading != nullptr && is_of_schedule(trading->reason);
    if (is_schedule) timeline_.settings.push_back({at, timeline_.events, before_, *trading});
    if (const auto* change = std::get_if<SettingsChanged>(&event.body))
      timeline_.settings.push_back({at, timeline_.events, before_, *change});
    ++timeline_.events;
    before_ = at;
    timeline_.first = std::min(timeline_.first, at);
    timeline_.last = std::max(timeline_.last, at);
    if (journal::family_of(journal::type_of(event.body)) == Family::market) {
      scratch_.truncate(0);
      encode_event(scratch_, Event{{}, event.body});
      timeline_.market.push_back({at, crc32c(scratch_.buffer())});
    } else if (const auto* fill = std::get_if<Fill>(&event.body)) {
      add({fill->order, true, fills_[fill->order]++}, {at, text_of(*fill), fill->price});
    } else if (trading != nullptr && !is_schedule) {
      timeline_.words.push_back({at, boost::describe::enum_to_string(trading->state, "")});
    } else if (const auto* disk = std::get_if<DiskChanged>(&event.body); disk != nullptr && !disk->works) {
      timeline_.words.push_back({at, "restricted because the disk failed"});
    }
  }
  void command(const Command& command) {
    std::visit(
        [&](const auto& body) {
          add({body.id, false, commands_[body.id]++}, {command.header.ts_recv, text_of(body), RawPrice()});
        },
        command.body);
  }
  Timeline take() { return std::move(timeline_); }

 private:
  void add(const Key& key, Happening happening) { timeline_.happenings[key] = std::move(happening); }

  [[nodiscard]] std::string text_of(const NewOrder& order) const {
    const Instrument& instrument = instruments_[order.instrument];
    auto text =
        fmt::format("order {}: {} {} {} {}", order.id.value, boost::describe::enum_to_string(order.side, ""),
                    instrument.quantity(order.quantity).format(), instrument.name().format(),
                    boost::describe::enum_to_string(order.type, ""));
    if (has_limit_price(order.type)) text += " at " + instrument.price(order.limit_price).format();
    if (order.trigger_price.units != 0) text += " from " + instrument.price(order.trigger_price).format();
    return text;
  }
  [[nodiscard]] static std::string text_of(const CancelOrder& cancel) {
    return fmt::format("cancel of order {}", cancel.id.value);
  }
  [[nodiscard]] std::string text_of(const AmendOrder& amend) const {
    const Instrument& instrument = instruments_[amend.instrument];
    return fmt::format("order {} amended to {} at {}", amend.id.value,
                       instrument.quantity(amend.quantity).format(),
                       instrument.price(amend.limit_price).format());
  }
  [[nodiscard]] std::string text_of(const Fill& fill) const {
    const Instrument& instrument = instruments_[fill.instrument];
    return fmt::format("fill of order {}: {} {} {} at {}", fill.order.value,
                       boost::describe::enum_to_string(fill.side, ""),
                       instrument.quantity(fill.quantity).format(), instrument.name().format(),
                       instrument.price(fill.price).format());
  }

  const InstrumentTable& instruments_;
  Timeline timeline_;
  TimeNs before_ = kTimeMin;  ///< of the last event
  std::map<OrderId, std::uint32_t> commands_;
  std::map<OrderId, std::uint32_t> fills_;
  Encoder scratch_;
};

Result<Timeline> timeline_of_session(journal::FileSystem& files, const std::string& folder,
                                     const InstrumentTable& instruments) {
  Scribe scribe(instruments);
  std::vector<BookLevelChange> changes;
  TRY(auto history, History::open(files, folder));
  while (const auto* record = history.next()) {
    if (journal::is_event(record->type)) {
      TRY(const Event event, journal::event_in(*record, changes));
      scribe.event(event);
    } else if (journal::is_command(record->type)) {
      TRY(const Command command, journal::command_in(*record));
      scribe.command(command);
    }
    TRY_VOID(history.pass());
  }
  return scribe.take();
}

/// Lets the scribe see what a simulation goes through.
class Witness : public simulation::SilentObserver {
 public:
  explicit Witness(Scribe& scribe) : scribe_(scribe) {}
  [[nodiscard]] bool wants_events() const noexcept { return true; }
  void on_event(const Event& event) { scribe_.event(event); }
  void on_outputs(const engine::Outputs& outputs, TimeNs /*now*/, const portfolio::Portfolio& /*portfolio*/) {
    for (const auto& command : outputs.commands) scribe_.command(command);
  }

 private:
  Scribe& scribe_;
};

/// Makes the changes of the configuration, and says the schedule's words, where the session made them: behind
/// the same event, or where there is another number of events, at the same time.
class Settings {
 public:
  explicit Settings(const std::vector<Setting>& settings) : settings_(settings) {}

  template <class Simulation>
  void make_those_due(Simulation& simulation) {
    while (next_ < settings_.size() && is_due(simulation)) {
      const Setting& setting = settings_[next_++];
      std::visit([&](const auto& change) { simulation.inject(change, setting.at); }, setting.change);
    }
  }

 private:
  template <class Simulation>
  [[nodiscard]] bool is_due(const Simulation& simulation) const {
    const Setting& setting = settings_[next_];
    const bool is_at = simulation.events() == setting.place && simulation.now() == setting.before;
    const bool is_behind = simulation.events() >= setting.place && simulation.next_time() >= setting.at;
    return is_at || is_behind || simulation.next_time() > setting.at;
  }

  const std::vector<Setting>& settings_;
  std::size_t next_ = 0;
};

/// As far as the session came: its last instant, and as many events. A report from within a bar comes late
/// and has an earlier time.
Timeline timeline_of_backtest(const simulation::World& world, engine::EngineSettings engine,
                              const Timeline& session) {
  Scribe scribe(world.instruments);
  Witness witness(scribe);
  simulation::Simulation<Witness> simulation(world, std::move(engine), witness);
  simulation.begin();
  Settings settings(session.settings);
  while (simulation.has_data() &&
         (simulation.next_time() <= session.last || simulation.events() < session.events)) {
    settings.make_those_due(simulation);
    simulation.step();
  }
  settings.make_those_due(simulation);
  if (!simulation.has_data()) simulation.deliver_the_rest();
  return scribe.take();
}

/// Says why the two sides differ.
class Causes {
 public:
  Causes(const Timeline& session, const Timeline& backtest) : words_(session.words) {
    const auto& ours = session.market;
    const auto& theirs = backtest.market;
    const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
    if (a == ours.end()) return;  // the rest came after the session's end
    data_at_ = b == theirs.end() ? a->at : std::min(a->at, b->at);
  }

  [[nodiscard]] std::string of(const Happening* session, const Happening* backtest) const {
    const TimeNs at = session != nullptr ? session->at : backtest->at;
    if (!words_.empty() && words_.front().at <= at)
      return fmt::format("operator: trading was set to {} at {}", words_.front().text,
                         format_time(words_.front().at));
    if (data_at_ <= at)
      return fmt::format("data: the session saw other data than the store has, from {} on",
                         format_time(data_at_));
    if (session == nullptr || backtest == nullptr) return "unexplained";
    if (session->price != backtest->price) return "slippage: another price than the model's";
    if (session->text != backtest->text) return "queue: another quantity than the model's";
    return fmt::format("latency: {} apart", format_duration(std::abs(session->at - backtest->at)));
  }

 private:
  const std::vector<Word>& words_;
  TimeNs data_at_ = kTimeMax;  ///< of the first datum that only one side saw
};

std::vector<ParityDifference> differences_of(const Timeline& session, const Timeline& backtest) {
  const Causes causes(session, backtest);
  std::vector<ParityDifference> found;
  const auto note = [&](const Happening* ours, const Happening* theirs) {
    found.push_back({ours != nullptr ? ours->at : theirs->at, ours != nullptr ? ours->text : "",
                     theirs != nullptr ? theirs->text : "", causes.of(ours, theirs)});
  };
  for (const auto& [key, ours] : session.happenings) {
    const auto theirs = backtest.happenings.find(key);
    if (theirs == backtest.happenings.end()) {
      note(&ours, nullptr);
    } else if (ours.text != theirs->second.text || ours.at != theirs->second.at) {
      note(&ours, &theirs->second);
    }
  }
  for (const auto& [key, theirs] : backtest.happenings) {
    // The journal of a session that was killed ends within an instant.
    const bool is_later = theirs.at >= session.last;
    if (!is_later && !session.happenings.contains(key)) note(nullptr, &theirs);
  }
  std::ranges::stable_sort(found, {}, &ParityDifference::at);
  return found;
}

}  // namespace

Result<ParityReport> parity(journal::FileSystem& files, const std::string& folder,
                            const simulation::World& world, engine::EngineSettings engine) {
  TRY(const auto session, timeline_of_session(files, folder, world.instruments));
  const auto backtest = timeline_of_backtest(world, std::move(engine), session);
  ParityReport report;
  for (const auto& [key, happening] : session.happenings) ++(key.is_fill ? report.fills : report.decisions);
  report.from = session.first;
  report.to = session.last;
  report.differences = differences_of(session, backtest);
  return report;
}

}  // namespace kontor::session
