// The top of the page: what was run, how it ended, in one sentence and in tiles.
import type { Analysis, ReportData } from "../data";
import { choice, element } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { toneOf } from "../table";
import type { Tone } from "../table";
import { currentTheme, setTheme } from "../theme";
import type { Theme } from "../theme";

const themes: Theme[] = ["auto", "light", "dark"];

function range(analysis: Analysis): string {
  if (analysis.from === null || analysis.to === null) return "no data";
  return `${format.date(Date.parse(analysis.from))} – ${format.date(Date.parse(analysis.to) - 1)}`;
}

function feed(analysis: Analysis): string {
  const kinds: [number, string][] = [
    [analysis.bars, "bars"],
    [analysis.trades, "trades"],
    [analysis.quotes, "quotes"],
    [analysis.book_changes, "book changes"],
  ];
  const used = kinds.filter(([size]) => size > 0).map(([size, name]) => `${format.count(size)} ${name}`);
  return used.length > 0 ? used.join(", ") : "no market data";
}

/** Why there is no Sharpe ratio. */
export function whyNoSharpe(analysis: Analysis): string {
  if (analysis.days < 30) return "needs 30 days";
  return analysis.volatility === 0 && analysis.net_profit === 0 ? "the equity never moved" : "daily returns do not vary";
}

/** What stands below the Sharpe ratio. */
function sharpeNote(analysis: Analysis): string {
  if (analysis.sharpe === null) return whyNoSharpe(analysis);
  return analysis.probabilistic_sharpe === null ? "per year" : `P(true > 0) ${format.percent(analysis.probabilistic_sharpe, 1)}`;
}

/** What happened, in words. */
export function verdict(analysis: Analysis): string {
  const asset = analysis.reporting_asset;
  if (analysis.fills === 0) {
    return `Nothing was traded: the equity stayed at ${money(analysis.initial_equity)} ${asset}.`;
  }
  const became = `${money(analysis.initial_equity)} ${asset} became ${money(analysis.final_equity)} ${asset}`;
  const rate = `${format.signed(format.percent(analysis.total_return))} in ${format.counted(analysis.days, "day")}`;
  const holding = analysis.benchmark
    ? `; holding ${analysis.benchmark.instrument} made ${format.signed(format.percent(analysis.benchmark.total_return))}`
    : "";
  return `${became}, ${rate}${holding}. The deepest drawdown was ${format.percent(analysis.max_drawdown)}.`;
}

export function header(data: ReportData): HTMLElement {
  const analysis = data.analysis;
  const title = analysis.strategies.length > 0 ? analysis.strategies.join(" + ") : "Backtest";
  const named = analysis.name === "" ? [] : [analysis.name];
  const facts = [...named, analysis.instruments.join(", "), range(analysis), feed(analysis)];
  return element(
    "header",
    { class: "top" },
    element(
      "div",
      { class: "top-line" },
      element("span", { class: "eyebrow" }, "Backtest report"),
      choice("Theme", themes.map((theme) => theme[0].toUpperCase() + theme.slice(1)), themes.indexOf(currentTheme()), (index) => {
        setTheme(themes[index]);
      }),
    ),
    element("h1", {}, title),
    element("p", { class: "facts" }, ...facts.map((fact) => element("span", {}, fact))),
    element("p", { class: "verdict" }, verdict(analysis)),
    provenance(data),
  );
}

/** What the run was made of, folded away, and the way to make it again. */
function provenance(data: ReportData): HTMLElement {
  const analysis = data.analysis;
  const short = (hash: string): HTMLElement => element("code", { title: hash }, hash === "" ? format.missing : hash.slice(0, 12));
  const rows: [string, string | HTMLElement][] = [
    ["Engine and code", analysis.engine_version],
    ["Configuration", short(analysis.config_sha256)],
    ...analysis.datasets.map((dataset): [string, HTMLElement] => [dataset.name, short(dataset.sha256)]),
    ["Seed", String(analysis.seed)],
    ...analysis.assumptions.map(([name, setting]): [string, string] => [format.words(name), setting]),
  ];
  const list = element("dl", { class: "facts-list" }, ...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  const link = element("a", { class: "button", href: "#reproduce" }, "Reproduce");
  return element("details", { class: "provenance" }, element("summary", {}, "Made of: data, code, configuration, fees, slippage, latency"), list, link);
}

function tile(name: string, value: string, more: string, tone: Tone = "", hint = ""): HTMLElement {
  return element(
    "div",
    { class: "tile", title: hint },
    element("div", { class: "tile-name" }, name),
    element("div", { class: `tile-value ${tone}`.trim() }, value),
    element("div", { class: "tile-more" }, more),
  );
}

function returnTiles(analysis: Analysis): HTMLElement[] {
  const asset = analysis.reporting_asset;
  const benchmark = analysis.benchmark;
  return [
    tile("Net profit", format.signed(money(analysis.net_profit)), `${asset}, after fees and funding`, toneOf(analysis.net_profit)),
    tile(
      "Return",
      format.signed(format.percent(analysis.total_return)),
      benchmark ? `holding ${format.signed(format.percent(benchmark.total_return))}` : "no benchmark",
      toneOf(analysis.total_return),
    ),
    tile("CAGR", format.signed(format.percent(analysis.cagr)), analysis.cagr === null ? "needs 30 days" : "per year", toneOf(analysis.cagr)),
    tile(
      "Max drawdown",
      format.percent(-analysis.max_drawdown),
      `longest ${format.duration(analysis.longest_drawdown_seconds)}`,
      analysis.max_drawdown > 0 ? "loss" : "",
      "Largest fall from a peak, at every mark",
    ),
    tile(
      "Sharpe",
      format.decimal(analysis.sharpe, 2),
      sharpeNote(analysis),
      "",
      "Mean over standard deviation of daily returns, × √365, risk-free rate 0",
    ),
    tile("Sortino", format.decimal(analysis.sortino, 2), `Calmar ${format.decimal(analysis.calmar, 2)}`),
    tile("Volatility", format.percent(analysis.volatility), "per year"),
  ];
}

function factor(value: number | null): string {
  return value === null ? format.missing : `${format.decimal(value, 2)}×`;
}

/** The average, and on margin how near a liquidation was. */
function leverageNote(analysis: Analysis): string {
  const average = `average ${factor(analysis.average_exposure)}`;
  const distance = analysis.liquidation_distance;
  if (distance === null) return average;
  return distance === 0 ? `${average}, liquidated` : `${average}, liquidation ${format.percent(distance, 1)} away`;
}

function tradeTiles(analysis: Analysis): HTMLElement[] {
  const asset = analysis.reporting_asset;
  return [
    tile("Round trips", format.count(analysis.round_trips), `${format.counted(analysis.fills, "fill")}, ${format.counted(analysis.orders, "order")}`),
    tile("Win rate", format.percent(analysis.win_rate, 1), `${format.count(analysis.wins)} won, ${format.count(analysis.losses)} lost`, "", "Closed round trips with a profit after fees"),
    tile("Profit factor", format.decimal(analysis.profit_factor, 2), `payoff ${format.decimal(analysis.payoff_ratio, 2)}`, "", "Sum of wins over sum of losses, after fees"),
    tile("Expectancy", analysis.expectancy === null ? format.missing : format.signed(money(analysis.expectancy)), `${asset} per round trip`, toneOf(analysis.expectancy)),
    tile("Leverage", factor(analysis.highest_exposure), leverageNote(analysis), "", "Highest gross exposure over equity, at the samples of the equity"),
    tile("Exposure", format.percent(analysis.exposure_time, 1), `of the time, ${format.percent(analysis.average_exposure, 0)} on average`, "", "Time with an open position; gross exposure over equity"),
    tile("Fees", money(analysis.fees), `${asset}, funding ${format.signed(money(analysis.funding))}`),
    tile("Turnover", format.short(analysis.turnover), `${asset}, ${format.decimal(analysis.turnover_ratio, 1)} × equity`),
  ];
}

export function tiles(data: ReportData): HTMLElement {
  return element("section", { class: "tiles", id: "overview", "aria-label": "Key figures" }, ...returnTiles(data.analysis), ...tradeTiles(data.analysis));
}

/** Things that a reader must know before believing the figures. */
export function warnings(data: ReportData): HTMLElement | null {
  const analysis = data.analysis;
  const found: string[] = [...analysis.warnings];
  if (analysis.fills > 0 && analysis.days < 30) {
    found.push(`Only ${format.counted(analysis.days, "day")}: annual figures and the Sharpe ratio need 30.`);
  }
  if (analysis.round_trips > 0 && analysis.round_trips < 30) {
    found.push(`Only ${format.counted(analysis.round_trips, "closed round trip")}: win rate and profit factor are mostly chance.`);
  }
  if (analysis.liquidations > 0) found.push(`${format.counted(analysis.liquidations, "liquidation")}: the venue closed positions by force.`);
  if (analysis.open_positions > 0) {
    const open = analysis.open_positions === 1 ? "1 position was" : `${format.count(analysis.open_positions)} positions were`;
    found.push(`${open} still open at the end: in the equity at the last mark, but not among the round trips.`);
  }
  const doubled = analysis.costs.find((scenario) => scenario.fee_factor === 2);
  if (analysis.net_profit > 0 && doubled && doubled.final_equity < analysis.initial_equity) {
    found.push("With fees doubled this run would have lost money.");
  }
  if (found.length === 0) return null;
  return element("ul", { class: "warnings", "aria-label": "Before you trust these figures" }, ...found.map((text) => element("li", {}, text)));
}
