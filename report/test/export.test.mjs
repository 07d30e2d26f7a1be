import assert from "node:assert/strict";
import test from "node:test";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { load } from "../load_module.mjs";

const made = await load("export.ts");

const data = {
  analysis: { instruments: ["BTCUSDT@binance"], strategies: ["=cmd, \"quoted\"", "grid ü"] },
  round_trips: {
    total: 9,
    close_s: [1704067260, 1704070800],
    holding_s: [60, 3600],
    instrument: [0, 0],
    strategy: [0, 1],
    short: [0, 1],
    quantity: [1, 0.12345],
    entry_price: [42000.5, 43000],
    exit_price: [42100, 43100.25],
    exit: [4, 0],
    tag: ["17", "18446744073709551615"],
    fees: [0.5, 0.25],
    net_profit: [99, -12.5],
    return_ppm: [2357, -2900],
    adverse_ppm: [-100, -4000],
    favourable_ppm: [3000, 0],
  },
  fills: {
    total: 1,
    time_ms: [1704067260123],
    instrument: [0],
    strategy: [1],
    sell: [1],
    maker: [1],
    price: [42000.5],
    quantity: [0.5],
    realized: [-3.25],
    fee: [0.125],
  },
  equity: {
    samples: 3,
    time_s: [1704067200, 1704070800, 1704074400],
    equity: [10000, 10099, 10086.5],
    net_exposure: [0, 21000, -5],
    gross_exposure: [0, 21000, 5],
    benchmark: [10000, null, 10250],
  },
};

const [trips, fills, equity] = made.exportTables(data);
const readBack = (table) => parquetReadObjects({ file: made.toParquet(table) });

test("tables know their rows and how many the run has", () => {
  assert.deepEqual([trips.name, trips.rows, trips.total], ["round_trips", 2, 9]);
  assert.deepEqual([equity.name, equity.rows, equity.total], ["equity", 3, 3]);
});

test("CSV has times as text and harmless cells", () => {
  const lines = made.toCsv(trips).split("\n");
  assert.match(lines[0], /^opened,closed,strategy,instrument,direction,max_quantity,/);
  assert.ok(lines[1].startsWith('2024-01-01T00:00:00.000Z,2024-01-01T00:01:00.000Z,"\'=cmd, ""quoted""",BTCUSDT@binance,long,1,42000.5,42100,stop_loss,17,'));
  assert.ok(lines[2].includes(",short,0.12345,43000,43100.25,signal,18446744073709551615,0.25,-12.5,-0.0029,"));
  assert.equal(lines.length, 4);
  assert.equal(made.toCsv(equity).split("\n")[2], "2024-01-01T01:00:00.000Z,10099,21000,21000,");
  assert.equal(made.csvField("-5"), "'-5");
  assert.equal(made.csvField(-5), "-5");
});

test("JSON has one object for each row", () => {
  const rows = JSON.parse(made.toJson(trips));
  assert.equal(rows.length, 2);
  assert.equal(rows[0].strategy, "=cmd, \"quoted\"");
  assert.equal(rows[1].net_profit, -12.5);
  assert.equal(rows[1].closed, "2024-01-01T01:00:00.000Z");
  assert.equal(JSON.parse(made.toJson(equity))[1].benchmark, null);
});

test("Parquet reads back to what went in", async () => {
  for (const table of [trips, fills, equity]) {
    const rows = await readBack(table);
    assert.equal(rows.length, table.rows);
    for (const column of table.columns) {
      const values = rows.map((row) => (row[column.name] instanceof Date ? row[column.name].getTime() : row[column.name]));
      assert.deepEqual(values, column.values, `${table.name}.${column.name}`);
    }
  }
});

test("Parquet times are timestamps and its numbers doubles", () => {
  const kinds = Object.fromEntries(parquetMetadata(made.toParquet(fills)).schema.slice(1).map((one) => [one.name, one]));
  assert.equal(kinds.time.logical_type?.type ?? kinds.time.converted_type, kinds.time.logical_type ? "TIMESTAMP" : "TIMESTAMP_MILLIS");
  assert.equal(kinds.price.type, "DOUBLE");
  assert.equal(kinds.side.type, "BYTE_ARRAY");
});

test("an empty table makes files that can be read", async () => {
  const none = { ...trips, rows: 0, columns: trips.columns.map((column) => ({ ...column, values: [] })) };
  assert.equal(made.toCsv(none).split("\n").length, 2);
  assert.deepEqual(JSON.parse(made.toJson(none)), []);
  assert.deepEqual(await readBack(none), []);
});
