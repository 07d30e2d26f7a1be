// Tables: plain ones, and one that sorts, filters and pages.
import { element } from "./dom";
import * as format from "./format";

export type Tone = "gain" | "loss" | "";

export interface Cell {
  text: string;
  tone?: Tone;
}

export interface Column<Row> {
  title: string;
  /** What the cell shows. */
  cell: (row: Row) => Cell | Node;
  /** What the column sorts by; a column without it does not sort. */
  key?: (row: Row) => number | string;
  /** Words stand left, numbers right. */
  words?: boolean;
  hint?: string;
}

export function toneOf(value: number | null): Tone {
  if (value === null || value === 0) return "";
  return value > 0 ? "gain" : "loss";
}

export function toned(text: string, value: number | null): Cell {
  return { text: format.signed(text), tone: toneOf(value) };
}

function dataCell<Row>(column: Column<Row>, row: Row): HTMLTableCellElement {
  const content = column.cell(row);
  const kind = column.words ? "words" : "number";
  if (content instanceof Node) return element("td", { class: kind }, content);
  return element("td", { class: `${kind} ${content.tone ?? ""}`.trim() }, content.text);
}

function headCell<Row>(column: Column<Row>, ...children: (Node | string)[]): HTMLTableCellElement {
  return element("th", { scope: "col", class: column.words ? "words" : "number", title: column.hint }, ...children);
}

/** A table as it is, one row each. */
export function plainTable<Row>(columns: Column<Row>[], rows: Row[]): HTMLElement {
  const head = element("tr", {}, ...columns.map((column) => headCell(column, column.title)));
  const body = rows.map((row) => element("tr", {}, ...columns.map((column) => dataCell(column, row))));
  return element(
    "div",
    { class: "table-scroll" },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
  );
}

/** Row numbers in the order of a key; equal keys keep their order, whichever way it goes. */
export function sortedBy<Row>(rows: Row[], key: (row: Row) => number | string, descending: boolean): Row[] {
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  const direction = descending ? -1 : 1;
  keyed.sort((a, b) => (a.key < b.key ? -direction : a.key > b.key ? direction : 0));
  return keyed.map((entry) => entry.row);
}

const pageSize = 25;

/** A table of many rows; `show` gives it other rows, as a filter does. */
export class PagedTable<Row> {
  readonly host: HTMLElement;
  private rows: Row[] = [];
  private sorted: Row[] = [];
  private page = 0;
  private sortColumn: Column<Row> | undefined;
  private descending = false;
  private readonly body = element("tbody");
  private readonly status = element("span", { class: "pager-status", "aria-live": "polite" });
  private readonly heads = new Map<Column<Row>, HTMLTableCellElement>();
  private readonly previous = element("button", { type: "button", class: "button", click: () => { this.turn(-1); } }, "Previous");
  private readonly next = element("button", { type: "button", class: "button", click: () => { this.turn(1); } }, "Next");

  constructor(private readonly columns: Column<Row>[]) {
    const head = element("tr", {}, ...columns.map((column) => this.head(column)));
    this.host = element(
      "div",
      { class: "dense" },
      element("div", { class: "table-scroll" }, element("table", {}, element("thead", {}, head), this.body)),
      element("div", { class: "pager" }, this.previous, this.status, this.next),
    );
  }

  show(rows: Row[]): void {
    this.rows = rows;
    this.sort();
  }

  private head(column: Column<Row>): HTMLTableCellElement {
    if (!column.key) return headCell(column, column.title);
    const button = element("button", { type: "button", class: "sort", click: () => { this.sortBy(column); } }, column.title);
    const cell = headCell(column, button);
    cell.setAttribute("aria-sort", "none");
    this.heads.set(column, cell);
    return cell;
  }

  private sortBy(column: Column<Row>): void {
    // Numbers are first wanted from the largest down, words from A.
    this.descending = this.sortColumn === column ? !this.descending : !column.words;
    this.sortColumn = column;
    for (const [other, cell] of this.heads) {
      cell.setAttribute("aria-sort", other !== column ? "none" : this.descending ? "descending" : "ascending");
    }
    this.sort();
  }

  private sort(): void {
    const key = this.sortColumn?.key;
    this.sorted = key ? sortedBy(this.rows, key, this.descending) : this.rows;
    this.page = 0;
    this.draw();
  }

  private turn(by: number): void {
    this.page += by;
    this.draw();
  }

  private draw(): void {
    const first = this.page * pageSize;
    const rows = this.sorted.slice(first, first + pageSize);
    this.body.replaceChildren(
      ...rows.map((row) => element("tr", {}, ...this.columns.map((column) => dataCell(column, row)))),
    );
    const last = first + rows.length;
    const total = format.count(this.sorted.length);
    this.status.textContent =
      rows.length === 0 ? "No rows" : `${format.count(first + 1)}–${format.count(last)} of ${total}`;
    this.previous.disabled = this.page === 0;
    this.next.disabled = last >= this.sorted.length;
  }
}
