#pragma once

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/reader.hpp"
#include "journal/recover.hpp"
#include "journal/simulated_file_system.hpp"
#include "journal/writer.hpp"

namespace kontor::journal::test {

inline const std::string kFolder = "sessions/alpha";
inline constexpr TimeNs kStart = 1'735'689'600 * kSecond;  // 2025-01-01T00:00:00Z

inline InstrumentDefinitions definitions() {
  InstrumentTable table;
  InstrumentSpecification specification;
  specification.name = {"binance", "BTCUSDT"};
  specification.base = "BTC";
  specification.quote = "USDT";
  specification.tick = Decimal{1, 2};
  specification.step = Decimal{1, 5};
  EXPECT_TRUE(table.add(specification));
  specification.name.symbol = "ETHUSDT";
  specification.base = "ETH";
  specification.step = Decimal{1, 4};
  EXPECT_TRUE(table.add(specification));
  return definitions_of(table);
}

inline Identity identity() {
  return {"kontor 0.1.0", "alpha", "", "binance/main", 1, 42, {"c0ffee", "strategy = \"grid\"\n"},
          definitions()};
}

/// A record with its payload copied out.
struct Copy {
  RecordType type{};
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  std::vector<std::byte> payload;
  bool operator==(const Copy&) const = default;
};

/// What reading a journal to its end gave.
struct Contents {
  std::vector<Copy> records;
  Tail tail;
  std::optional<Error> error;
  std::uint64_t pruned = 0;
};

inline Contents read_all(FileSystem& files, const ReaderOptions& options = {},
                         const std::string& folder = kFolder) {
  Contents contents;
  auto reader = Reader::open(files, folder, options);
  if (!reader) {
    contents.error = reader.error();
    return contents;
  }
  for (;;) {
    const auto record = reader->next();
    if (!record) {
      contents.error = record.error();
      return contents;
    }
    if (*record == nullptr) break;
    const Record& read = **record;
    contents.records.push_back({read.type, read.seq, read.ts, {read.payload.begin(), read.payload.end()}});
  }
  contents.tail = reader->tail();
  contents.pruned = reader->pruned_records();
  return contents;
}

inline Bar bar_at(TimeNs ts) {
  Bar bar;
  bar.ts_open = ts - kMinute;
  bar.ts_venue = ts;
  bar.ts_recv = ts;
  bar.open = bar.high = bar.low = bar.close = RawPrice(5'000'000);
  bar.volume = RawQuantity(120'000);
  return bar;
}

/// A market order, as the engine would have emitted it at event `cause`.
inline Command command_at(std::uint64_t cause, TimeNs ts) {
  NewOrder order;
  order.id = OrderId(cause);
  order.quantity = RawQuantity(100'000);
  order.limit_price = RawPrice(5'000'001);
  order.type = OrderType::limit;
  return Command{EventHeader{cause, 0, ts, cause}, order};
}

/// Drives a writer as a session would: steps of one bar, now and then a trade, an order and its answer.
class Driver {
 public:
  explicit Driver(Writer& writer) : writer_(writer) {}

  template <class Body>
  std::uint64_t event(const Body& body) {
    const std::uint64_t seq = writer_.next_seq();
    writer_.append(Event{EventHeader{seq, now_, now_, 0}, body});
    return seq;
  }
  /// One batch; the seq of its last record.
  std::uint64_t batch() {
    now_ += kMinute;
    const std::uint64_t seq = event(bar_at(now_));
    sends_ = ++batches_ % 3 == 0;
    if (sends_) {
      writer_.append(command_at(seq, now_));
      event(OrderAccepted{OrderId(seq)});
    }
    return writer_.next_seq() - 1;
  }
  Result<void> commit() { return writer_.commit(now_, sends_ ? Batch::sends : Batch::silent); }
  /// A batch and its commit, which must work.
  void run(int batches) {
    for (int i = 0; i < batches; ++i) {
      batch();
      const auto committed = commit();
      ASSERT_TRUE(committed) << committed.error().message;
    }
  }
  [[nodiscard]] TimeNs now() const { return now_; }
  [[nodiscard]] bool sends() const { return sends_; }

 private:
  Writer& writer_;
  TimeNs now_ = kStart;
  int batches_ = 0;
  bool sends_ = false;
};

inline Writer new_journal(FileSystem& files, const WriterOptions& options = {},
                          const std::string& folder = kFolder) {
  auto writer = Writer::open(files, folder, identity(), options, {}, kStart);
  EXPECT_TRUE(writer) << (writer ? "" : writer.error().message);
  return std::move(*writer);
}

/// Goes on after a crash, as a session does.
inline Writer resumed_journal(FileSystem& files, const WriterOptions& options = {}) {
  const auto recovery = recover(files, kFolder, Unproven::cut);
  EXPECT_TRUE(recovery) << (recovery ? "" : recovery.error().message);
  auto writer = Writer::open(files, kFolder, identity(), options, recovery->start, kStart);
  EXPECT_TRUE(writer) << (writer ? "" : writer.error().message);
  return std::move(*writer);
}

inline constexpr SyncPolicy kNeverSync{SyncPolicy::When::none, kSecond};

}  // namespace kontor::journal::test
