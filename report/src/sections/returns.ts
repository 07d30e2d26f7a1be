// Returns by calendar, by hour of the week and by size.
import { isNarrow, makeChart, tooltip, tooltipBody, valueAxis } from "../chart";
import type { Option } from "../chart";
import type { CalendarRow, ReportData, YearFigures } from "../data";
import { card, element, section } from "../dom";
import * as format from "../format";
import { plainTable, toned } from "../table";
import type { Column } from "../table";
import { translucent } from "../theme";
import type { Colors } from "../theme";
import { rollingCard } from "./rolling";

/** How strongly a value colours its cell, 0 … 1, when `strongest` is the strongest there is. */
export function shade(value: number, strongest: number): number {
  if (strongest <= 0) return 0;
  return Math.min(1, Math.abs(value) / strongest);
}

function heatCell(value: number | undefined, strongest: number, title: string): HTMLTableCellElement {
  if (value === undefined) return element("td", { class: "heat none" });
  const tone = value >= 0 ? "gain" : "loss";
  const opacity = (0.08 + 0.62 * shade(value, strongest)).toFixed(3);
  return element(
    "td",
    { class: "heat", title, style: `background:rgb(var(--${tone}-rgb) / ${opacity})` },
    format.decimal(value * 100, Math.abs(value) >= 0.995 ? 0 : 1),
  );
}

function monthTable(data: ReportData): HTMLElement {
  const byYear = new Map<number, Map<number, CalendarRow>>();
  for (const row of data.months) {
    const months = byYear.get(row[0]) ?? new Map<number, CalendarRow>();
    months.set(row[1], row);
    byYear.set(row[0], months);
  }
  const sizes = data.months.map((row) => Math.abs(row[2])).sort((a, b) => a - b);
  const strongest = sizes[Math.floor((sizes.length - 1) * 0.95)] ?? 0;
  const rows = data.years.map((year) => {
    const cells = format.months.map((name, index) => {
      const month = byYear.get(year[0])?.get(index + 1);
      const versus = month?.[3] === undefined || month[3] === null ? "" : `, holding ${format.signed(format.percent(month[3]))}`;
      const title = month ? `${name} ${year[0]}: ${format.signed(format.percent(month[2]))}${versus}` : "";
      return heatCell(month?.[2], strongest, title);
    });
    const total = toned(format.percent(year[2], 1), year[2]);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, String(year[0])),
      ...cells,
      element("td", { class: `number year ${total.tone ?? ""}` }, total.text),
      year[3] === null ? null : element("td", { class: "number" }, format.signed(format.percent(year[3], 1))),
    );
  });
  const hasBenchmark = data.years.some((year) => year[3] !== null);
  const head = element(
    "tr",
    {},
    element("td"),
    ...format.months.map((name) => element("th", { scope: "col" }, name)),
    element("th", { scope: "col", class: "number" }, "Year"),
    hasBenchmark ? element("th", { scope: "col", class: "number" }, "Holding") : null,
  );
  return element("div", { class: "table-scroll" }, element("table", { class: "heat-table" }, element("thead", {}, head), element("tbody", {}, ...rows)));
}

function hourOption(data: ReportData, palette: Colors): Option {
  const cells = data.hours.mean.map((mean, i) => [i % 24, 6 - Math.floor(i / 24), data.hours.count[i] > 0 ? mean * 1e4 : "-"]);
  const sizes = data.hours.mean.map((mean) => Math.abs(mean) * 1e4).sort((a, b) => a - b);
  const strongest = Math.max(0.01, sizes[Math.floor((sizes.length - 1) * 0.97)]);
  const axis = { type: "category", axisLine: { show: false }, axisTick: { show: false }, splitArea: { show: false } };
  return {
    grid: { left: 40, right: 6, top: 6, bottom: 26 },
    tooltip: tooltip(palette, {
      trigger: "item",
      formatter: (entry: { value: [number, number, number] }) => {
        const [hour, row, mean] = entry.value;
        const index = (6 - row) * 24 + hour;
        return tooltipBody(`${format.weekdays[6 - row]} ${hour}:00 – ${hour + 1}:00 UTC`, [
          ["Mean return", `${format.signed(format.decimal(mean, 2))} bp`],
          ["Hours", format.count(data.hours.count[index])],
        ]);
      },
    }),
    xAxis: { ...axis, data: Array.from({ length: 24 }, (_, hour) => String(hour)), axisLabel: { color: palette.muted, interval: isNarrow() ? 5 : 2 } },
    yAxis: { ...axis, data: [...format.weekdays].reverse(), axisLabel: { color: palette.muted } },
    visualMap: {
      show: false,
      min: -strongest,
      max: strongest,
      inRange: { color: [palette.loss, translucent(palette.loss, 0.12), translucent(palette.gain, 0.12), palette.gain] },
    },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 3 } }],
  };
}

function distributionOption(data: ReportData, palette: Colors): Option {
  const { lower, width, counts } = data.distribution;
  const places = width < 0.001 ? 2 : width < 0.01 ? 1 : 0;
  const edge = (bin: number): string => format.percent(lower + bin * width, places);
  const bars = counts.map((size, bin) => ({
    value: size,
    itemStyle: { color: lower + (bin + 0.5) * width < 0 ? palette.loss : palette.gain, borderRadius: [2, 2, 0, 0] },
  }));
  const risk = data.analysis.value_at_risk_95;
  const riskBin = risk === null ? -1 : Math.floor((-risk - lower) / width);
  return {
    grid: { left: 40, right: 12, top: 22, bottom: 28 },
    tooltip: tooltip(palette, {
      trigger: "item",
      formatter: (entry: { dataIndex: number; value: number }) =>
        tooltipBody(`${edge(entry.dataIndex)} to ${edge(entry.dataIndex + 1)}`, [["Days", format.count(entry.value)]]),
    }),
    xAxis: {
      type: "category",
      data: counts.map((_, bin) => edge(bin)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, hideOverlap: true },
    },
    yAxis: valueAxis(palette, { minInterval: 1, scale: false }),
    series: [
      {
        type: "bar",
        data: bars,
        barCategoryGap: "8%",
        markLine: {
          symbol: "none",
          silent: true,
          label: { color: palette.muted, formatter: "95% VaR", position: "end" },
          lineStyle: { color: palette.muted, type: "dashed" },
          data: riskBin >= 0 && riskBin < counts.length ? [{ xAxis: riskBin }] : [],
        },
      },
    ],
  };
}

function yearTable(data: ReportData): HTMLElement {
  const years = data.analysis.years;
  const percent = (value: number | null): ReturnType<typeof toned> => toned(format.percent(value), value);
  const columns: Column<YearFigures>[] = [
    { title: "Year", words: true, cell: (row) => ({ text: String(row.year) }) },
    { title: "Days", cell: (row) => ({ text: format.count(row.days) }) },
    { title: "Return", cell: (row) => percent(row.return) },
  ];
  if (years.some((year) => year.benchmark_return !== null)) columns.push({ title: "Holding", cell: (row) => percent(row.benchmark_return) });
  columns.push(
    { title: "Max drawdown", hint: "At the ends of days", cell: (row) => percent(-row.max_drawdown) },
    { title: "Volatility", hint: "Per year; needs 30 days", cell: (row) => ({ text: format.percent(row.volatility) }) },
    { title: "Sharpe", hint: "Needs 30 days", cell: (row) => ({ text: format.decimal(row.sharpe, 2) }) },
  );
  return plainTable(columns, years);
}

function figures(data: ReportData): HTMLElement {
  const analysis = data.analysis;
  const day = (entry: { day: string; return: number } | null): string =>
    entry ? `${format.signed(format.percent(entry.return))} on ${entry.day}` : format.missing;
  const rows: [string, string][] = [
    ["Best day", day(analysis.best_day)],
    ["Worst day", day(analysis.worst_day)],
    ["Days in profit", format.percent(analysis.positive_days, 1)],
    ["Value at risk, 1 day, 95%", format.percent(analysis.value_at_risk_95)],
    ["Expected shortfall, 95%", format.percent(analysis.expected_shortfall_95)],
    ["Skewness", format.decimal(analysis.skewness, 2)],
    ["Excess kurtosis", format.decimal(analysis.excess_kurtosis, 2)],
  ];
  const benchmark = analysis.benchmark;
  if (benchmark) {
    rows.push(
      ["Alpha, per year", format.signed(format.percent(benchmark.alpha))],
      ["Beta to holding", format.decimal(benchmark.beta, 2)],
      ["Correlation with holding", format.decimal(benchmark.correlation, 2)],
      ["Information ratio", format.decimal(benchmark.information_ratio, 2)],
    );
  }
  return plainTable<[string, string]>(
    [
      { title: "Figure", words: true, cell: (row) => ({ text: row[0] }) },
      { title: "Value", cell: (row) => ({ text: row[1] }) },
    ],
    rows,
  );
}

export function returnsSection(data: ReportData): HTMLElement {
  const distribution = makeChart("Distribution of daily returns", data.analysis.benchmark ? "370px" : "280px", (palette) => distributionOption(data, palette));
  const hours = data.hours.mean.length > 0 ? makeChart("Mean return by weekday and hour", "280px", (palette) => hourOption(data, palette)) : null;
  const rolling = rollingCard(data);
  return section(
    "returns",
    "Returns",
    null,
    card("Months and years", "in percent, compounded from daily returns, UTC", monthTable(data)),
    data.analysis.years.length > 0 ? card("Years", "of daily returns, as far as the run covers them", yearTable(data)) : null,
    element(
      "div",
      { class: "grid" },
      card("Daily returns", "number of days by size", distribution.host),
      card("Figures", "of daily returns", figures(data)),
      rolling,
      hours ? card("Hours of the week", "mean return in basis points, UTC", hours.host) : null,
    ),
  );
}
