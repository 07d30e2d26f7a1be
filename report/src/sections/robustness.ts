// How much of the result could be luck: other orders of the same days, the number of trials, regimes, crises.
import { isNarrow, makeChart, timeAxis, tooltip, tooltipBody, valueAxis } from "../chart";
import type { Option } from "../chart";
import type { Analysis, Crisis, MonteCarlo, Regime, ReportData } from "../data";
import { card, element, empty, section } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { plainTable, toned } from "../table";
import type { Column } from "../table";
import { translucent } from "../theme";
import type { Colors } from "../theme";

const dayMs = 86400000;

/** The cone as lines that stack up: the lowest band, then the distances between bands. */
export function stackedBands(cone: number[][]): number[][] {
  const bands = cone.length > 0 ? cone[0].length - 1 : 0;
  return Array.from({ length: bands }, (_, band) => cone.map((point) => (band === 0 ? point[1] : point[band + 1] - point[band])));
}

function actual(data: ReportData): [number, number][] {
  let growth = 1;
  const points: [number, number][] = [[data.daily.first_day * dayMs, 0]];
  data.daily.returns.forEach((value, i) => {
    growth *= 1 + value;
    points.push([(data.daily.first_day + i + 1) * dayMs, (growth - 1) * 100]);
  });
  return points;
}

function coneOption(data: ReportData, found: MonteCarlo, palette: Colors): Option {
  const cone = [[0, ...found.bands.map(() => 0)], ...found.cone];
  const time = (point: number[]): number => (data.daily.first_day + point[0]) * dayMs;
  const opacity = [0, 0.12, 0.26, 0.26, 0.12];
  const base = { type: "line", showSymbol: false, silent: true, lineStyle: { width: 0 } };
  const bands = stackedBands(cone).map((values, band) => ({
    ...base,
    name: `band ${band}`,
    stack: "cone",
    stackStrategy: "all",
    areaStyle: { color: translucent(palette.accent, opacity[band]) },
    data: cone.map((point, i) => [time(point), values[i] * 100]),
  }));
  const median = cone.map((point) => [time(point), point[3] * 100]);
  return {
    grid: { left: isNarrow() ? 48 : 60, right: 12, top: 32, bottom: 28 },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 3, textStyle: { color: palette.muted }, data: ["This run", "Median of the paths"] },
    tooltip: tooltip(palette, {
      formatter: (entries: { axisValue: number }[]) => {
        if (entries.length === 0) return "";
        const at = entries[0].axisValue;
        const point = cone.reduce((best, one) => (Math.abs(time(one) - at) < Math.abs(time(best) - at) ? one : best));
        const rows = found.bands.map((band, i): [string, string] => [`${format.percent(band, 0)} below`, format.signed(format.percent(point[i + 1]))]);
        return tooltipBody(`after ${format.counted(point[0], "day")}`, rows.reverse());
      },
    }),
    xAxis: timeAxis(palette),
    yAxis: valueAxis(palette, { axisLabel: { color: palette.muted, formatter: (value: number) => `${format.short(value)}%` } }),
    series: [
      ...bands,
      { type: "line", name: "Median of the paths", showSymbol: false, silent: true, lineStyle: { color: palette.benchmark, width: 1.2, type: "dashed" }, itemStyle: { color: palette.benchmark }, data: median },
      { type: "line", name: "This run", showSymbol: false, lineStyle: { color: palette.accent, width: 1.8 }, itemStyle: { color: palette.accent }, data: actual(data) },
    ],
  };
}

function bandTable(found: MonteCarlo): HTMLElement {
  return plainTable<number>(
    [
      { title: "Paths below", words: true, cell: (i) => ({ text: format.percent(found.bands[i], 0) }) },
      { title: "Return", cell: (i) => toned(format.percent(found.total_return[i]), found.total_return[i]) },
      { title: "Max drawdown", hint: "At the ends of days; the deeper ones are below", cell: (i) => ({ text: format.percent(-found.max_drawdown[i]) }) },
    ],
    found.bands.map((_, i) => i),
  );
}

/** Why there is no deflated Sharpe ratio, where more trials than one ask for it. */
function whyNoDeflated(analysis: Analysis): string | null {
  if (analysis.deflated_sharpe !== null || analysis.sharpe === null) return null;
  return "With more than one trial the deflated Sharpe ratio needs [report] trial_sharpe_deviation.";
}

function dayCount(days: number | null): string {
  return days === null ? format.missing : format.counted(Math.ceil(days), "day");
}

function luckTable(analysis: Analysis): HTMLElement {
  const rows: [string, string, string][] = [
    ["Probability of a loss", format.percent(analysis.monte_carlo?.probability_of_loss ?? null, 1), "Share of the paths that end below their start"],
    ["P(true Sharpe > 0)", format.percent(analysis.probabilistic_sharpe, 1), "Probabilistic Sharpe ratio"],
    ["Trials", format.count(analysis.trials), "Configurations tried before this one was chosen: [report] trials"],
    ["Best Sharpe by luck", format.decimal(analysis.deflated_sharpe_hurdle, 2), "Expected of the best of so many trials without any skill"],
    ["Deflated Sharpe", format.percent(analysis.deflated_sharpe, 1), "Probability that the true Sharpe ratio is above what luck makes"],
    ["Track record needed", dayCount(analysis.minimum_track_record_days), "Until a Sharpe ratio above zero is more than chance, with 95% confidence; none unless it is positive"],
    ["Track record", dayCount(analysis.days), "Of this run"],
  ];
  return plainTable<[string, string, string]>(
    [
      { title: "Figure", words: true, cell: (row) => element("span", { title: row[2] }, row[0]) },
      { title: "Value", cell: (row) => ({ text: row[1] }) },
    ],
    rows,
  );
}

function monteCarloCard(data: ReportData): HTMLElement {
  const found = data.analysis.monte_carlo;
  if (!found) return card("Other orders of the same days", null, empty("Too few days", "Drawing days anew needs 30 daily returns."));
  const chart = makeChart("Cone of resampled returns", "320px", (palette) => coneOption(data, found, palette));
  const note = `${format.count(found.paths)} paths out of blocks of ${format.counted(found.block_days, "day")}; shaded are 50% and 90% of them`;
  return card("Other orders of the same days", note, chart.host);
}

function regimeTable(rows: Regime[], asset: string): HTMLElement {
  const columns: Column<Regime>[] = [
    { title: "Regime", words: true, cell: (row) => ({ text: row.regime === "unknown" ? "not known yet" : row.regime }) },
    { title: "Time", cell: (row) => ({ text: format.percent(row.time_share, 1) }) },
    { title: "Return", cell: (row) => toned(format.percent(row.total_return), row.total_return) },
    { title: "Holding", cell: (row) => toned(format.percent(row.benchmark_return), row.benchmark_return) },
    { title: "Fills", cell: (row) => ({ text: format.count(row.fills) }) },
    { title: "Round trips", hint: "Opened in it", cell: (row) => ({ text: format.count(row.round_trips) }) },
    { title: `Net, ${asset}`, cell: (row) => toned(money(row.net_profit), row.net_profit) },
    { title: "Win rate", cell: (row) => ({ text: format.percent(row.win_rate, 1) }) },
    { title: "Profit factor", cell: (row) => ({ text: format.decimal(row.profit_factor, 2) }) },
  ];
  return plainTable(columns, rows);
}

function crisisTable(rows: Crisis[]): HTMLElement {
  const day = (time: string): string => time.slice(0, 10);
  return plainTable<Crisis>(
    [
      { title: "Crisis", words: true, cell: (row) => ({ text: row.whole ? row.name : `${row.name} (in part)` }) },
      { title: "From", cell: (row) => ({ text: day(row.from) }) },
      { title: "To", hint: "No longer part of it", cell: (row) => ({ text: day(row.to) }) },
      { title: "Return", cell: (row) => toned(format.percent(row.total_return), row.total_return) },
      { title: "Max drawdown", cell: (row) => ({ text: format.percent(-row.max_drawdown) }) },
      { title: "Holding", cell: (row) => toned(format.percent(row.benchmark_return), row.benchmark_return) },
      {
        title: "Its drawdown",
        cell: (row) => ({ text: format.percent(row.benchmark_drawdown === null ? null : -row.benchmark_drawdown) }),
      },
    ],
    rows,
  );
}

export function robustnessSection(data: ReportData): HTMLElement | null {
  const analysis = data.analysis;
  if (analysis.fills === 0) return null;
  const found = analysis.monte_carlo;
  const instrument = analysis.benchmark?.instrument ?? "the first instrument";
  return section(
    "robustness",
    "Robustness",
    null,
    monteCarloCard(data),
    element(
      "div",
      { class: "grid" },
      found ? card("Where the paths end", `after ${format.counted(analysis.days, "day")}`, bandTable(found)) : null,
      card("Skill or luck", whyNoDeflated(analysis), luckTable(analysis)),
    ),
    analysis.regimes.length > 0
      ? card("By market regime", `of ${instrument}, by closed hours: trend where ADX ≥ 30 or |z| ≥ 1, range where ADX ≤ 15 and |z| ≤ 0.5`, regimeTable(analysis.regimes, analysis.reporting_asset))
      : null,
    analysis.crises.length > 0 ? card("In crises", "windows of well-known falls that the run overlaps", crisisTable(analysis.crises)) : null,
  );
}
