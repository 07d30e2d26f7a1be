#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "journal/manifest.hpp"
#include "storage/tables.hpp"

namespace kontor::storage {

/// An engine as a journal's session had it, before its first event.
struct FreshEngine {
  std::shared_ptr<const void> owner;  ///< of what the engine borrows
  std::unique_ptr<engine::Engine> engine;
  std::vector<std::string> strategies;  ///< their names, by id
};

/// Makes the engine of the session that a journal's first manifest names. Asked once or twice per session.
using EngineFactory = std::function<Result<FreshEngine>(const journal::Identity&)>;

/// Goes through the records of one session: inputs go through its engine, outputs must be those that the
/// engine decides, and rows are written of both. All figures are the engine's own.
class Fold {
 public:
  /// Rows are written of the records behind `written`; those up to it are only gone through.
  Fold(engine::Engine& engine, Tables& tables, std::uint64_t written)
      : engine_(&engine), tables_(&tables), written_(written) {}

  /// The next record. `segment` is the manifest of the one that it stands in. Error bad_data: the record is
  /// no record, or not what the engine decides; nothing was written of it then. Others come from the
  /// database, and has_written() is true.
  [[nodiscard]] Result<void> take(const journal::Record& record, const journal::Manifest& segment);

  /// False while the journal owes decisions of the last event: a crash may have kept them out of it.
  [[nodiscard]] bool is_settled() const noexcept { return came_ == decided(); }
  /// True once rows of the record that was taken last were begun.
  [[nodiscard]] bool has_written() const noexcept { return has_written_; }
  [[nodiscard]] const engine::Engine& engine() const noexcept { return *engine_; }
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  /// Decisions of the last event.
  [[nodiscard]] std::size_t decided() const noexcept {
    const auto& outputs = engine_->outputs();
    return outputs.breakers.size() + outputs.protections.size() + outputs.commands.size() +
           outputs.refused.size();
  }
  [[nodiscard]] Tables& rows() noexcept {
    has_written_ = true;
    return *tables_;
  }
  [[nodiscard]] Result<void> take_event(const journal::Record& record);
  [[nodiscard]] Result<void> sample_equity(TimeNs now);
  [[nodiscard]] Result<void> write_fills(const Origin& origin, const Fill& fill);
  [[nodiscard]] Result<void> write_report(const Origin& origin, const Event& event, OrderStatus before);
  [[nodiscard]] Result<void> take_breaker(const journal::Record& record);
  [[nodiscard]] Result<void> take_protection(const journal::Record& record);
  [[nodiscard]] Result<void> take_command(const journal::Record& record);
  [[nodiscard]] Result<void> take_refusal(const journal::Record& record);
  [[nodiscard]] Result<void> take_rest(const journal::Record& record, const journal::Manifest& segment);
  [[nodiscard]] Result<void> expect_decided(const journal::Record& record) const;

  engine::Engine* engine_;
  Tables* tables_;
  std::uint64_t written_;
  std::size_t came_ = 0;  ///< of the last event's decisions
  bool writes_ = false;   ///< rows of the present record
  bool has_written_ = false;
  bool closed_ = false;
  std::vector<BookLevelChange> changes_;
  std::vector<RawQuantity> held_;  ///< by strategy, before the present fill
};

}  // namespace kontor::storage
