// Tables of the page as files: CSV, JSON and Parquet. Pure: what comes in are the page's columns.
import { parquetWriteBuffer } from "hyparquet-writer";
import { exitReasons } from "./data";
import type { ReportData } from "./data";

export type Kind = "time" | "number" | "text";

export interface ExportColumn {
  name: string;
  kind: Kind;
  /** Times in milliseconds. */
  values: (number | string | null)[];
}

export interface ExportTable {
  name: string;
  columns: ExportColumn[];
  rows: number;
  /** How many rows there are in the run; more than `rows` where the page carries only some. */
  total: number;
}

function table(name: string, total: number, columns: ExportColumn[]): ExportTable {
  return { name, columns, rows: columns[0].values.length, total };
}

function column(name: string, kind: Kind, values: ExportColumn["values"]): ExportColumn {
  return { name, kind, values };
}

const numbers = (name: string, values: (number | null)[]): ExportColumn => column(name, "number", values);
const texts = (name: string, values: string[]): ExportColumn => column(name, "text", values);
const times = (name: string, values: number[]): ExportColumn => column(name, "time", values);

function roundTrips(data: ReportData): ExportTable {
  const trips = data.round_trips;
  const { instruments, strategies } = data.analysis;
  const share = (values: number[]): number[] => values.map((value) => value / 1e6);
  return table("round_trips", trips.total, [
    times("opened", trips.close_s.map((close, i) => (close - trips.holding_s[i]) * 1000)),
    times("closed", trips.close_s.map((close) => close * 1000)),
    texts("strategy", trips.strategy.map((index) => strategies[index])),
    texts("instrument", trips.instrument.map((index) => instruments[index])),
    texts("direction", trips.short.map((short) => (short === 1 ? "short" : "long"))),
    numbers("max_quantity", trips.quantity),
    numbers("entry_price", trips.entry_price),
    numbers("exit_price", trips.exit_price),
    texts("exit", trips.exit.map((reason) => exitReasons[reason])),
    texts("entry_tag", trips.close_s.map((_, i) => (trips.tag.length > 0 ? trips.tag[i] : "0"))),
    numbers("fees", trips.fees),
    numbers("net_profit", trips.net_profit),
    numbers("return", share(trips.return_ppm)),
    numbers("max_adverse", share(trips.adverse_ppm)),
    numbers("max_favourable", share(trips.favourable_ppm)),
  ]);
}

function fills(data: ReportData): ExportTable {
  const rows = data.fills;
  const { instruments, strategies } = data.analysis;
  return table("fills", rows.total, [
    times("time", rows.time_ms),
    texts("strategy", rows.strategy.map((index) => strategies[index])),
    texts("instrument", rows.instrument.map((index) => instruments[index])),
    texts("side", rows.sell.map((sell) => (sell === 1 ? "sell" : "buy"))),
    texts("liquidity", rows.maker.map((maker) => (maker === 1 ? "maker" : "taker"))),
    numbers("price", rows.price),
    numbers("quantity", rows.quantity),
    numbers("fee_reported", rows.fee),
    numbers("realized", rows.realized),
  ]);
}

function equity(data: ReportData): ExportTable {
  const rows = data.equity;
  return table("equity", rows.samples, [
    times("time", rows.time_s.map((time) => time * 1000)),
    numbers("equity", rows.equity),
    numbers("net_exposure", rows.net_exposure),
    numbers("gross_exposure", rows.gross_exposure),
    numbers("benchmark", rows.benchmark),
  ]);
}

/** Round trips, fills and equity, as far as the page carries them. */
export function exportTables(data: ReportData): ExportTable[] {
  return [roundTrips(data), fills(data), equity(data)];
}

function shown(kind: Kind, value: number | string | null): number | string | null {
  return kind === "time" && typeof value === "number" ? new Date(value).toISOString() : value;
}

/** A text that a spreadsheet would take for a formula has an apostrophe in front. */
export function csvField(value: number | string | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(rows: ExportTable): string {
  const lines = [rows.columns.map((one) => one.name).join(",")];
  for (let i = 0; i < rows.rows; i++) {
    lines.push(rows.columns.map((one) => csvField(shown(one.kind, one.values[i]))).join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** One object for each row. */
export function toJson(rows: ExportTable): string {
  const objects = Array.from({ length: rows.rows }, (_, i) =>
    JSON.stringify(Object.fromEntries(rows.columns.map((one) => [one.name, shown(one.kind, one.values[i])]))),
  );
  return objects.length === 0 ? "[]\n" : `[\n${objects.join(",\n")}\n]\n`;
}

const parquetTypes = { time: "TIMESTAMP", number: "DOUBLE", text: "STRING" } as const;

export function toParquet(rows: ExportTable): ArrayBuffer {
  return parquetWriteBuffer({
    columnData: rows.columns.map((one) => ({
      name: one.name,
      type: parquetTypes[one.kind],
      nullable: one.values.includes(null),
      data: one.kind === "time" ? one.values.map((value) => new Date(Number(value))) : one.values,
    })),
    createdBy: "kontor",
  });
}
