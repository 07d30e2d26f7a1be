// How the trading went: round trips by kind, their excursions and holding times, what costs would do.
import { makeChart, tooltip, tooltipBody, valueAxis } from "../chart";
import type { Option } from "../chart";
import type { Analysis, CostScenario, FillGroup, ReportData, RoundTripColumns } from "../data";
import { card, element, empty, section } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { plainTable, toned } from "../table";
import { translucent } from "../theme";
import type { Colors } from "../theme";
import { byEntryAndExit, groups } from "./groups";

function shareBar(share: number): HTMLElement {
  const bar = element("span", { class: "bar" }, element("i", { style: `width:${(share * 100).toFixed(1)}%` }));
  return element("span", { class: "share" }, bar, format.percent(share, 1));
}

function fillTable(title: string, rows: FillGroup[]): HTMLElement {
  const total = rows.reduce((sum, row) => sum + row.notional, 0);
  return plainTable<FillGroup>(
    [
      { title, words: true, cell: (row) => ({ text: format.words(row.name) }) },
      { title: "Fills", cell: (row) => ({ text: format.count(row.fills) }) },
      { title: "Notional", cell: (row) => ({ text: format.short(row.notional) }) },
      { title: "Share", cell: (row) => shareBar(total > 0 ? row.notional / total : 0) },
      { title: "Fees", cell: (row) => ({ text: money(row.fees) }) },
      { title: "Fee rate", hint: "Fees over notional", cell: (row) => ({ text: row.notional > 0 ? `${format.decimal((row.fees / row.notional) * 1e4, 2)} bp` : format.missing }) },
    ],
    rows,
  );
}

function costs(data: ReportData): HTMLElement {
  const table = plainTable<CostScenario>(
    [
      { title: "Fees", words: true, cell: (row) => ({ text: row.fee_factor === 1 ? "as simulated" : `× ${row.fee_factor}` }) },
      { title: "Final equity", cell: (row) => ({ text: money(row.final_equity) }) },
      { title: "Return", cell: (row) => toned(format.percent(row.total_return), row.total_return) },
      { title: "Win rate", cell: (row) => ({ text: format.percent(row.win_rate, 1) }) },
      { title: "Profit factor", cell: (row) => ({ text: format.decimal(row.profit_factor, 2) }) },
      { title: "Expectancy", cell: (row) => toned(money(row.expectancy), row.expectancy) },
    ],
    data.analysis.costs,
  );
  return card("If costs were higher", "the same fills with fees multiplied", table);
}

/** Upper edges in seconds of the classes of holding times; the last class is open. */
const holdingEdges: [number, string][] = [
  [60, "< 1m"],
  [300, "1–5m"],
  [900, "5–15m"],
  [3600, "15–60m"],
  [14400, "1–4h"],
  [43200, "4–12h"],
  [86400, "12–24h"],
  [259200, "1–3d"],
  [604800, "3–7d"],
  [Infinity, "> 7d"],
];

/** Round trips won and not won in each class of holding time. */
export function holdingClasses(trips: RoundTripColumns): { name: string; won: number; lost: number }[] {
  const classes = holdingEdges.map(([, name]) => ({ name, won: 0, lost: 0 }));
  trips.holding_s.forEach((seconds, i) => {
    const place = classes[holdingEdges.findIndex(([edge]) => seconds < edge)];
    if (trips.net_profit[i] > 0) place.won += 1;
    else place.lost += 1;
  });
  const used = classes.map((entry) => entry.won + entry.lost > 0);
  return classes.slice(Math.max(0, used.indexOf(true)), used.lastIndexOf(true) + 1);
}

function holdingOption(data: ReportData, palette: Colors): Option {
  const classes = holdingClasses(data.round_trips);
  const bar = (name: string, values: number[], color: string): Option => ({ type: "bar", name, stack: "all", data: values, itemStyle: { color }, barCategoryGap: "28%" });
  return {
    grid: { left: 44, right: 8, top: 30, bottom: 26 },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: palette.muted } },
    tooltip: tooltip(palette, {
      axisPointer: { type: "shadow", shadowStyle: { color: translucent(palette.faint, 0.12) } },
      formatter: (entries: { name: string; seriesName: string; value: number; color: string }[]) =>
        tooltipBody(`held ${entries[0].name}`, entries.map((entry): [string, string, string] => [entry.seriesName, format.count(entry.value), entry.color])),
    }),
    xAxis: {
      type: "category",
      data: classes.map((entry) => entry.name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, hideOverlap: true },
    },
    yAxis: valueAxis(palette, { scale: false, minInterval: 1 }),
    series: [
      bar("Won", classes.map((entry) => entry.won), palette.gain),
      bar("Lost or zero", classes.map((entry) => entry.lost), palette.loss),
    ],
  };
}

function excursionOption(data: ReportData, palette: Colors): Option {
  const trips = data.round_trips;
  const points = (won: boolean): number[][] =>
    trips.net_profit.flatMap((profit, i) => (profit > 0 === won ? [[-trips.adverse_ppm[i] / 1e4, trips.favourable_ppm[i] / 1e4, i]] : []));
  const cloud = (name: string, won: boolean, color: string): Option => ({
    type: "scatter",
    name,
    data: points(won),
    symbolSize: trips.net_profit.length > 4000 ? 3 : 5,
    itemStyle: { color: translucent(color, 0.55) },
  });
  const axis = (name: string): Option => ({
    name,
    nameLocation: "middle",
    nameTextStyle: { color: palette.muted },
    scale: false,
    axisLabel: { color: palette.muted, formatter: (value: number) => `${format.short(value)}%` },
  });
  return {
    grid: { left: 56, right: 12, top: 30, bottom: 46 },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: palette.muted } },
    tooltip: tooltip(palette, {
      trigger: "item",
      formatter: (entry: { value: [number, number, number] }) => {
        const i = entry.value[2];
        return tooltipBody(`closed ${format.dateTime(trips.close_s[i] * 1000)}`, [
          ["Net", format.signed(money(trips.net_profit[i]))],
          ["Worst while open", format.percent(-entry.value[0] / 100)],
          ["Best while open", format.signed(format.percent(entry.value[1] / 100))],
        ]);
      },
    }),
    xAxis: valueAxis(palette, { ...axis("worst while open (MAE)"), nameGap: 28 }),
    yAxis: valueAxis(palette, { ...axis("best while open (MFE)"), nameGap: 42 }),
    series: [cloud("Won", true, palette.gain), cloud("Lost or zero", false, palette.loss)],
  };
}

function figures(analysis: Analysis): HTMLElement {
  const rows: [string, string][] = [
    ["Average win", format.signed(money(analysis.average_win))],
    ["Average loss", money(analysis.average_loss)],
    ["Best round trip", format.signed(money(analysis.best_round_trip))],
    ["Worst round trip", format.signed(money(analysis.worst_round_trip))],
    ["Average holding", format.duration(analysis.average_holding_seconds)],
    ["Longest holding", format.duration(analysis.longest_holding_seconds)],
    ["Longest winning streak", format.count(analysis.longest_winning_streak)],
    ["Longest losing streak", format.count(analysis.longest_losing_streak)],
    ["Average worst while open", format.percent(analysis.average_adverse_excursion)],
    ["Average best while open", format.signed(format.percent(analysis.average_favourable_excursion))],
  ];
  return plainTable<[string, string]>(
    [
      { title: "Figure", words: true, cell: (row) => ({ text: row[0] }) },
      { title: "Value", cell: (row) => ({ text: row[1] }) },
    ],
    rows,
  );
}

/** Why there is nothing to show, and what to try. */
export function whyNothing(analysis: Analysis): [string, string] {
  const sum = (rows: { count: number }[]): number => rows.reduce((total, row) => total + row.count, 0);
  const refused = sum(analysis.refusals);
  const rejected = sum(analysis.rejections);
  const below = "The tables below name the reasons.";
  if (analysis.orders > 0 && rejected === analysis.orders) {
    return [
      `Every order was rejected by the venue (${format.count(rejected)})`,
      `${below} Often an order costs more than the account has, or is outside of what the venue takes.`,
    ];
  }
  if (analysis.orders > 0) {
    const more = rejected > 0 ? `, ${format.count(rejected)} of them rejected` : "";
    const others = rejected > 0 ? `${below} No price filled the others. ` : "No price filled them within the rules of the venue. ";
    return [`${format.count(analysis.orders)} orders, none of them filled${more}`, `${others}Place orders closer to the market, or look at the fill rules under Assumptions.`];
  }
  if (refused > 0) {
    return [
      `Every intent was refused (${format.count(refused)})`,
      `${below} Often the size is below the venue's minimum, or a risk limit is tighter than intended.`,
    ];
  }
  return ["The strategy never wanted to trade", "Its conditions were never met in this range. Try a longer range, other parameters, or check that the indicators had enough bars to warm up."];
}

function excursions(data: ReportData, show: (index: number) => void): HTMLElement {
  const chart = makeChart("Worst against best result of each round trip while open", "320px", (palette) => excursionOption(data, palette), (instance) => {
    instance.on("click", (event) => {
      const value = event.value as number[] | undefined;
      if (value) show(value[2]);
    });
  });
  return card("Excursions", "worst and best result while open, in percent of the entry; click for the chart", chart.host);
}

export function tradesSection(data: ReportData, show: (index: number) => void): HTMLElement {
  const analysis = data.analysis;
  if (analysis.fills === 0) return section("trades", "Trading", null, empty(...whyNothing(analysis)));
  const fills = card(
    "Fills",
    `in ${analysis.reporting_asset}`,
    fillTable("Liquidity", analysis.by_liquidity),
    fillTable("Order type", analysis.by_order_type),
  );
  if (analysis.round_trips === 0) {
    const open = empty("No closed round trip", "Positions were opened but never closed within the range, so there is no win rate yet.");
    return section("trades", "Trading", null, open, fills);
  }
  const holding = makeChart("Holding times", "320px", (palette) => holdingOption(data, palette));
  return section(
    "trades",
    "Trading",
    null,
    groups(data),
    ...byEntryAndExit(data),
    element(
      "div",
      { class: "grid" },
      excursions(data, show),
      card("Holding times", "closed round trips by time held", holding.host),
      card("Figures", `of round trips, in ${analysis.reporting_asset}`, figures(analysis)),
      element("div", { class: "stack" }, costs(data), fills),
    ),
  );
}
