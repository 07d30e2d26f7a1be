// What the run was made of, so that anybody can make it again; and what was refused on the way.
import type { Dataset, ReportData } from "../data";
import { card, copyButton, element, empty, saveButton, section } from "../dom";
import * as format from "../format";
import { plainTable } from "../table";

export const command = "kontor backtest config.toml";

function facts(rows: [string, string | Node][]): HTMLElement {
  return element("dl", { class: "facts-list" }, ...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

function hash(value: string): HTMLElement {
  return element("code", { class: "hash", title: value }, value === "" ? format.missing : value);
}

interface Counted {
  strategy: string;
  reason: string;
  count: number;
}

function reasons(rows: Counted[]): HTMLElement {
  return plainTable<Counted>(
    [
      { title: "Strategy", words: true, cell: (row) => ({ text: row.strategy }) },
      { title: "Reason", words: true, cell: (row) => ({ text: format.words(row.reason) }) },
      { title: "Times", cell: (row) => ({ text: format.count(row.count) }) },
    ],
    [...rows].sort((a, b) => b.count - a.count),
  );
}

function statuses(data: ReportData): HTMLElement {
  const rows = Object.entries(data.analysis.orders_by_status);
  if (rows.length === 0) return empty("No orders", "No intent became an order.");
  return plainTable<[string, number]>(
    [
      { title: "Status at the end", words: true, cell: (row) => ({ text: format.words(row[0]) }) },
      { title: "Orders", cell: (row) => ({ text: format.count(row[1]) }) },
    ],
    rows,
  );
}

export function refusalsSection(data: ReportData): HTMLElement {
  const { refusals, rejections } = data.analysis;
  const cards: HTMLElement[] = [];
  if (refusals.length > 0) cards.push(card("Intents that did not become orders", "by all reasons, so an intent can count more than once", reasons(refusals)));
  if (rejections.length > 0) cards.push(card("Orders that the venue rejected", "every one is in orders.csv", reasons(rejections)));
  if (cards.length === 0) cards.push(card("Refusals", null, empty("Nothing was refused", "Every intent of the strategies passed risk, and the venue took every order.")));
  return section("refusals", "Refused and rejected", null, ...cards, card("Orders by status", null, statuses(data)));
}

function datasetTable(data: ReportData): HTMLElement {
  const day = (time: string | null): string => (time === null ? format.missing : format.dateTime(Date.parse(time)));
  return plainTable<Dataset>(
    [
      { title: "Dataset", words: true, cell: (row) => ({ text: row.name }) },
      { title: "Rows", cell: (row) => ({ text: format.count(row.rows) }) },
      { title: "First, UTC", cell: (row) => ({ text: day(row.first) }) },
      { title: "Last, UTC", cell: (row) => ({ text: day(row.last) }) },
      { title: "SHA-256", words: true, cell: (row) => hash(row.sha256) },
    ],
    data.analysis.datasets,
  );
}

export function reproduceSection(data: ReportData): HTMLElement {
  const analysis = data.analysis;
  const recipe = element(
    "div",
    { class: "recipe" },
    element("p", {}, "Import the datasets named here, save the configuration, and run:"),
    element("div", { class: "command" }, element("code", {}, command), copyButton("Copy", command)),
    element("div", { class: "controls no-print" }, saveButton("Save config.toml", "config.toml", data.config_toml), copyButton("Copy configuration", data.config_toml)),
    element("p", { class: "note" }, "The same engine, data and configuration give the same bytes in every file."),
  );
  const inputs = facts([
    ["Engine", analysis.engine_version],
    ["Seed", String(analysis.seed)],
    ["Configuration, SHA-256", hash(analysis.config_sha256)],
    ["Range", `${analysis.from ?? format.missing} to ${analysis.to ?? format.missing}`],
    ["Events", format.count(analysis.events)],
  ]);
  const assumptions =
    analysis.assumptions.length === 0
      ? empty("No assumptions recorded", "The configuration below has all settings of the simulated venue.")
      : facts(analysis.assumptions.map(([name, setting]): [string, string] => [format.words(name), setting]));
  return section(
    "reproduce",
    "Reproduce",
    null,
    element("div", { class: "grid" }, card("Run it again", null, recipe, inputs), card("Assumptions", "how the simulated venue behaved", assumptions)),
    card("Data", null, analysis.datasets.length > 0 ? datasetTable(data) : empty("No data manifest", "This run names no datasets.")),
    card("Configuration", "complete, with every default", element("pre", { class: "config", tabindex: 0 }, data.config_toml)),
  );
}
