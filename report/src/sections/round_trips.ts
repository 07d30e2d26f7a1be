// Every closed round trip: sort, filter, page, and jump to it in the price chart.
import { exitReasons } from "../data";
import type { ReportData } from "../data";
import { card, element, section } from "../dom";
import * as format from "../format";
import { money } from "../money";
import { PagedTable, toned } from "../table";
import type { Column } from "../table";

export interface Filter {
  text: string;
  direction: "all" | "long" | "short";
  result: "all" | "won" | "lost";
}

/** Rows (numbers of round trips) that pass the filter, in order of closing. */
export function filtered(data: ReportData, filter: Filter): number[] {
  const trips = data.round_trips;
  const wanted = filter.text.trim().toLowerCase();
  const rows: number[] = [];
  for (let i = 0; i < trips.net_profit.length; i++) {
    if (filter.direction !== "all" && (trips.short[i] === 1) !== (filter.direction === "short")) continue;
    if (filter.result !== "all" && trips.net_profit[i] > 0 !== (filter.result === "won")) continue;
    if (wanted !== "") {
      const names = `${data.analysis.instruments[trips.instrument[i]]} ${data.analysis.strategies[trips.strategy[i]]} ${format.date(trips.close_s[i] * 1000)} ${format.words(exitReasons[trips.exit[i]])}`;
      if (!names.toLowerCase().includes(wanted)) continue;
    }
    rows.push(i);
  }
  return rows;
}

/** Without the venue where all have the same: `BTCUSDT` for `BTCUSDT@binance`. */
export function shortNames(instruments: string[]): string[] {
  const parts = instruments.map((name) => name.split("@"));
  const one = parts.every((part) => part[1] === parts[0][1]);
  return one ? parts.map((part) => part[0]) : instruments;
}

function columns(data: ReportData, show: (index: number) => void): Column<number>[] {
  const trips = data.round_trips;
  const names = shortNames(data.analysis.instruments);
  const opened = (i: number): number => trips.close_s[i] - trips.holding_s[i];
  const instrument: Column<number> = {
    title: "Instrument",
    words: true,
    key: (i) => names[trips.instrument[i]],
    cell: (i) => ({ text: names[trips.instrument[i]] }),
  };
  const strategy: Column<number> = {
    title: "Strategy",
    words: true,
    key: (i) => data.analysis.strategies[trips.strategy[i]],
    cell: (i) => ({ text: data.analysis.strategies[trips.strategy[i]] }),
  };
  const tag: Column<number> = {
    title: "Tag",
    hint: "The strategy's own label of the order that opened it",
    words: true,
    key: (i) => trips.tag[i],
    cell: (i) => ({ text: trips.tag[i] === "0" ? format.missing : trips.tag[i] }),
  };
  return [
    { title: "", cell: (i) => element("button", { type: "button", class: "link", click: () => { show(i); } }, "Chart") },
    { title: "Opened, UTC", words: true, key: opened, cell: (i) => ({ text: format.dateTime(opened(i) * 1000) }) },
    ...(data.analysis.instruments.length > 1 ? [instrument] : []),
    ...(data.analysis.strategies.length > 1 ? [strategy] : []),
    { title: "Side", words: true, key: (i) => trips.short[i], cell: (i) => ({ text: trips.short[i] ? "short" : "long" }) },
    { title: "Quantity", hint: "Largest size held", key: (i) => trips.quantity[i], cell: (i) => ({ text: format.quantity(trips.quantity[i]) }) },
    { title: "Entry", key: (i) => trips.entry_price[i], cell: (i) => ({ text: format.price(trips.entry_price[i]) }) },
    { title: "Exit", key: (i) => trips.exit_price[i], cell: (i) => ({ text: format.price(trips.exit_price[i]) }) },
    { title: "Ended by", words: true, key: (i) => exitReasons[trips.exit[i]], cell: (i) => ({ text: format.words(exitReasons[trips.exit[i]]) }) },
    { title: "Held", key: (i) => trips.holding_s[i], cell: (i) => ({ text: format.duration(trips.holding_s[i]) }) },
    { title: "Net", key: (i) => trips.net_profit[i], cell: (i) => toned(money(trips.net_profit[i]), trips.net_profit[i]) },
    { title: "Return", hint: "Net over the entry's notional", key: (i) => trips.return_ppm[i], cell: (i) => toned(format.percent(trips.return_ppm[i] / 1e6), trips.return_ppm[i]) },
    { title: "Fees", key: (i) => trips.fees[i], cell: (i) => ({ text: money(trips.fees[i]) }) },
    { title: "Worst", hint: "While open, of the entry", key: (i) => trips.adverse_ppm[i], cell: (i) => ({ text: format.percent(trips.adverse_ppm[i] / 1e6) }) },
    { title: "Best", hint: "While open, of the entry", key: (i) => trips.favourable_ppm[i], cell: (i) => ({ text: format.percent(trips.favourable_ppm[i] / 1e6) }) },
    ...(trips.tag.length > 0 ? [tag] : []),
  ];
}

function picker(label: string, options: string[], onChange: (value: string) => void): HTMLSelectElement {
  const select = element("select", { "aria-label": label }, ...options.map((text) => element("option", { value: text }, text === "all" ? `${label}: all` : text)));
  select.addEventListener("change", () => { onChange(select.value); });
  return select;
}

export function roundTripsSection(data: ReportData, show: (index: number) => void): HTMLElement | null {
  const trips = data.round_trips;
  if (trips.net_profit.length === 0) return null;
  const table = new PagedTable(columns(data, show));
  const filter: Filter = { text: "", direction: "all", result: "all" };
  const update = (): void => { table.show(filtered(data, filter)); };
  const search = element("input", { type: "search", placeholder: "Instrument, strategy, date, ending", "aria-label": "Filter round trips" });
  search.addEventListener("input", () => {
    filter.text = search.value;
    update();
  });
  const direction = picker("Side", ["all", "long", "short"], (value) => {
    filter.direction = value as Filter["direction"];
    update();
  });
  const result = picker("Result", ["all", "won", "lost"], (value) => {
    filter.result = value as Filter["result"];
    update();
  });
  update();
  const held = trips.net_profit.length;
  const thinned = trips.total > held ? `${format.count(held)} of ${format.count(trips.total)} shown, evenly chosen; all are in round_trips.csv` : "all are in round_trips.csv, too";
  return section(
    "round-trips",
    "Round trips",
    null,
    card("Closed round trips", `in ${data.analysis.reporting_asset}; ${thinned}`, element("div", { class: "controls no-print" }, search, direction, result), table.host),
  );
}
