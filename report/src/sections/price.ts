// Candles of one instrument with its fills; other parts of the page can ask it to show a round trip.
import type { EChartsType } from "echarts/core";
import { isNarrow, makeChart, tooltip, tooltipBody, valueAxis, zoomSlider } from "../chart";
import type { Option } from "../chart";
import { cluster, groupSize, lastAtOrBefore } from "../cluster";
import type { Cluster } from "../cluster";
import type { ChartColumns, ReportData } from "../data";
import { card, element, empty, section } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { colors, translucent } from "../theme";
import type { Colors } from "../theme";

const clustersPerView = 150;

/** From entry to exit of the round trip that is being shown. */
interface Trip {
  from: [number, number];
  to: [number, number];
  profit: number;
}

export class PriceSection {
  readonly host: HTMLElement;
  private shown = 0;
  private window: [number, number] = [0, 0];
  private group = 0;
  private trip: Trip | undefined;
  private candleOf: Int32Array[] = [];
  private readonly chart;
  private readonly select = element("select", { "aria-label": "Instrument" });

  constructor(private readonly data: ReportData) {
    for (const columns of data.charts) {
      this.select.append(element("option", {}, data.analysis.instruments[columns.instrument]));
      this.candleOf.push(this.placeFills(columns));
    }
    this.select.addEventListener("change", () => { this.choose(this.select.selectedIndex); });
    this.chart = makeChart("Price with fills", isNarrow() ? "400px" : "520px", (palette) => this.option(palette), (instance) => { this.listen(instance); });
    this.choose(0);
    this.host = section("price", "Price and fills", null, this.body());
  }

  /** Zooms to a round trip and draws the line from its entry to its exit. */
  showRoundTrip(index: number): void {
    const trips = this.data.round_trips;
    const chart = this.data.charts.findIndex((columns) => columns.instrument === trips.instrument[index]);
    if (chart < 0) return;
    this.select.selectedIndex = chart;
    this.shown = chart;
    const times = this.data.charts[chart].time_s;
    const first = Math.max(0, lastAtOrBefore(times, trips.close_s[index] - trips.holding_s[index]));
    const last = Math.max(first, lastAtOrBefore(times, trips.close_s[index]));
    const margin = Math.max(20, Math.ceil((last - first) * 0.6));
    this.window = [Math.max(0, first - margin), Math.min(times.length - 1, last + margin)];
    this.trip = {
      from: [first, trips.entry_price[index]],
      to: [last, trips.exit_price[index]],
      profit: trips.net_profit[index],
    };
    this.chart.refresh();
    this.chart.host.scrollIntoView({ behavior: "smooth", block: "center" });
  }

  private body(): HTMLElement {
    if (this.data.charts.length === 0) {
      return empty("No candles", "This run has no price series to draw. Runs over bars, trades and quotes have one for each instrument.");
    }
    const held = this.data.fills.price.length;
    const thinned = this.data.fills.total > held ? `; ${format.count(held)} of ${format.count(this.data.fills.total)} fills drawn, all are in fills.csv` : "";
    const note = `fills that stand close together are drawn as one mark; zoom in to part them${thinned}`;
    const legend = element(
      "div",
      { class: "legend" },
      element("span", { class: "mark buy" }, "Buy"),
      element("span", { class: "mark sell" }, "Sell"),
    );
    const controls = element("div", { class: "controls" }, this.data.charts.length > 1 ? this.select : null, legend);
    return card(this.data.charts.length > 1 ? "Instrument" : this.data.analysis.instruments[this.data.charts[0].instrument], note, controls, this.chart.host);
  }

  private placeFills(columns: ChartColumns): Int32Array {
    const fills = this.data.fills;
    return Int32Array.from(fills.time_ms, (time, i) =>
      fills.instrument[i] === columns.instrument ? lastAtOrBefore(columns.time_s, Math.floor(time / 1000)) : -1,
    );
  }

  private choose(index: number): void {
    this.shown = index;
    this.trip = undefined;
    this.window = [0, Math.max(0, (this.data.charts[index]?.time_s.length ?? 1) - 1)];
    this.chart.refresh();
  }

  private listen(instance: EChartsType): void {
    instance.on("datazoom", () => {
      const zoom = (instance.getOption() as { dataZoom: { startValue: number; endValue: number }[] }).dataZoom[0];
      this.window = [zoom.startValue, zoom.endValue];
      if (groupSize(this.window[1] - this.window[0], clustersPerView) !== this.group) {
        instance.setOption({ series: this.marks(colors()) });
      }
    });
  }

  private clusters(sell: number): Cluster[] {
    const columns = this.data.charts[this.shown];
    return cluster(this.data.fills, columns.instrument, sell, this.candleOf[this.shown], this.group);
  }

  private marks(palette: Colors): Option[] {
    this.group = groupSize(this.window[1] - this.window[0], clustersPerView);
    return [0, 1].map((sell) => ({
      id: sell ? "sells" : "buys",
      name: sell ? "Sells" : "Buys",
      type: "scatter",
      symbol: "triangle",
      symbolRotate: sell ? 180 : 0,
      symbolSize: (_: unknown, entry: { data: { cluster: Cluster } }) => Math.min(17, 8 + Math.sqrt(entry.data.cluster.count) * 1.6),
      itemStyle: { color: sell ? palette.loss : palette.gain, borderColor: palette.surface, borderWidth: 1 },
      z: 5,
      data: this.clusters(sell).map((found) => ({ value: [found.candle, found.price], cluster: found })),
    }));
  }

  private tripSeries(palette: Colors): Option {
    const trip = this.trip;
    const color = trip && trip.profit < 0 ? palette.loss : palette.gain;
    return {
      id: "trip",
      type: "line",
      symbol: "circle",
      symbolSize: 8,
      silent: true,
      z: 6,
      lineStyle: { color, width: 2, type: "dashed" },
      itemStyle: { color },
      data: trip ? [trip.from, trip.to] : [],
    };
  }

  private tip(entries: { seriesId: string; dataIndex: number; data: { cluster?: Cluster } }[]): HTMLElement | string {
    const columns = this.data.charts[this.shown];
    const candle = entries.find((entry) => entry.seriesId === "candles");
    if (!candle) return "";
    const i = candle.dataIndex;
    const rows: [string, string, string?][] = [
      ["Open", format.price(columns.open[i])],
      ["High", format.price(columns.high[i])],
      ["Low", format.price(columns.low[i])],
      ["Close", format.price(columns.close[i])],
      ["Volume", format.short(columns.volume[i])],
    ];
    const palette = colors();
    for (const entry of entries) {
      const found = entry.data.cluster;
      if (!found) continue;
      const sell = entry.seriesId === "sells";
      const word = `${sell ? "Sell" : "Buy"}${found.count > 1 ? ` × ${format.count(found.count)}` : ""}`;
      rows.push([word, `${format.quantity(found.quantity)} at ${format.price(found.price)}`, sell ? palette.loss : palette.gain]);
      if (found.realized !== 0) rows.push(["realised before fees", format.signed(money(found.realized))]);
    }
    return tooltipBody(`${format.dateTime(columns.time_s[i] * 1000)} UTC`, rows);
  }

  private option(palette: Colors): Option {
    const columns = this.data.charts[this.shown] as ChartColumns | undefined;
    if (!columns) return {};
    const left = isNarrow() ? 52 : 68;
    const axis = {
      type: "category",
      data: columns.time_s.map((time) => format.dateTime(time * 1000)),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    };
    const [startValue, endValue] = this.window;
    return {
      grid: [
        { left, right: 12, top: 10, bottom: 118 },
        { left, right: 12, height: 44, bottom: 62 },
      ],
      tooltip: tooltip(palette, { formatter: (entries: never) => this.tip(entries) }),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      xAxis: [
        { ...axis, gridIndex: 0, axisLabel: { show: false } },
        { ...axis, gridIndex: 1, axisLabel: { color: palette.muted, hideOverlap: true, formatter: (text: string) => text.slice(0, 10) } },
      ],
      yAxis: [
        valueAxis(palette, { gridIndex: 0, axisLabel: { color: palette.muted, formatter: (value: number) => format.price(value) }, splitNumber: 5 }),
        valueAxis(palette, { gridIndex: 1, scale: false, axisLabel: { show: false }, splitLine: { show: false } }),
      ],
      dataZoom: [
        { type: "inside", xAxisIndex: [0, 1], startValue, endValue, minValueSpan: 5, zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false },
        zoomSlider(palette, { xAxisIndex: [0, 1], startValue, endValue, labelFormatter: (_: number, text: string) => text.slice(0, 10) }),
      ],
      series: [this.candles(columns, palette), this.volume(columns, palette), ...this.marks(palette), this.tripSeries(palette)],
    };
  }

  private candles(columns: ChartColumns, palette: Colors): Option {
    return {
      id: "candles",
      type: "candlestick",
      name: "Price",
      data: columns.open.map((open, i) => [open, columns.close[i], columns.low[i], columns.high[i]]),
      itemStyle: {
        color: palette.surface,
        color0: palette.faint,
        borderColor: palette.muted,
        borderColor0: palette.muted,
        borderWidth: 1,
      },
    };
  }

  private volume(columns: ChartColumns, palette: Colors): Option {
    return {
      id: "volume",
      type: "bar",
      name: "Volume",
      xAxisIndex: 1,
      yAxisIndex: 1,
      data: columns.volume,
      itemStyle: { color: translucent(palette.faint, 0.5) },
      barCategoryGap: "20%",
    };
  }
}
