#include "journal/records.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "model/event_codec.hpp"

namespace kontor::journal {

std::string name_of(RecordType type) {
  const char* const name = boost::describe::enum_to_string(type, nullptr);
  return name != nullptr ? name : fmt::format("type_{}", static_cast<unsigned>(type));
}

std::uint16_t newest_version(RecordType type) noexcept {
  return detail::is_enumerator(type) ? version_of(type) : 0;
}

InstrumentDefinitions definitions_of(const InstrumentTable& table) {
  InstrumentDefinitions definitions;
  for (std::uint32_t id = 0; id < table.asset_count(); ++id) {
    definitions.assets.push_back(table.asset_name(AssetId(id)));
  }
  for (const Instrument& instrument : table.all()) {
    definitions.instruments.push_back(instrument.specification());
  }
  return definitions;
}

Result<InstrumentTable> table_of(const InstrumentDefinitions& definitions) {
  InstrumentTable table;
  for (const std::string& asset : definitions.assets) static_cast<void>(table.add_asset(asset));
  for (const InstrumentSpecification& specification : definitions.instruments) {
    auto added = table.add(specification);
    if (!added) return fail(ErrorKind::bad_data, added.error().message);
  }
  if (table.asset_count() != definitions.assets.size()) {
    return fail(ErrorKind::bad_data,
                fmt::format("expected each asset of the instruments once, found {} names for {} assets",
                            definitions.assets.size(), table.asset_count()));
  }
  return table;
}

namespace {

/// A SessionEvent as version 1 has it.
struct FirstSessionEvent {
  std::string name;
  std::string details;
  BOOST_DESCRIBE_CLASS(FirstSessionEvent, (), (name, details), (), ())
};

/// Before version 2 of a TradingStateChanged every one of them was an operator's word.
Result<Event> decode_event_of(const Record& record, std::vector<BookLevelChange>& changes) {
  if (record.type != RecordType::trading_state_changed || record.version != 1)
    return decode_event(record.payload, changes);
  std::vector<std::byte> payload(record.payload.begin(), record.payload.end());
  payload.push_back(static_cast<std::byte>(TradingReason::operator_word));
  return decode_event(payload, changes);
}

std::unexpected<Error> mismatch(const Record& record, std::string_view found) {
  return fail(ErrorKind::bad_data,
              fmt::format("seq {}: expected a record of type {} that holds what it says, found {}",
                          record.seq, name_of(record.type), found));
}

}  // namespace

template <>
Result<SessionEvent> payload_in(const Record& record) {
  ASSERT(record.type == RecordType::session_event);
  if (record.version != 1) return decode<SessionEvent>(record.payload);
  TRY(auto first, decode<FirstSessionEvent>(record.payload));
  return SessionEvent{std::move(first.name), std::move(first.details)};
}

Result<Event> event_in(const Record& record, std::vector<BookLevelChange>& changes) {
  auto event = decode_event_of(record, changes);
  if (!event) return mismatch(record, "a payload that is no event");
  if (event->header.seq != record.seq || type_of(event->body) != record.type) {
    return mismatch(record, fmt::format("an event of type {} with seq {}", name_of(type_of(event->body)),
                                        event->header.seq));
  }
  return event;
}

Result<Command> command_in(const Record& record) {
  auto command = decode<Command>(record.payload);
  if (!command) return mismatch(record, "a payload that is no command");
  if (type_of(command->body) != record.type) return mismatch(record, name_of(type_of(command->body)));
  return command;
}

}  // namespace kontor::journal
