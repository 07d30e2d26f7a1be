// The chart library, with only what the report uses, and what all its charts share.
import { BarChart, CandlestickChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { EChartsType } from "echarts/core";
import { element } from "./dom";
import { colors, onThemeChange, translucent } from "./theme";
import type { Colors } from "./theme";

echarts.use([
  BarChart,
  CandlestickChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

// The library types its options per component; the report builds them as plain objects.
export type Option = Record<string, unknown>;

export interface Chart {
  host: HTMLElement;
  /** The drawn chart; undefined until its element has a size. */
  instance: () => EChartsType | undefined;
  /** Builds the options anew, for other data or colours. */
  refresh: () => void;
}

const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const charts: Chart[] = [];

export function isNarrow(): boolean {
  return window.innerWidth < 640;
}

/** A chart in an element of its own. `label` says what it shows to those who do not see it. */
export function makeChart(label: string, height: string, build: (colors: Colors) => Option, onReady?: (instance: EChartsType) => void): Chart {
  const host = element("div", { class: "chart", style: `height:${height}`, role: "img", "aria-label": label });
  let instance: EChartsType | undefined;
  const refresh = (): void => {
    instance?.setOption({ ...shared(colors()), ...build(colors()) }, { notMerge: true });
  };
  const chart: Chart = { host, instance: () => instance, refresh };
  charts.push(chart);
  starts.set(chart, () => {
    instance = echarts.init(host, null, { renderer: "canvas" });
    refresh();
    onReady?.(instance);
  });
  return chart;
}

const starts = new Map<Chart, () => void>();

/** Draws all charts; called once when the page is in place, since a chart needs the size of its element. */
export function startCharts(): void {
  for (const start of starts.values()) start();
  let waiting = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      for (const chart of charts) chart.instance()?.resize();
    });
  });
  onThemeChange(() => {
    for (const chart of charts) {
      chart.instance()?.resize();
      chart.refresh();
    }
  });
}

function shared(palette: Colors): Option {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily, fontSize: 12, color: palette.muted },
    aria: { enabled: false },
    tooltip: tooltip(palette),
  };
}

export function tooltip(palette: Colors, more: Option = {}): Option {
  return {
    trigger: "axis",
    confine: true,
    transitionDuration: 0,
    backgroundColor: palette.surface,
    borderColor: palette.line,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: palette.text, fontSize: 12, fontFamily },
    extraCssText: "border-radius:8px;box-shadow:0 4px 16px rgba(0,0,0,.14);font-variant-numeric:tabular-nums",
    axisPointer: { type: "line", lineStyle: { color: palette.faint, type: "dashed" }, label: { show: false } },
    ...more,
  };
}

/** A heading and pairs of name and value, as an element: its texts cannot be markup. */
export function tooltipBody(title: string, rows: [string, string, string?][]): HTMLElement {
  return element(
    "div",
    { class: "tip" },
    element("div", { class: "tip-title" }, title),
    ...rows.map(([name, value, color]) =>
      element(
        "div",
        { class: "tip-row" },
        element("span", { class: "tip-name" }, color ? element("i", { style: `background:${color}` }) : null, name),
        element("span", {}, value),
      ),
    ),
  );
}

export function timeAxis(palette: Colors, more: Option = {}): Option {
  return {
    type: "time",
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: { color: palette.muted, hideOverlap: true, margin: 10 },
    splitLine: { show: false },
    ...more,
  };
}

export function valueAxis(palette: Colors, more: Option = {}): Option {
  return {
    type: "value",
    scale: true,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: palette.muted },
    splitLine: { lineStyle: { color: translucent(palette.faint, 0.22) } },
    splitNumber: 4,
    ...more,
  };
}

/** A slider to zoom with, for charts over time. */
export function zoomSlider(palette: Colors, more: Option = {}): Option {
  return {
    type: "slider",
    height: 22,
    bottom: 6,
    borderColor: "transparent",
    backgroundColor: translucent(palette.faint, 0.1),
    fillerColor: translucent(palette.accent, 0.12),
    handleStyle: { color: palette.surface, borderColor: palette.muted },
    moveHandleSize: 0,
    dataBackground: { lineStyle: { color: palette.faint }, areaStyle: { color: translucent(palette.faint, 0.2) } },
    selectedDataBackground: {
      lineStyle: { color: palette.accent },
      areaStyle: { color: translucent(palette.accent, 0.15) },
    },
    textStyle: { color: palette.muted, fontSize: 11 },
    brushSelect: false,
    ...more,
  };
}
