#include <array>

#include "storage/migrations.hpp"

namespace kontor::storage {
namespace {

// Decimals are texts that hold every digit; times are nanoseconds since 1970 in UTC. docs/storage.md names
// every column.
constexpr std::string_view kTables = R"sql(
CREATE TABLE sessions (
  session TEXT NOT NULL PRIMARY KEY CHECK (session <> ''),
  parent TEXT NOT NULL,
  account TEXT NOT NULL,
  seed TEXT NOT NULL,
  reporting_asset TEXT NOT NULL,
  begun INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  trading TEXT NOT NULL CHECK (trading IN ('running', 'restricted', 'flattening', 'halted')),
  last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
  last_time INTEGER NOT NULL,
  problem TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  session TEXT NOT NULL PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
  seq INTEGER NOT NULL CHECK (seq >= 0),
  last_record TEXT NOT NULL,
  engine BLOB NOT NULL
) STRICT;

CREATE TABLE runs (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  begun INTEGER NOT NULL,
  build TEXT NOT NULL,
  token INTEGER NOT NULL,
  configuration TEXT NOT NULL,
  last_seq INTEGER,
  ended INTEGER,
  reason TEXT,
  PRIMARY KEY (session, first_seq),
  CHECK ((ended IS NULL) = (reason IS NULL) AND (ended IS NULL) = (last_seq IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE strategies (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  strategy INTEGER NOT NULL CHECK (strategy >= 0),
  name TEXT NOT NULL,
  PRIMARY KEY (session, strategy)
) STRICT, WITHOUT ROWID;

CREATE TABLE instruments (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  instrument TEXT NOT NULL,
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('spot', 'linear_perpetual')),
  base TEXT NOT NULL,
  quote TEXT NOT NULL,
  tick TEXT NOT NULL,
  step TEXT NOT NULL,
  min_quantity TEXT NOT NULL,
  max_quantity TEXT NOT NULL,
  min_notional TEXT NOT NULL,
  multiplier TEXT NOT NULL,
  maker_fee TEXT NOT NULL,
  taker_fee TEXT NOT NULL,
  max_leverage TEXT NOT NULL,
  PRIMARY KEY (session, instrument),
  UNIQUE (session, venue, symbol)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  session TEXT NOT NULL,
  order_id INTEGER NOT NULL CHECK (order_id > 0),
  strategy INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  type TEXT NOT NULL CHECK (type IN ('market', 'limit', 'stop_market', 'stop_limit', 'trailing_stop',
                                     'take_profit_market', 'take_profit_limit')),
  time_in_force TEXT NOT NULL CHECK (time_in_force IN ('good_till_canceled', 'immediate_or_cancel', 'fill_or_kill',
                                                       'good_till_date')),
  trigger_source TEXT CHECK (trigger_source IN ('last', 'mark')),
  post_only INTEGER NOT NULL CHECK (post_only IN (0, 1)),
  reduce_only INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
  role TEXT NOT NULL CHECK (role IN ('single', 'entry', 'stop_loss', 'take_profit', 'flatten')),
  order_group INTEGER CHECK (order_group > 0),
  quantity TEXT NOT NULL,
  limit_price TEXT,
  trigger_price TEXT,
  trailing_offset TEXT,
  expires INTEGER,
  tag INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  cause INTEGER NOT NULL CHECK (cause > 0 AND cause < seq),
  created INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('sent', 'acknowledged', 'partially_filled', 'pending_amend', 'pending_cancel',
                                         'unknown', 'filled', 'canceled', 'rejected', 'expired')),
  reason TEXT CHECK (reason <> 'none'),
  triggered INTEGER NOT NULL CHECK (triggered IN (0, 1)),
  working_quantity TEXT NOT NULL,
  working_price TEXT,
  filled_quantity TEXT NOT NULL,
  filled_notional TEXT NOT NULL,
  updated_seq INTEGER NOT NULL CHECK (updated_seq >= seq),
  updated INTEGER NOT NULL,
  closed INTEGER,
  PRIMARY KEY (session, order_id),
  UNIQUE (session, seq),
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE,
  CHECK ((closed IS NOT NULL) = (status IN ('filled', 'canceled', 'rejected', 'expired')))
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_status ON orders (status, session);
CREATE INDEX orders_by_instrument ON orders (instrument, created);
CREATE INDEX orders_by_strategy ON orders (session, strategy);
CREATE INDEX orders_by_session_instrument ON orders (session, instrument);

CREATE TABLE order_transitions (
  session TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  from_status TEXT,
  to_status TEXT NOT NULL CHECK (to_status IS NOT from_status),
  filled_quantity TEXT NOT NULL,
  reason TEXT CHECK (reason <> 'none'),
  PRIMARY KEY (session, order_id, seq),
  FOREIGN KEY (session, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX order_transitions_by_seq ON order_transitions (session, seq);

CREATE TABLE fills (
  session TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  part INTEGER NOT NULL CHECK (part >= 0),
  time INTEGER NOT NULL,
  venue_time INTEGER NOT NULL,
  order_id INTEGER,
  strategy INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  trade_id INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker')),
  liquidation INTEGER NOT NULL CHECK (liquidation IN (0, 1)),
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  notional TEXT NOT NULL,
  fee TEXT NOT NULL,
  fee_asset TEXT NOT NULL,
  fee_reported TEXT NOT NULL,
  fee_quantity TEXT NOT NULL,
  realized TEXT NOT NULL,
  position_after TEXT NOT NULL,
  equity_after TEXT NOT NULL,
  PRIMARY KEY (session, seq, part),
  UNIQUE (session, instrument, trade_id, part),
  FOREIGN KEY (session, order_id) REFERENCES orders ON DELETE CASCADE,
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX fills_by_instrument ON fills (instrument, time);
CREATE INDEX fills_by_order ON fills (session, order_id);
CREATE INDEX fills_by_strategy ON fills (session, strategy);

CREATE TABLE refusals (
  session TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  cause INTEGER NOT NULL CHECK (cause > 0 AND cause < seq),
  strategy INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  reasons TEXT NOT NULL CHECK (json_valid(reasons)),
  skipped TEXT,
  PRIMARY KEY (session, seq),
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX refusals_by_instrument ON refusals (instrument, time);
CREATE INDEX refusals_by_strategy ON refusals (session, strategy);
CREATE INDEX refusals_by_session_instrument ON refusals (session, instrument);

CREATE TABLE breaker_changes (
  session TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  cause INTEGER NOT NULL CHECK (cause > 0 AND cause < seq),
  breaker TEXT NOT NULL,
  strategy INTEGER,
  instrument TEXT,
  from_level TEXT NOT NULL CHECK (from_level IN ('normal', 'warning', 'restricted', 'halted', 'flattening')),
  to_level TEXT NOT NULL CHECK (to_level IN ('normal', 'warning', 'restricted', 'halted', 'flattening')),
  reason TEXT NOT NULL CHECK (reason IN ('tripped', 'recovered', 'elapsed', 'flattened', 'reset')),
  value TEXT NOT NULL,
  threshold TEXT NOT NULL,
  until INTEGER,
  PRIMARY KEY (session, seq),
  FOREIGN KEY (session) REFERENCES sessions ON DELETE CASCADE,
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE,
  CHECK (strategy IS NULL OR instrument IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX breaker_changes_by_strategy ON breaker_changes (session, strategy);
CREATE INDEX breaker_changes_by_instrument ON breaker_changes (session, instrument);

CREATE TABLE positions (
  session TEXT NOT NULL,
  strategy INTEGER,
  instrument TEXT NOT NULL,
  quantity TEXT NOT NULL,
  cost TEXT NOT NULL,
  mark TEXT,
  unrealized TEXT,
  realized TEXT,
  fees TEXT,
  FOREIGN KEY (session, strategy) REFERENCES strategies ON DELETE CASCADE,
  FOREIGN KEY (session, instrument) REFERENCES instruments ON DELETE CASCADE,
  CHECK ((strategy IS NULL) = (realized IS NULL) AND (strategy IS NULL) = (fees IS NULL)),
  CHECK ((mark IS NULL) = (unrealized IS NULL))
) STRICT;
CREATE UNIQUE INDEX positions_once ON positions (session, instrument, ifnull(strategy, -1));
CREATE INDEX positions_by_strategy ON positions (session, strategy);
CREATE INDEX positions_by_instrument ON positions (instrument);

CREATE TABLE balances (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  asset TEXT NOT NULL,
  cash TEXT NOT NULL,
  capital TEXT NOT NULL,
  trading TEXT NOT NULL,
  realized TEXT NOT NULL,
  fees TEXT NOT NULL,
  funding TEXT NOT NULL,
  PRIMARY KEY (session, asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE equity_snapshots (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  period TEXT NOT NULL CHECK (period IN ('hourly', 'daily')),
  time INTEGER NOT NULL CHECK (time % 3600000000000 = 0),
  equity TEXT NOT NULL,
  net_exposure TEXT NOT NULL,
  gross_exposure TEXT NOT NULL,
  fees TEXT NOT NULL,
  funding TEXT NOT NULL,
  open_positions INTEGER NOT NULL CHECK (open_positions >= 0),
  PRIMARY KEY (session, period, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  seq INTEGER NOT NULL CHECK (seq > 0),
  time INTEGER NOT NULL,
  type TEXT NOT NULL,
  order_id INTEGER,
  strategy INTEGER,
  instrument TEXT,
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_instrument ON events (instrument, time) WHERE instrument IS NOT NULL;
CREATE INDEX events_by_order ON events (session, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX events_by_type ON events (type, time);
)sql";

// What people ask for, with times that they can read.
constexpr std::string_view kViews = R"sql(
CREATE VIEW open_orders AS
  SELECT session, order_id, instrument, side, type, status, working_quantity, filled_quantity, working_price,
         trigger_price, strftime('%Y-%m-%dT%H:%M:%SZ', created / 1000000000, 'unixepoch') AS created_at
  FROM orders WHERE closed IS NULL;

CREATE VIEW trades AS
  SELECT session, seq, strftime('%Y-%m-%dT%H:%M:%SZ', time / 1000000000, 'unixepoch') AS at, instrument,
         strategies.name AS strategy, side, quantity, price, realized, fee, fee_asset, position_after, equity_after
  FROM fills JOIN strategies USING (session, strategy);

CREATE VIEW equity AS
  SELECT session, period, strftime('%Y-%m-%dT%H:%M:%SZ', time / 1000000000, 'unixepoch') AS at, equity,
         net_exposure, gross_exposure, fees, funding, open_positions
  FROM equity_snapshots;
)sql";

constexpr std::array kMigrations{
    Migration{1, "tables", kTables},
    Migration{2, "views", kViews},
};

}  // namespace

std::span<const Migration> migrations() noexcept { return kMigrations; }

}  // namespace kontor::storage
