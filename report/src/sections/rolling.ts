// Sharpe, Sortino, volatility and beta of the last 30 and 90 days, one at a time.
import { makeChart, timeAxis, tooltip, tooltipBody, valueAxis } from "../chart";
import type { Option } from "../chart";
import type { ReportData } from "../data";
import { card, choice, element } from "../dom";
import * as format from "../format";
import type { Colors } from "../theme";

interface Figure {
  name: string;
  title: string;
  show: (value: number | null) => string;
  /** Where the line of reference lies. */
  reference: number;
}

const ratio = (value: number | null): string => format.decimal(value, 2);
const figures: Figure[] = [
  { name: "sharpe", title: "Sharpe", show: ratio, reference: 0 },
  { name: "sortino", title: "Sortino", show: ratio, reference: 0 },
  { name: "volatility", title: "Volatility", show: (value) => format.percent(value, 1), reference: 0 },
  { name: "beta", title: "Beta", show: ratio, reference: 0 },
];

type Values = (number | null)[];

function exists(values: Values | undefined): values is Values {
  return values?.some((value) => value !== null) ?? false;
}

function rollingOption(data: ReportData, figure: Figure, palette: Colors): Option {
  const days = data.daily;
  const thirty = days.rolling[`${figure.name}_30`] as Values | undefined;
  const ninety = days.rolling[`${figure.name}_90`] as Values | undefined;
  const hasNinety = exists(ninety);
  const points = (values: Values): [number, number | null][] => values.map((value, i) => [(days.first_day + i) * 86400000, value]);
  const line = (name: string, values: Values, color: string, width: number): Option => ({
    type: "line",
    name,
    data: points(values),
    showSymbol: false,
    lineStyle: { color, width },
    itemStyle: { color },
    markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: palette.muted, type: "solid", width: 1 }, data: [{ yAxis: figure.reference }] },
  });
  return {
    grid: { left: 48, right: 12, top: 32, bottom: 28 },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 3, textStyle: { color: palette.muted } },
    tooltip: tooltip(palette, {
      formatter: (entries: { axisValue: number; seriesName: string; value: [number, number | null]; color: string }[]) =>
        entries.length === 0
          ? ""
          : tooltipBody(
              format.date(entries[0].axisValue),
              entries.map((entry): [string, string, string] => [entry.seriesName, figure.show(entry.value[1]), entry.color]),
            ),
    }),
    xAxis: timeAxis(palette),
    yAxis: valueAxis(palette, {
      axisLabel: { color: palette.muted, formatter: (value: number) => (figure.name === "volatility" ? format.percent(value, 0) : format.short(value)) },
    }),
    series: [
      line("30 days", thirty ?? [], hasNinety ? palette.faint : palette.accent, hasNinety ? 1.2 : 1.9),
      ...(hasNinety ? [line("90 days", ninety, palette.accent, 1.9)] : []),
    ],
  };
}

/** Nothing where the run is shorter than the shortest window. */
export function rollingCard(data: ReportData): HTMLElement | null {
  const shown = figures.filter((figure) => exists(data.daily.rolling[`${figure.name}_30`]));
  if (shown.length === 0) return null;
  let figure = shown[0];
  const chart = makeChart("Rolling figures", "280px", (palette) => rollingOption(data, figure, palette));
  const pick = choice("Rolling figure", shown.map((one) => one.title), 0, (index) => {
    figure = shown[index];
    chart.refresh();
  });
  return card("Rolling figures", "annualised, of the last 30 and 90 days", element("div", { class: "controls" }, pick), chart.host);
}
