// How well orders were executed: what became of them, how long they waited, what they cost, how much would fit.
import type { Analysis, ReportData } from "../data";
import { card, element, empty, section } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { plainTable } from "../table";

type Row = [string, string, string?];

function figureTable(rows: Row[]): HTMLElement {
  return plainTable<Row>(
    [
      { title: "Figure", words: true, cell: (row) => (row[2] === undefined ? { text: row[0] } : element("span", { title: row[2] }, row[0])) },
      { title: "Value", cell: (row) => ({ text: row[1] }) },
    ],
    rows,
  );
}

/** Seconds with the places that short waits need. */
export function wait(seconds: number): string {
  if (seconds < 1) return `${format.count(Math.round(seconds * 1000))} ms`;
  return seconds < 60 ? `${format.decimal(seconds, 1)} s` : format.duration(seconds);
}

function basisPoints(value: number | null): string {
  return value === null ? format.missing : `${format.decimal(value, 2)} bp`;
}

function outcomes(analysis: Analysis): HTMLElement {
  const execution = analysis.execution;
  const share = (count: number): string =>
    execution.orders > 0 ? `${format.count(count)} (${format.percent(count / execution.orders, 1)})` : format.count(count);
  return figureTable([
    ["Orders that the venue took", format.count(execution.orders), "Without protective legs and rejected orders"],
    ["Filled whole", share(execution.filled)],
    ["Filled in part", share(execution.partially_filled), "At their end with a part of what was asked for"],
    ["Not filled", share(execution.unfilled)],
    ["Timed out", share(execution.expired), "Good-till-date orders that expired, filled in part or not at all"],
    ["More than one execution", share(execution.filled_in_parts)],
    ["Fill ratio", format.percent(execution.fill_ratio, 1), "Mean of filled over asked quantity, of orders at their end"],
  ]);
}

function queue(analysis: Analysis): HTMLElement {
  const found = analysis.execution.queue_wait;
  if (!found) return empty("No maker fills", "No resting order was executed as maker.");
  return figureTable([
    ["Orders", format.count(found.orders)],
    ["Median", wait(found.median_seconds)],
    ["90% within", wait(found.p90_seconds)],
    ["Longest", wait(found.longest_seconds)],
  ]);
}

/** More than all: on average the price moved our way before orders arrived. */
function explained(share: number | null): string {
  return share !== null && share > 1.005 ? "more than all" : format.percent(share, 0);
}

function slippage(analysis: Analysis): HTMLElement {
  const found = analysis.execution.slippage;
  if (!found) return empty("No taker fills", "No order took liquidity at a price that can be compared.");
  const rest = found.model_bps === null ? null : found.mean_bps - found.model_bps;
  return figureTable([
    ["Orders", format.count(found.orders)],
    ["Mean", basisPoints(found.mean_bps), "Weighted by notional; positive is worse than the price at decision"],
    ["Worst order", basisPoints(found.worst_bps)],
    ["By the slippage model", basisPoints(found.model_bps), "What the simulated venue's rule alone makes; none where a book tells"],
    ["By spread and delay", basisPoints(rest), "The rest: the price moved before the order arrived, or was on the other side of the spread"],
    ["Explained by the model", explained(found.explained_by_model)],
    ["Cost", `${money(found.cost)} ${analysis.reporting_asset}`],
  ]);
}

function capacity(analysis: Analysis): HTMLElement {
  const found = analysis.capacity;
  if (!found) return empty("No volumes", "The data of this run has no traded volumes to compare with.");
  const limit = format.percent(found.share, 0);
  return figureTable([
    ["Bars with fills", format.count(found.bars)],
    ["Own share of their volume", format.percent(found.median_participation, 4), "Median"],
    ["Highest own share", format.percent(found.highest_participation, 3)],
    [`Account at ${limit} of the volume`, `${format.short(found.equity)} ${analysis.reporting_asset}`, `The equity at which half of the bars would have seen us with ${limit} of their volume`],
  ]);
}

export function executionSection(data: ReportData): HTMLElement | null {
  const analysis = data.analysis;
  if (analysis.fills === 0) return null;
  return section(
    "execution",
    "Execution",
    null,
    element(
      "div",
      { class: "grid" },
      card("Orders", "what became of them", outcomes(analysis)),
      card("Slippage of takers", "against the price at decision", slippage(analysis)),
      card("Wait in the queue", "from acknowledged to the first maker fill", queue(analysis)),
      card("Capacity", "an estimate: sizes grow with the account, prices do not move", capacity(analysis)),
    ),
  );
}
