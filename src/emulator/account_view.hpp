#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "emulator/orders.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::emulator {

using sim::MarginMode;

/// What a key may be used for.
struct KeyPermissions {
  bool read = true;
  bool spot = true;
  bool linear = true;
  bool withdraw = false;
  [[nodiscard]] bool may_trade(Product product) const noexcept {
    return product == Product::spot ? spot : linear;
  }
};

/// A key of an account. Secrets are made for the emulator and worth nothing elsewhere.
struct ApiKey {
  std::string key{};
  std::string secret{};          ///< of HMAC signatures
  std::string public_key_pem{};  ///< of RSA or Ed25519 signatures; empty: none
  std::string label{};
  KeyPermissions permissions{};
  std::vector<std::string> addresses{};  ///< that it may be used from; empty: any
  bool enabled = true;
  TimeNs created_at = 0;
};

/// One asset of a wallet.
struct AssetBalance {
  AssetId asset{};
  Amount total{};            ///< what is owned, reserved or not; without unrealised results
  Amount reserved{};         ///< by open orders
  Amount free{};             ///< what new orders may use
  Amount position_margin{};  ///< linear: of open positions
  Amount unrealized{};       ///< linear: result of open positions at the mark
  Amount maintenance{};      ///< linear: margin that must be kept
  [[nodiscard]] Amount equity() const noexcept { return total + unrealized; }
};

/// A position in a perpetual.
struct PositionView {
  InstrumentId instrument{};
  RawQuantity quantity{};  ///< signed
  Amount cost{};           ///< of what is held, at its average price; signed
  Amount entry_price{};    ///< zero when flat
  RawPrice mark{};
  Amount unrealized{};
  Amount initial_margin{};  ///< tied up
  Amount maintenance_margin{};
  Amount realized{};                            ///< since the account began, without fees and funding
  std::optional<RawPrice> liquidation_price{};  ///< an estimate, as if nothing else moved
  Decimal leverage{1, 0};
  MarginMode margin_mode = MarginMode::cross;
  TimeNs updated_at = 0;
};

/// What an account has chosen for an instrument.
struct InstrumentSettings {
  Decimal leverage{20, 0};
  MarginMode margin_mode = MarginMode::cross;
};

/// Why money moved.
BOOST_DEFINE_FIXED_ENUM_CLASS(IncomeKind, std::uint8_t, transfer, realized_profit, commission, funding,
                              liquidation_fee)

struct IncomeRecord {
  std::uint64_t id = 0;  ///< ascending per account
  TimeNs ts = 0;
  Product product = Product::spot;
  IncomeKind kind = IncomeKind::transfer;
  std::optional<InstrumentId> instrument{};  ///< none: a transfer
  AssetId asset{};
  Amount amount{};          ///< positive came in
  ExecutionId execution{};  ///< of realised profit and commission
};

/// What an account begins with.
struct Deposit {
  Product product = Product::spot;  ///< where the venue keeps products in one wallet it does not matter
  std::string asset{};
  Amount amount{};
};
struct AccountSettings {
  std::string name{};
  std::vector<ApiKey> keys{};
  std::vector<Deposit> deposits{};
};

/// A switch that cancels all orders when it is not renewed in time.
struct Countdown {
  Product product = Product::linear;
  std::optional<InstrumentId> instrument{};  ///< none: of the whole product
  DurationNs window_ns = 0;
  TimeNs due = kTimeMax;
};

}  // namespace kontor::emulator
