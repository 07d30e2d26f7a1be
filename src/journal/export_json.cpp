#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "journal/export.hpp"

namespace kontor::journal {
namespace {

namespace json = boost::json;

/// What is needed to write the values of one record.
struct Context {
  const InstrumentTable& table;
  const Instrument* instrument;  ///< nullptr: not known
};

json::value raw_units(std::int64_t units) { return json::object{{"units", units}}; }

template <class T>
json::value value_of(const Context& context, const T& value);

template <class T>
json::object object_of(const Context& context, const T& value);

json::value id_of(const Context& context, InstrumentId id) {
  if (id.index() >= context.table.size()) return id.value;
  return json::value(context.table[id].name().format());
}
json::value id_of(const Context& context, AssetId id) {
  if (id.index() >= context.table.asset_count()) return id.value;
  return json::value(context.table.asset_name(id));
}
template <class Tag, class Rep>
json::value id_of(const Context&, Id<Tag, Rep> id) {
  return id.value;
}

json::value hexadecimal(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return json::value(text);
}

template <class T>
json::value value_of(const Context& context, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return boost::describe::enum_to_string(value, "unknown");
  } else if constexpr (std::is_arithmetic_v<T>) {
    return value;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json::value(value);
  } else if constexpr (std::is_same_v<T, StateHash>) {
    return hexadecimal(value);
  } else if constexpr (std::is_same_v<T, RawPrice>) {
    if (context.instrument == nullptr) return raw_units(value.units);
    return json::value(context.instrument->price(value).format());
  } else if constexpr (std::is_same_v<T, RawQuantity>) {
    if (context.instrument == nullptr) return raw_units(value.units);
    return json::value(context.instrument->quantity(value).format());
  } else if constexpr (std::is_same_v<T, Amount> || std::is_same_v<T, Decimal> ||
                       std::is_same_v<T, Timeframe> || std::is_same_v<T, InstrumentName>) {
    return json::value(value.format());
  } else if constexpr (detail::is_instance<T, std::optional>::value) {
    return value ? value_of(context, *value) : json::value();
  } else if constexpr (detail::is_instance<T, std::variant>::value) {
    return std::visit([&](const auto& one) { return value_of(context, one); }, value);
  } else if constexpr (detail::is_instance<T, std::vector>::value) {
    json::array array;
    for (const auto& element : value) array.push_back(value_of(context, element));
    return array;
  } else if constexpr (requires { typename T::rep; }) {
    return id_of(context, value);
  } else {
    return object_of(context, value);
  }
}

/// Times are plain numbers in the model; they are told by their names.
bool is_time(std::string_view name) {
  return name.starts_with("ts_") || name == "expire_at" || name == "until";
}

template <class T>
void add_members(json::object& object, const Context& context, const T& value) {
  boost::mp11::mp_for_each<detail::described_members<T>>([&](auto member) {
    const auto& content = value.*member.pointer;
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(content)>, TimeNs>) {
      if (is_time(member.name)) {
        object[member.name] = content == 0 ? json::value() : json::value(format_time(content));
        return;
      }
    }
    object[member.name] = value_of(context, content);
  });
}

/// A book update only borrows its changes and so has no description.
void add_members(json::object& object, const Context& context, const BookUpdate& update) {
  object["instrument"] = id_of(context, update.instrument);
  object["ts_venue"] = format_time(update.ts_venue);
  object["ts_recv"] = format_time(update.ts_recv);
  object["snapshot"] = update.snapshot;
  json::array changes;
  for (const BookLevelChange& change : update.changes) changes.push_back(value_of(context, change));
  object["changes"] = std::move(changes);
}

template <class T>
json::object object_of(const Context& context, const T& value) {
  json::object object;
  add_members(object, context, value);
  return object;
}

template <class Body>
std::optional<OrderId> order_in(const Body& body) {
  if constexpr (requires { OrderId(body.order); }) {
    return body.order;
  } else if constexpr (requires { OrderId(body.id); } && !std::is_same_v<Body, Trade>) {
    return body.id;
  } else {
    return std::nullopt;
  }
}

template <class Body>
std::optional<InstrumentId> instrument_in(const Body& body) {
  if constexpr (std::is_same_v<Body, BreakerChanged> || requires { InstrumentId(body.instrument); }) {
    return body.instrument;
  } else {
    return std::nullopt;
  }
}

}  // namespace

Result<RecordType> parse_record_type(std::string_view name) {
  std::optional<RecordType> found;
  std::string all;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<RecordType>>([&](auto enumerator) {
    if (name == enumerator.name) found = enumerator.value;
    all += all.empty() ? enumerator.name : fmt::format(", {}", enumerator.name);
  });
  if (found) return *found;
  return fail(ErrorKind::usage, fmt::format("expected a record type ({}), found \"{}\"", all, name));
}

Exporter::Exporter(InstrumentTable table, ExportFilter filter)
    : table_(std::move(table)), filter_(std::move(filter)) {}

Result<Exporter> Exporter::make(const InstrumentDefinitions& definitions, ExportFilter filter) {
  TRY(InstrumentTable table, table_of(definitions));
  Exporter exporter(std::move(table), std::move(filter));
  TRY_VOID(exporter.find_instrument());
  return exporter;
}

Result<void> Exporter::find_instrument() {
  if (!filter_.instrument) return {};
  const auto found = table_.find(*filter_.instrument);
  if (!found) return fail(ErrorKind::not_found, found.error().message);
  wanted_instrument_ = *found;
  return {};
}

void Exporter::remember(const Command& command) {
  if (const auto* const order = std::get_if<NewOrder>(&command.body)) orders_[order->id] = order->instrument;
  if (orders_.size() > kMaxOrders) orders_.erase(orders_.begin());
}

const Instrument* Exporter::instrument_of(std::optional<InstrumentId> instrument,
                                          std::optional<OrderId> order) const {
  if (!instrument && order) {
    const auto found = orders_.find(*order);
    if (found != orders_.end()) instrument = found->second;
  }
  return instrument && instrument->index() < table_.size() ? &table_[*instrument] : nullptr;
}

bool Exporter::lets_through(const Record& record, std::optional<InstrumentId> instrument,
                            std::optional<OrderId> order) const {
  if (!filter_.types.empty() && std::ranges::find(filter_.types, record.type) == filter_.types.end())
    return false;
  if ((filter_.from && record.ts < *filter_.from) || (filter_.to && record.ts >= *filter_.to)) return false;
  if (filter_.order && order != filter_.order) return false;
  if (!wanted_instrument_) return true;
  const Instrument* const its = instrument_of(instrument, order);
  return its != nullptr && its->id() == *wanted_instrument_;
}

template <class Body>
std::optional<std::string_view> Exporter::write(const Record& record, const EventHeader* header,
                                                const Body& body) {
  const auto order = order_in(body);
  const auto instrument = instrument_in(body);
  if (!lets_through(record, instrument, order)) return std::nullopt;
  json::object object{{"seq", record.seq}, {"ts", format_time(record.ts)}, {"type", name_of(record.type)}};
  if (header != nullptr && header->cause != 0) object["cause"] = header->cause;
  object["body"] = value_of(Context{table_, instrument_of(instrument, order)}, body);
  text_ = json::serialize(object);
  return text_;
}

template <class Payload>
Result<std::optional<std::string_view>> Exporter::write_payload(const Record& record) {
  TRY(const Payload payload, payload_in<Payload>(record));
  if constexpr (std::is_same_v<Payload, InstrumentDefinitions>) {
    TRY(table_, table_of(payload));
    TRY_VOID(find_instrument());
  }
  return write(record, nullptr, payload);
}

Result<std::optional<std::string_view>> Exporter::line(const Record& record) {
  if (is_event(record.type)) {
    TRY(const Event event, event_in(record, changes_));
    return std::visit([&](const auto& body) { return write(record, &event.header, body); }, event.body);
  }
  if (is_command(record.type)) {
    TRY(const Command command, command_in(record));
    remember(command);
    return std::visit([&](const auto& body) { return write(record, &command.header, body); }, command.body);
  }
  switch (record.type) {
    case RecordType::instruments: return write_payload<InstrumentDefinitions>(record);
    case RecordType::configuration: return write_payload<Configuration>(record);
    case RecordType::snapshot_taken: return write_payload<SnapshotTaken>(record);
    case RecordType::session_event: return write_payload<SessionEvent>(record);
    case RecordType::intent_refused: return write_payload<IntentRefused>(record);
    case RecordType::fill_booked: return write_payload<FillBooked>(record);
    case RecordType::breaker_changed: return write_payload<BreakerChanged>(record);
    case RecordType::protection_changed: return write_payload<ProtectionChanged>(record);
    case RecordType::closed: return write_payload<Closed>(record);
    default: return std::optional<std::string_view>();
  }
}

Result<std::uint64_t> export_journal(FileSystem& files, const std::string& folder, ExportFilter filter,
                                     const std::function<Result<void>(std::string_view)>& sink) {
  TRY(Reader reader, Reader::open(files, folder));
  TRY(Exporter exporter, Exporter::make(reader.first_manifest().identity.instruments, std::move(filter)));
  std::uint64_t lines = 0;
  std::string text;
  for (;;) {
    TRY(const Record* const record, reader.next());
    if (record == nullptr) return lines;
    TRY(const auto line, exporter.line(*record));
    if (!line) continue;
    text.assign(*line);
    text += '\n';
    TRY_VOID(sink(text));
    ++lines;
  }
}

}  // namespace kontor::journal
