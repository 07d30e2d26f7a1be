// Equity with its benchmark, the drawdown below it, the exposure below that: one time axis for all three.
import { isNarrow, makeChart, timeAxis, tooltip, tooltipBody, valueAxis, zoomSlider } from "../chart";
import type { Chart, Option } from "../chart";
import type { Drawdown, EquityColumns, ReportData } from "../data";
import { card, choice, element, section } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { plainTable } from "../table";
import { translucent } from "../theme";
import type { Colors } from "../theme";

/** Falls from the highest value so far, as negative fractions. */
export function underwater(equity: number[], start: number): number[] {
  let peak = start;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return peak > 0 ? value / peak - 1 : 0;
  });
}

function pairs(times: number[], values: (number | null)[]): [number, number | null][] {
  return times.map((time, i) => [time * 1000, values[i]]);
}

/** Limits of the exposure's axis: whole steps around what there is, with zero in the middle where there are shorts. */
export function exposureLimits(net: number[], gross: number[], equity: number[]): { min: number; max: number; interval: number } {
  const largest = Math.max(0, ...gross.map((value, i) => (equity[i] > 0 ? value / equity[i] : 0)));
  const short = net.some((value) => value < 0);
  const step = largest > 1 ? Math.ceil(largest) : largest > 0.5 ? 1 : largest > 0.25 ? 0.5 : 0.25;
  return { min: short ? -step : 0, max: step, interval: step };
}

/** An area with a shaded ground, without marks on its points. */
function lineSeries(name: string, data: unknown, color: string, more: Option): Option {
  return { type: "line", name, data, showSymbol: false, lineStyle: { color, width: 1.6 }, itemStyle: { color }, ...more };
}

function series(data: ReportData, columns: EquityColumns, palette: Colors): Option[] {
  const drawdown = underwater(columns.equity, data.analysis.initial_equity);
  const leverage = (values: number[]): number[] => values.map((value, i) => (columns.equity[i] > 0 ? value / columns.equity[i] : 0));
  const shown = [
    lineSeries("Equity", pairs(columns.time_s, columns.equity), palette.accent, { z: 3, lineStyle: { color: palette.accent, width: 1.9 } }),
    lineSeries("Drawdown", pairs(columns.time_s, drawdown), palette.loss, {
      xAxisIndex: 1,
      yAxisIndex: 1,
      lineStyle: { color: palette.loss, width: 1 },
      areaStyle: { color: translucent(palette.loss, 0.22) },
    }),
    lineSeries("Gross exposure", pairs(columns.time_s, leverage(columns.gross_exposure)), palette.faint, {
      xAxisIndex: 2,
      yAxisIndex: 2,
      step: "end",
      lineStyle: { width: 0 },
      areaStyle: { color: translucent(palette.faint, 0.4) },
    }),
    lineSeries("Net exposure", pairs(columns.time_s, leverage(columns.net_exposure)), palette.second, {
      xAxisIndex: 2,
      yAxisIndex: 2,
      step: "end",
      lineStyle: { color: translucent(palette.second, 0.75), width: 1 },
      sampling: "lttb",
    }),
  ];
  if (data.analysis.benchmark) {
    shown.push(
      lineSeries(`Holding ${data.analysis.benchmark.instrument}`, pairs(columns.time_s, columns.benchmark), palette.benchmark, {
        lineStyle: { color: palette.benchmark, width: 1.2 },
        connectNulls: true,
      }),
    );
  }
  return shown;
}

interface TipEntry {
  axisValue: number;
  seriesName: string;
  value: [number, number | null];
  color: string;
}

function tip(entries: TipEntry[]): HTMLElement | string {
  if (entries.length === 0) return "";
  const rows = entries.map((entry): [string, string, string] => {
    const value = entry.value[1];
    const isMoney = entry.seriesName === "Equity" || entry.seriesName.startsWith("Holding");
    return [entry.seriesName, isMoney ? money(value) : format.percent(value), entry.color];
  });
  return tooltipBody(format.dateTime(entries[0].axisValue), rows);
}

function equityOption(data: ReportData, palette: Colors, logarithmic: boolean): Option {
  const columns = data.equity;
  const left = isNarrow() ? 48 : 64;
  const percentAxis = { axisLabel: { color: palette.muted, formatter: (value: number) => format.percent(value, 0) }, splitNumber: 2 };
  return {
    grid: [
      { left, right: 12, top: 40, height: "48%" },
      { left, right: 12, top: "62%", height: "13%" },
      { left, right: 12, top: "79%", height: "9%" },
    ],
    legend: {
      top: 4,
      left: 0,
      icon: "roundRect",
      itemWidth: 14,
      itemHeight: 3,
      textStyle: { color: palette.muted },
      data: data.analysis.benchmark ? ["Equity", `Holding ${data.analysis.benchmark.instrument}`] : ["Equity"],
    },
    tooltip: tooltip(palette, { formatter: tip }),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [0, 1, 2].map((gridIndex) =>
      timeAxis(palette, { gridIndex, axisLabel: { show: gridIndex === 2, color: palette.muted, hideOverlap: true } }),
    ),
    yAxis: [
      valueAxis(palette, {
        type: logarithmic ? "log" : "value",
        gridIndex: 0,
        axisLabel: { color: palette.muted, formatter: (value: number) => format.short(value) },
      }),
      valueAxis(palette, { ...percentAxis, gridIndex: 1, max: 0, min: (range: { min: number }) => (range.min < 0 ? null : -0.01) }),
      valueAxis(palette, { ...percentAxis, gridIndex: 2, ...exposureLimits(columns.net_exposure, columns.gross_exposure, columns.equity) }),
    ],
    dataZoom: [
      { type: "inside", xAxisIndex: [0, 1, 2], zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false },
      zoomSlider(palette, { xAxisIndex: [0, 1, 2], labelFormatter: (value: number) => format.date(value) }),
    ],
    series: series(data, columns, palette),
  };
}

function drawdownTable(data: ReportData, chart: Chart): HTMLElement {
  const show = (period: Drawdown): void => {
    const end = period.recovery ?? data.analysis.to ?? period.trough;
    const margin = (Date.parse(end) - Date.parse(period.peak)) * 0.15;
    chart.instance()?.dispatchAction({
      type: "dataZoom",
      startValue: Date.parse(period.peak) - margin,
      endValue: Date.parse(end) + margin,
    });
    chart.host.scrollIntoView({ behavior: "smooth", block: "center" });
  };
  return plainTable<Drawdown>(
    [
      { title: "Depth", cell: (row) => ({ text: format.percent(-row.depth), tone: "loss" }) },
      { title: "Peak", cell: (row) => ({ text: format.dateTime(Date.parse(row.peak)) }) },
      { title: "Trough", cell: (row) => ({ text: format.dateTime(Date.parse(row.trough)) }) },
      { title: "Recovery", cell: (row) => ({ text: row.recovery ? format.dateTime(Date.parse(row.recovery)) : "not yet" }) },
      { title: "Fall", cell: (row) => ({ text: format.duration((Date.parse(row.trough) - Date.parse(row.peak)) / 1000) }) },
      {
        title: "Length",
        hint: "From the peak until it was seen again",
        cell: (row) => {
          const end = row.recovery ?? data.analysis.to;
          return { text: end ? format.duration((Date.parse(end) - Date.parse(row.peak)) / 1000) : format.missing };
        },
      },
      { title: "", cell: (row) => element("button", { type: "button", class: "link", click: () => { show(row); } }, "Show") },
    ],
    data.analysis.drawdowns,
  );
}

function sampleNote(data: ReportData): string {
  const every = `sampled every ${format.duration(data.equity.interval_seconds)}`;
  const shown = data.equity.equity.length;
  return data.equity.samples > shown ? `${every}; ${format.count(shown)} of ${format.count(data.equity.samples)} samples drawn, extremes kept` : every;
}

export function equitySection(data: ReportData): HTMLElement {
  let logarithmic = false;
  const chart = makeChart("Equity, drawdown and exposure over time", isNarrow() ? "440px" : "560px", (palette) => equityOption(data, palette, logarithmic));
  const positive = data.equity.equity.every((value) => value > 0);
  const scale = choice("Scale", ["Linear", "Log"], 0, (index) => {
    logarithmic = index === 1;
    chart.refresh();
  });
  const drawdowns = data.analysis.drawdowns.length > 0 ? card("Deepest drawdowns", "of the equity samples, UTC", drawdownTable(data, chart)) : null;
  return section(
    "equity",
    "Equity",
    null,
    card("Equity, drawdown, exposure", `in ${data.analysis.reporting_asset}, ${sampleNote(data)}`, positive ? scale : null, chart.host),
    drawdowns,
  );
}
