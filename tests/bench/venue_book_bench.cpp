// Books of a venue as a live session keeps them: many instruments, messages of several levels.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/prng.hpp"
#include "model/book.hpp"
#include "model/instrument.hpp"
#include "venue/binance/protocol.hpp"
#include "venue/book_sync.hpp"
#include "venue/live/translate.hpp"

namespace {

using kontor::Book;
using kontor::BookLevelChange;
using kontor::Decimal;
using kontor::InstrumentId;
using kontor::Prng;
using kontor::Side;

constexpr std::size_t kBooks = 100;
constexpr std::int64_t kLevels = 1'000;
constexpr std::size_t kBookMessages = 50'000;
/// Changed on each side by one message.
constexpr std::size_t kChangesOfSide = 5;
constexpr std::int64_t kMidPrice = 5'000'000;

kontor::InstrumentTable many_instruments() {
  kontor::InstrumentTable table;
  for (std::size_t i = 0; i < kBooks; ++i) {
    kontor::InstrumentSpecification made;
    made.name = {"binance", fmt::format("C{}USDT", i)};
    made.kind = kontor::InstrumentKind::spot;
    made.base = fmt::format("C{}", i);
    made.quote = "USDT";
    made.tick = Decimal{1, 2};
    made.step = Decimal{1, 5};
    ASSERT(table.add(made).has_value());
  }
  return table;
}

/// A depth message of one instrument, with the texts or the levels that it is made of.
struct DepthMessage {
  InstrumentId instrument;
  std::int64_t id = 0;  ///< of the instrument's messages
  std::vector<kontor::venue::BookLevel> bids;
  std::vector<kontor::venue::BookLevel> asks;

  [[nodiscard]] kontor::venue::BookChange change(bool is_snapshot) const {
    return {
        .symbol = {}, .is_snapshot = is_snapshot, .first_id = id, .last_id = id, .bids = bids, .asks = asks};
  }
};

/// Both sides of a book: every price of kLevels ticks from the middle.
DepthMessage whole_book(InstrumentId instrument) {
  DepthMessage message{.instrument = instrument, .id = 0, .bids = {}, .asks = {}};
  for (std::int64_t level = 1; level <= kLevels; ++level) {
    message.bids.push_back({{kMidPrice - level, 2}, {100'000 + level, 5}});
    message.asks.push_back({{kMidPrice + level, 2}, {100'000 + level, 5}});
  }
  return message;
}

/// Changes of one side: most of them near the touch, each tenth takes a level away that a later one brings
/// back.
std::vector<kontor::venue::BookLevel> side_of(Prng& prng, std::int64_t sign) {
  std::vector<kontor::venue::BookLevel> levels;
  for (std::size_t i = 0; i < kChangesOfSide; ++i) {
    const std::uint64_t reach = prng.below(4) == 0 ? static_cast<std::uint64_t>(kLevels) : 50;
    const std::int64_t distance = 1 + static_cast<std::int64_t>(prng.below(reach));
    const auto quantity = prng.below(10) == 0 ? 0 : 1 + static_cast<std::int64_t>(prng.below(1'000'000));
    levels.push_back({{kMidPrice + sign * distance, 2}, {quantity, 5}});
  }
  return levels;
}

std::vector<DepthMessage> depth_messages(std::size_t count) {
  Prng prng(11);
  std::vector<std::int64_t> ids(kBooks, 0);
  std::vector<DepthMessage> messages;
  for (std::size_t i = 0; i < count; ++i) {
    const auto book = static_cast<std::uint32_t>(prng.below(kBooks));
    messages.push_back({InstrumentId(book), ++ids[book], side_of(prng, -1), side_of(prng, +1)});
  }
  return messages;
}

std::string text_of(const DepthMessage& message, std::int64_t id) {
  const auto levels = [](const std::vector<kontor::venue::BookLevel>& all) {
    std::string text;
    for (const auto& level : all)
      text += fmt::format(R"({}["{}","{}"])", text.empty() ? "" : ",", level.price.format(),
                          level.quantity.format());
    return text;
  };
  return fmt::format(
      R"({{"stream":"c{0}usdt@depth@100ms","data":{{"e":"depthUpdate","E":1700000000123,"s":"C{0}USDT",)"
      R"("U":{1},"u":{1},"b":[{2}],"a":[{3}]}}}})",
      message.instrument.index(), id, levels(message.bids), levels(message.asks));
}

/// What a session does with the messages of many books: puts each into its order, brings it into raw units
/// and applies it.
class ManyBooks {
 public:
  ManyBooks()
      : table_(many_instruments()),
        symbols_(table_, "binance", kontor::venue::Product::spot),
        books_(kBooks),
        syncs_(kBooks, kontor::venue::BookSync(kontor::venue::BookRule::next_id)) {
    for (const auto& instrument : table_.all()) {
      const DepthMessage whole = whole_book(instrument.id());
      take(instrument.id(), whole.change(true));
    }
  }
  void take(InstrumentId id, const kontor::venue::BookChange& change) {
    const auto step =
        syncs_[id.index()].take(change, [&](const kontor::venue::BookChange& one) { apply(id, one); });
    ASSERT(step == kontor::venue::BookStep::applied);
  }
  void take(const kontor::venue::BookChange& change) { take(*symbols_.find(change.symbol), change); }
  [[nodiscard]] std::size_t levels() const {
    std::size_t count = 0;
    for (const Book& book : books_) count += book.size(Side::buy) + book.size(Side::sell);
    return count;
  }

 private:
  void apply(InstrumentId id, const kontor::venue::BookChange& change) {
    changes_.clear();
    ASSERT(kontor::live::add_changes(table_[id], change, changes_).has_value());
    books_[id.index()].apply({.instrument = id, .snapshot = change.is_snapshot, .changes = changes_});
  }

  kontor::InstrumentTable table_;
  kontor::live::SymbolTable symbols_;
  std::vector<Book> books_;
  std::vector<kontor::venue::BookSync> syncs_;
  std::vector<BookLevelChange> changes_;
};

/// Books from decoded messages. Items are level updates.
void BM_hundred_books(benchmark::State& state) {
  auto messages = depth_messages(kBookMessages);
  ManyBooks books;
  std::int64_t round = 0;
  std::vector<std::int64_t> last(kBooks, 0);
  for (auto _ : state) {
    for (DepthMessage& message : messages) {
      message.id = ++last[message.instrument.index()];
      books.take(message.instrument, message.change(false));
    }
    ++round;
  }
  state.SetItemsProcessed(round * static_cast<std::int64_t>(kBookMessages * 2 * kChangesOfSide));
  state.counters["levels"] = static_cast<double>(books.levels());
}
BENCHMARK(BM_hundred_books)->Unit(benchmark::kMillisecond)->UseRealTime();

class BookSink final : public kontor::venue::MessageSink {
 public:
  explicit BookSink(ManyBooks& books) : books_(books) {}
  void take(const kontor::venue::Message& message) override {
    if (const auto* change = std::get_if<kontor::venue::BookChange>(&message)) books_.take(*change);
  }

 private:
  ManyBooks& books_;
};

/// The same from the venue's texts on. The books begin anew with each round, since the texts count on from
/// there.
void BM_hundred_books_from_text(benchmark::State& state) {
  std::vector<std::string> texts;
  for (const DepthMessage& message : depth_messages(kBookMessages))
    texts.push_back(text_of(message, message.id));
  const auto protocol = kontor::binance::make_protocol();
  for (auto _ : state) {
    state.PauseTiming();
    auto books = std::make_unique<ManyBooks>();
    BookSink sink(*books);
    state.ResumeTiming();
    for (const std::string& text : texts) ASSERT(protocol->decode(text, {}, sink).has_value());
    state.PauseTiming();
    books.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBookMessages * 2 * kChangesOfSide));
}
BENCHMARK(BM_hundred_books_from_text)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
