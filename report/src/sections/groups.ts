// Round trips by kind: direction, instrument, strategy, how they ended, how and when they began.
import { isNarrow, makeChart, tooltip, tooltipBody, valueAxis } from "../chart";
import type { Option } from "../chart";
import type { ReportData, TradeGroup } from "../data";
import { card, element } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { plainTable, toned } from "../table";
import type { Column } from "../table";
import { translucent } from "../theme";
import type { Colors } from "../theme";

const commonColumns: Column<TradeGroup>[] = [
  { title: "Count", cell: (row) => ({ text: format.count(row.round_trips) }) },
  { title: "Win rate", cell: (row) => ({ text: format.percent(row.win_rate, 1) }) },
  { title: "Gross", hint: "Before fees", cell: (row) => toned(money(row.gross_profit), row.gross_profit) },
  { title: "Fees", cell: (row) => ({ text: money(row.fees) }) },
  { title: "Net", hint: "After fees", cell: (row) => toned(money(row.net_profit), row.net_profit) },
  { title: "Profit factor", cell: (row) => ({ text: format.decimal(row.profit_factor, 2) }) },
  { title: "Expectancy", cell: (row) => toned(money(row.expectancy), row.expectancy) },
  { title: "Best", cell: (row) => toned(money(row.best_round_trip), row.best_round_trip) },
  { title: "Worst", cell: (row) => toned(money(row.worst_round_trip), row.worst_round_trip) },
  { title: "Avg holding", cell: (row) => ({ text: format.duration(row.average_holding_seconds) }) },
];

const withOpen: Column<TradeGroup> = {
  title: "With open",
  hint: "All fills after fees and funding, and what is still open; – where nothing tells it",
  cell: (row) => toned(money(row.profit), row.profit),
};

function nameColumn(title: string): Column<TradeGroup> {
  return { title, words: true, cell: (row) => ({ text: format.words(row.name) }) };
}

export function groups(data: ReportData): HTMLElement {
  const analysis = data.analysis;
  const parts = [...analysis.by_direction.filter((group) => group.round_trips > 0)];
  if (analysis.by_instrument.length > 1) parts.push(...analysis.by_instrument);
  if (analysis.by_strategy.length > 1) parts.push(...analysis.by_strategy);
  return card("By direction, instrument and strategy", `in ${analysis.reporting_asset}`, plainTable([{ ...nameColumn("Round trips of"), cell: (row) => ({ text: row.name }) }, ...commonColumns.slice(0, 5), withOpen, ...commonColumns.slice(5)], parts));
}


/** The groups under all of their names, so that a chart has a place for the empty ones too. */
export function completed(rows: TradeGroup[], names: string[]): (TradeGroup | null)[] {
  return names.map((name) => rows.find((row) => row.name === name) ?? null);
}

function netOption(rows: (TradeGroup | null)[], labels: string[], palette: Colors): Option {
  return {
    grid: { left: isNarrow() ? 48 : 60, right: 8, top: 10, bottom: 26 },
    tooltip: tooltip(palette, {
      axisPointer: { type: "shadow", shadowStyle: { color: translucent(palette.faint, 0.12) } },
      formatter: (entries: { dataIndex: number }[]) => {
        const row = rows[entries[0].dataIndex];
        const title = labels[entries[0].dataIndex];
        if (!row) return tooltipBody(title, [["Round trips", "0"]]);
        return tooltipBody(title, [
          ["Net", format.signed(money(row.net_profit))],
          ["Round trips", format.count(row.round_trips)],
          ["Win rate", format.percent(row.win_rate, 1)],
          ["Expectancy", format.signed(money(row.expectancy))],
        ]);
      },
    }),
    xAxis: {
      type: "category",
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, hideOverlap: true },
    },
    yAxis: valueAxis(palette, { scale: false, axisLabel: { color: palette.muted, formatter: (value: number) => format.short(value) } }),
    series: [
      {
        type: "bar",
        barCategoryGap: "22%",
        data: rows.map((row) => ({ value: row?.net_profit ?? 0, itemStyle: { color: (row?.net_profit ?? 0) < 0 ? palette.loss : palette.gain, borderRadius: 2 } })),
      },
    ],
  };
}

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Tables by exit and by tag of the entry, charts by hour and by weekday of the entry. */
export function byEntryAndExit(data: ReportData): HTMLElement[] {
  const analysis = data.analysis;
  const asset = analysis.reporting_asset;
  const byHour = completed(analysis.by_entry_hour, hours);
  const byWeekday = completed(analysis.by_entry_weekday, weekdays);
  const hourChart = makeChart("Net profit by hour of entry", "220px", (palette) => netOption(byHour, hours, palette));
  const weekdayChart = makeChart("Net profit by weekday of entry", "220px", (palette) => netOption(byWeekday, format.weekdays, palette));
  const cards = [card("By what ended them", `in ${asset}`, plainTable([nameColumn("Ended by"), ...commonColumns], analysis.by_exit))];
  if (analysis.by_entry_tag.length > 1) {
    cards.push(card("By tag of the entry", `the strategy's own label; in ${asset}`, plainTable([nameColumn("Tag"), ...commonColumns], analysis.by_entry_tag)));
  }
  const charts = [
    card("Hour of entry", `net profit in ${asset}, UTC`, hourChart.host),
    card("Weekday of entry", `net profit in ${asset}, UTC`, weekdayChart.host),
  ];
  return [...cards, element("div", { class: "grid" }, ...charts)];
}
