#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/outputs.hpp"
#include "engine/state.hpp"
#include "journal/manifest.hpp"
#include "storage/database.hpp"

namespace kontor::storage {

/// What a record of the journal is about.
struct Subject {
  std::optional<OrderId> order;
  std::optional<StrategyId> strategy;
  std::optional<InstrumentId> instrument;
};

/// Where in the journal a row comes from.
struct Origin {
  std::uint64_t seq = 0;
  TimeNs time = 0;  ///< when it was received or decided
};

/// How far a session is projected, and how it stands there.
struct SessionProgress {
  Origin last;
  bool closed = false;  ///< the last run ended in good order
  TradingState trading = TradingState::running;
};

/// An engine's state after a record, from which a projection goes on.
struct Checkpoint {
  std::uint64_t seq = 0;              ///< the engine's state is that after this record
  std::string last_record;            ///< tells the last projected record from any other
  std::span<const std::byte> engine;  ///< its snapshot
};

/// Writes the rows of one session; the caller has the transaction. Numbers become text with every digit, in
/// the scale of their instrument.
class Tables {
 public:
  /// `instruments` and `database` must outlive it.
  [[nodiscard]] static Result<Tables> make(Database& database, const InstrumentTable& instruments,
                                           std::string session);

  // Once, before anything else of the session.
  [[nodiscard]] Result<void> add_session(const journal::Identity& identity, AssetId reporting_asset,
                                         TimeNs begun);
  [[nodiscard]] Result<void> add_strategy(StrategyId strategy, std::string_view name);
  [[nodiscard]] Result<void> add_instruments();

  [[nodiscard]] Result<void> begin_run(const Origin& origin, const journal::Identity& identity,
                                       std::string_view configuration_hash);
  [[nodiscard]] Result<void> end_run(const Origin& origin, std::string_view reason);
  [[nodiscard]] Result<void> add_event(const Origin& origin, std::string_view type, const Subject& subject);
  [[nodiscard]] Result<void> add_order(const Origin& origin, std::uint64_t cause, const NewOrder& order);
  /// An order that was told to do something: its status now.
  [[nodiscard]] Result<void> command_order(const Origin& origin, OrderId order, OrderStatus status);
  /// An order as the engine has it after a report, but for the status, which is `status`.
  [[nodiscard]] Result<void> update_order(const Origin& origin, const execution::Order& order,
                                          OrderStatus status);
  /// One part of a fill. `fee_quantity`: what the fee took off the position.
  [[nodiscard]] Result<void> add_fill(const Origin& origin, std::uint64_t part,
                                      const engine::FillBooked& fill, RawQuantity fee_quantity);
  [[nodiscard]] Result<void> add_refusal(const Origin& origin, const journal::IntentRefused& refusal);
  [[nodiscard]] Result<void> add_breaker(const Origin& origin, const BreakerChanged& change);
  [[nodiscard]] Result<void> add_equity(std::string_view period, TimeNs time,
                                        const portfolio::Portfolio& portfolio);

  // What stands now, in the place of what stood before.
  [[nodiscard]] Result<void> replace_positions(const portfolio::Portfolio& portfolio);
  [[nodiscard]] Result<void> replace_balances(const portfolio::Portfolio& portfolio);
  [[nodiscard]] Result<void> note_progress(const SessionProgress& progress);
  [[nodiscard]] Result<void> replace_checkpoint(const Checkpoint& checkpoint);
  /// The same checkpoint, from which the projection came further.
  [[nodiscard]] Result<void> move_last_record(std::string_view last_record);

 private:
  Tables(const InstrumentTable& instruments, std::string session)
      : instruments_(&instruments), session_(std::move(session)) {}

  [[nodiscard]] Result<void> add_position(std::optional<StrategyId> strategy, InstrumentId instrument,
                                          const Position& position, const portfolio::SubBookEntry* book,
                                          RawPrice mark);
  [[nodiscard]] const Instrument& at(InstrumentId id) const noexcept { return (*instruments_)[id]; }

  const InstrumentTable* instruments_;
  std::string session_;
  std::vector<Statement> statements_;
};

}  // namespace kontor::storage
