// The journal: appending with and without waiting for the disk, reading and verifying.

#include <filesystem>

#include <benchmark/benchmark.h>

#include "journal/posix_file_system.hpp"
#include "journal/verify.hpp"
#include "journal/writer.hpp"
#include "tests/bench/market_fixture.hpp"

namespace kontor::bench {
namespace {

using journal::SyncPolicy;
using journal::Writer;

constexpr std::uint64_t kEvents = 1'000'000;

/// A fresh folder beside the store of the other benchmarks, removed in the end.
class JournalFolder {
 public:
  JournalFolder() : path_(bench_store_path().parent_path() / "journal") {
    std::filesystem::remove_all(path_);
  }
  ~JournalFolder() { std::filesystem::remove_all(path_); }
  JournalFolder(const JournalFolder&) = delete;
  JournalFolder& operator=(const JournalFolder&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }
  void empty() const { std::filesystem::remove_all(path_); }

 private:
  std::filesystem::path path_;
};

Bar bar_at(TimeNs ts) {
  Bar bar;
  bar.ts_open = ts - kMinute;
  bar.ts_venue = bar.ts_recv = ts;
  bar.open = bar.high = bar.low = bar.close = RawPrice(6'000'000);
  bar.volume = RawQuantity(120'000);
  return bar;
}

Writer open_writer(journal::FileSystem& files, const JournalFolder& folder, SyncPolicy::When when) {
  const journal::WriterOptions options{.sync = {when, kSecond}};
  return std::move(*Writer::open(files, folder.path(), journal::Identity{}, options, {}, kStart));
}

/// Appends bars in groups, with one commit for each group.
void append_bars(benchmark::State& state, Writer& writer, std::uint64_t count, std::uint64_t group,
                 journal::Batch batch) {
  TimeNs now = kStart;
  for (std::uint64_t done = 0; done < count; done += group) {
    for (std::uint64_t i = 0; i < group; ++i) {
      now += kMillisecond;
      writer.append(Event{EventHeader{writer.next_seq(), now, now, 0}, bar_at(now)});
    }
    if (const auto committed = writer.commit(now, batch); !committed) {
      state.SkipWithError(committed.error().message.c_str());
      return;
    }
  }
}

void report_bytes(benchmark::State& state, std::uint64_t events) {
  const auto total = static_cast<std::int64_t>(events) * static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(total);
}

/// Items are bars, in groups of 64; written, never synced.
void BM_journal_append(benchmark::State& state) {
  journal::PosixFileSystem files;
  const JournalFolder folder;
  for (auto _ : state) {
    state.PauseTiming();
    folder.empty();
    Writer writer = open_writer(files, folder, SyncPolicy::When::none);
    state.ResumeTiming();
    append_bars(state, writer, kEvents, 64, journal::Batch::silent);
  }
  report_bytes(state, kEvents);
}
BENCHMARK(BM_journal_append)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Encoding alone: the same with one commit per 4,096 bars and a disk that takes everything at once.
void BM_journal_encode(benchmark::State& state) {
  Encoder buffer;
  TimeNs now = kStart;
  std::uint64_t seq = 0;
  for (auto _ : state) {
    now += kMillisecond;
    const Event event{EventHeader{++seq, now, now, 0}, bar_at(now)};
    const journal::RecordHeader header{.type = 256, .seq = seq, .ts = now};
    const std::size_t start = buffer.size();
    buffer.bytes(&header, sizeof header);
    encode_event(buffer, event);
    journal::seal_record(buffer, start, header);
    if (seq % 4096 == 0) buffer.truncate(0);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_journal_encode);

/// Items are bars, in groups of 64; each group is on the disk before the next one begins.
void BM_journal_append_durable(benchmark::State& state) {
  constexpr std::uint64_t kDurable = 32'768;
  journal::PosixFileSystem files;
  const JournalFolder folder;
  for (auto _ : state) {
    state.PauseTiming();
    folder.empty();
    Writer writer = open_writer(files, folder, SyncPolicy::When::before_send);
    state.ResumeTiming();
    append_bars(state, writer, kDurable, 64, journal::Batch::sends);
  }
  report_bytes(state, kDurable);
}
BENCHMARK(BM_journal_append_durable)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The floor of the one above: the bytes of such a group appended and synced, without a journal.
void BM_append_and_sync_floor(benchmark::State& state) {
  constexpr std::int64_t kGroups = 512;
  journal::PosixFileSystem files;
  const JournalFolder folder;
  const std::vector<std::byte> group(64 * 145);
  if (!files.make_folder(folder.path())) state.SkipWithError("cannot make the folder");
  const auto file = files.open(folder.path() + "/floor", journal::Access::append_anew);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < kGroups; ++i) {
      if (!(*file)->append(group) || !(*file)->sync()) state.SkipWithError("cannot write");
    }
  }
  state.SetItemsProcessed(state.iterations() * kGroups * 64);
}
BENCHMARK(BM_append_and_sync_floor)->Unit(benchmark::kMillisecond)->UseRealTime();

/// A journal of bars with an order after every hundredth, and its answer.
void write_journal(journal::FileSystem& files, const JournalFolder& folder) {
  Writer writer = open_writer(files, folder, SyncPolicy::When::none);
  TimeNs now = kStart;
  while (writer.next_seq() <= kEvents) {
    now += kMillisecond;
    const std::uint64_t seq = writer.next_seq();
    writer.append(Event{EventHeader{seq, now, now, 0}, bar_at(now)});
    if (seq % 100 == 0) {
      writer.append(Command{EventHeader{seq, 0, now, seq}, NewOrder{}});
      writer.append(Event{EventHeader{writer.next_seq(), now, now, seq}, OrderAccepted{OrderId(seq)}});
    }
    if (seq % 64 == 0) static_cast<void>(writer.commit(now, journal::Batch::silent));
  }
  static_cast<void>(writer.close(now, "done"));
}

/// Items are records: read from both families, merged, checksums and order verified.
void BM_journal_read(benchmark::State& state) {
  journal::PosixFileSystem files;
  const JournalFolder folder;
  write_journal(files, folder);
  std::int64_t records = 0;
  for (auto _ : state) {
    auto reader = journal::Reader::open(files, folder.path());
    for (;;) {
      const auto record = reader->next();
      if (!record) state.SkipWithError(record.error().message.c_str());
      if (!record || *record == nullptr) break;
      ++records;
    }
  }
  state.SetItemsProcessed(records);
}
BENCHMARK(BM_journal_read)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Items are records: the same, and the content of each one decoded.
void BM_journal_verify(benchmark::State& state) {
  journal::PosixFileSystem files;
  const JournalFolder folder;
  write_journal(files, folder);
  std::uint64_t records = 0;
  for (auto _ : state) {
    const auto report = journal::verify(files, folder.path());
    if (!report) state.SkipWithError(report.error().message.c_str());
    if (report) records += report->records;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
}
BENCHMARK(BM_journal_verify)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace kontor::bench
