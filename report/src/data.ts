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
  instrument: string;
  total_return: number;
  alpha: number | null;
  beta: number | null;
  correlation: number | null;
  information_ratio: number | null;
}

/** A figure over the last so many days. */
export interface RollingSummary {
  name: string;
  days: number;
  last: number;
  lowest: number;
  median: number;
  highest: number;
}

export interface YearFigures {
  year: number;
  days: number;
  return: number;
  benchmark_return: number | null;
  max_drawdown: number;
  volatility: number | null;
  sharpe: number | null;
}

export interface Slippage {
  orders: number;
  cost: number;
  mean_bps: number;
  worst_bps: number;
  model_bps: number | null;
  explained_by_model: number | null;
}

export interface QueueWait {
  orders: number;
  median_seconds: number;
  p90_seconds: number;
  longest_seconds: number;
}

export interface Execution {
  orders: number;
  filled: number;
  partially_filled: number;
  unfilled: number;
  expired: number;
  filled_in_parts: number;
  fill_ratio: number | null;
  queue_wait: QueueWait | null;
  slippage: Slippage | null;
}

export interface Capacity {
  share: number;
  bars: number;
  median_participation: number;
  highest_participation: number;
  equity: number;
}

export interface MonteCarlo {
  paths: number;
  block_days: number;
  probability_of_loss: number;
  /** Parts of the paths that lie below; the arrays below have one value for each. */
  bands: number[];
  total_return: number[];
  max_drawdown: number[];
  /** Days since the start, then one return for each band. */
  cone: number[][];
}

export interface Regime {
  regime: string;
  time_share: number;
  total_return: number;
  benchmark_return: number | null;
  fills: number;
  round_trips: number;
  net_profit: number;
  win_rate: number | null;
  profit_factor: number | null;
  expectancy: number | null;
}

export interface Crisis {
  name: string;
  from: string;
  to: string;
  whole: boolean;
  total_return: number;
  max_drawdown: number;
  benchmark_return: number | null;
  benchmark_drawdown: number | null;
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
  trials: number;
  deflated_sharpe: number | null;
  deflated_sharpe_hurdle: number | null;
  minimum_track_record_days: number | null;
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
  /** Least fraction that a mark was away from a liquidation. */
  liquidation_distance: number | null;
  liquidation_distance_time: string | null;
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
  rolling: RollingSummary[];
  years: YearFigures[];
  execution: Execution;
  capacity: Capacity | null;
  monte_carlo: MonteCarlo | null;
  regimes: Regime[];
  crises: Crisis[];
  by_direction: TradeGroup[];
  by_instrument: TradeGroup[];
  by_strategy: TradeGroup[];
  by_exit: TradeGroup[];
  by_entry_tag: TradeGroup[];
  by_entry_hour: TradeGroup[];
  by_entry_weekday: TradeGroup[];
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
  /** `sharpe_30` … `beta_90`, one value for each day; empty: there is no such figure. */
  rolling: Record<string, (number | null)[]>;
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
  fee: number[];
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
  /** Number of the reason in `exitReasons`. */
  exit: number[];
  /** Empty where no order had a tag. */
  tag: string[];
  fees: number[];
  net_profit: number[];
  return_ppm: number[];
  adverse_ppm: number[];
  favourable_ppm: number[];
}

/** Why a round trip ended, in the engine's order. */
export const exitReasons = ["signal", "reversal", "limit_order", "take_profit", "stop_loss", "trailing_stop", "liquidation"];

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
