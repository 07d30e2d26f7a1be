// What the engine has put into the page: columns instead of rows, times as distances from row to row.

export interface Drawdown {
  depth: number;
  peak: string;
  trough: string;
  recovery: string | null;
}

export interface TradeGroup {
  name: string;
  round_trips: number;
  gross_profit: number;
  fees: number;
  net_profit: number;
  wins: number;
  losses: number;
  win_rate: number | null;
  profit_factor: number | null;
  payoff_ratio: number | null;
  expectancy: number | null;
  average_win: number | null;
  average_loss: number | null;
  best_round_trip: number | null;
  worst_round_trip: number | null;
  average_holding_seconds: number | null;
  longest_holding_seconds: number | null;
  longest_winning_streak: number;
  longest_losing_streak: number;
  average_adverse_excursion: number | null;
  average_favourable_excursion: number | null;
  /** Null where fills cannot be split into such groups. */
  fills: number | null;
  notional: number | null;
  fill_fees: number | null;
  open_positions: number | null;
  /** Realised profit and open positions after fees; null where fills do not tell it. */
  profit: number | null;
}

export interface FillGroup {
  name: string;
  fills: number;
  notional: number;
  fees: number;
  realized: number;
}

export interface CostScenario {
  fee_factor: number;
  final_equity: number;
  total_return: number;
  fees: number;
  win_rate: number | null;
  profit_factor: number | null;
  expectancy: number | null;
}

export interface DayReturn {
  day: string;
  return: number;
}

export interface Benchmark {
  total_return: number;
  alpha: number | null;
  beta: number | null;
  correlation: number | null;
  information_ratio: number | null;
}

export interface Dataset {
  name: string;
  sha256: string;
  rows: number;
  first: string | null;
  last: string | null;
}

export interface Refusal {
  strategy: string;
  reason: string;
  count: number;
}

/** Orders that the venue rejected. */
export interface Rejection {
  strategy: string;
  reason: string;
  count: number;
}

/** The object of analysis.json. */
export interface Analysis {
  engine_version: string;
  name: string;
  strategies: string[];
  instruments: string[];
  reporting_asset: string;
  seed: number;
  config_sha256: string;
  from: string | null;
  to: string | null;
  bars: number;
  trades: number;
  quotes: number;
  book_changes: number;
  events: number;
  orders: number;
  fills: number;
  round_trips: number;
  open_positions: number;
  liquidations: number;
  initial_equity: number;
  final_equity: number;
  net_profit: number;
  fees: number;
  funding: number;
  turnover: number;
  total_return: number | null;
  cagr: number | null;
  max_drawdown: number;
  sharpe: number | null;
  sortino: number | null;
  calmar: number | null;
  probabilistic_sharpe: number | null;
  volatility: number | null;
  skewness: number | null;
  excess_kurtosis: number | null;
  value_at_risk_95: number | null;
  expected_shortfall_95: number | null;
  days: number;
  positive_days: number | null;
  best_day: DayReturn | null;
  worst_day: DayReturn | null;
  exposure_time: number | null;
  average_exposure: number | null;
  highest_exposure: number | null;
  turnover_ratio: number | null;
  maker_share: number | null;
  max_drawdown_peak: string | null;
  max_drawdown_trough: string | null;
  longest_drawdown_seconds: number;
  drawdowns: Drawdown[];
  wins: number;
  losses: number;
  win_rate: number | null;
  profit_factor: number | null;
  payoff_ratio: number | null;
  expectancy: number | null;
  average_win: number | null;
  average_loss: number | null;
  best_round_trip: number | null;
  worst_round_trip: number | null;
  average_holding_seconds: number | null;
  longest_holding_seconds: number | null;
  longest_winning_streak: number;
  longest_losing_streak: number;
  average_adverse_excursion: number | null;
  average_favourable_excursion: number | null;
  benchmark: Benchmark | null;
  costs: CostScenario[];
  by_direction: TradeGroup[];
  by_instrument: TradeGroup[];
  by_strategy: TradeGroup[];
  by_order_type: FillGroup[];
  by_liquidity: FillGroup[];
  orders_by_status: Record<string, number>;
  rejections: Rejection[];
  /** What the data lacks, one sentence each. */
  warnings: string[];
  refusals: Refusal[];
  assumptions: [string, string][];
  datasets: Dataset[];
}

export interface EquityColumns {
  samples: number;
  interval_seconds: number;
  time_s: number[];
  equity: number[];
  net_exposure: number[];
  gross_exposure: number[];
  benchmark: (number | null)[];
}

export interface DailyColumns {
  first_day: number;
  returns: number[];
  rolling_sharpe_30: (number | null)[];
  rolling_sharpe_90: (number | null)[];
  rolling_volatility_30: (number | null)[];
}

export interface ChartColumns {
  instrument: number;
  time_s: number[];
  open: number[];
  high: number[];
  low: number[];
  close: number[];
  volume: number[];
}

export interface FillColumns {
  total: number;
  time_ms: number[];
  instrument: number[];
  strategy: number[];
  sell: number[];
  maker: number[];
  price: number[];
  quantity: number[];
  realized: number[];
}

export interface RoundTripColumns {
  total: number;
  close_s: number[];
  holding_s: number[];
  instrument: number[];
  strategy: number[];
  short: number[];
  quantity: number[];
  entry_price: number[];
  exit_price: number[];
  fees: number[];
  net_profit: number[];
  return_ppm: number[];
  adverse_ppm: number[];
  favourable_ppm: number[];
}

/** Year, month (0: the whole year), return, return of the benchmark. */
export type CalendarRow = [number, number, number, number | null];

export interface ReportData {
  schema: number;
  money_places: number;
  analysis: Analysis;
  equity: EquityColumns;
  daily: DailyColumns;
  months: CalendarRow[];
  years: CalendarRow[];
  hours: { mean: number[]; count: number[] };
  distribution: { lower: number; width: number; counts: number[] };
  charts: ChartColumns[];
  fills: FillColumns;
  round_trips: RoundTripColumns;
  config_toml: string;
}

/** Turns distances from row to row back into values, in place. */
export function undoDeltas(values: number[]): void {
  for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
}

/** Reads the page's data; times become absolute. */
export function parseReport(text: string): ReportData {
  const data = JSON.parse(text) as ReportData;
  undoDeltas(data.equity.time_s);
  undoDeltas(data.fills.time_ms);
  undoDeltas(data.round_trips.close_s);
  for (const chart of data.charts) undoDeltas(chart.time_s);
  return data;
}
