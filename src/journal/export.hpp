#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/reader.hpp"

namespace kontor::journal {

/// Which records to export; what is not set lets all through.
struct ExportFilter {
  std::vector<RecordType> types{};
  std::optional<TimeNs> from{};  ///< the first time that is in
  std::optional<TimeNs> to{};    ///< the first time that is out
  std::optional<OrderId> order{};
  std::optional<InstrumentName> instrument{};
};

/// The record type of this name; an unknown one is a usage error that lists those there are.
[[nodiscard]] Result<RecordType> parse_record_type(std::string_view name);

/// Turns records into lines of JSON, with prices, quantities and amounts as decimal text. Must see every
/// record from the start, also those that it does not let through: it remembers which order is for which
/// instrument, and takes over instruments that change. Where it cannot know the scale (an order from before
/// the journal, or one of more than kMaxOrders ago), raw units are given as {"units": n}.
class Exporter {
 public:
  static constexpr std::size_t kMaxOrders = 1'000'000;

  [[nodiscard]] static Result<Exporter> make(const InstrumentDefinitions& definitions, ExportFilter filter);

  /// The record as one JSON object without a line end; nothing where the filter leaves it out. The view lives
  /// until the next call.
  [[nodiscard]] Result<std::optional<std::string_view>> line(const Record& record);

 private:
  Exporter(InstrumentTable table, ExportFilter filter);
  [[nodiscard]] Result<void> find_instrument();
  void remember(const Command& command);
  [[nodiscard]] const Instrument* instrument_of(std::optional<InstrumentId> instrument,
                                                std::optional<OrderId> order) const;
  [[nodiscard]] bool lets_through(const Record& record, std::optional<InstrumentId> instrument,
                                  std::optional<OrderId> order) const;
  template <class Body>
  [[nodiscard]] std::optional<std::string_view> write(const Record& record, const EventHeader* header,
                                                      const Body& body);
  template <class Payload>
  [[nodiscard]] Result<std::optional<std::string_view>> write_payload(const Record& record);

  InstrumentTable table_;
  ExportFilter filter_;
  std::optional<InstrumentId> wanted_instrument_;
  std::map<OrderId, InstrumentId> orders_;
  std::vector<BookLevelChange> changes_;
  std::string text_;
};

/// Reads a journal and hands each line that the filter lets through to `sink`, with its line end. Returns how
/// many there were.
[[nodiscard]] Result<std::uint64_t> export_journal(FileSystem& files, const std::string& folder,
                                                   ExportFilter filter,
                                                   const std::function<Result<void>(std::string_view)>& sink);

}  // namespace kontor::journal
