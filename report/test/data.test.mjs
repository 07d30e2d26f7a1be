import assert from "node:assert/strict";
import test from "node:test";
import { load } from "../load_module.mjs";

const data = await load("data.ts");
const clusters = await load("cluster.ts");

test("distances become values", () => {
  const values = [100, 5, 0, 7];
  data.undoDeltas(values);
  assert.deepEqual(values, [100, 105, 105, 112]);
});

test("a time belongs to the last candle that has opened", () => {
  const times = [10, 20, 30];
  assert.equal(clusters.lastAtOrBefore(times, 9), -1);
  assert.equal(clusters.lastAtOrBefore(times, 10), 0);
  assert.equal(clusters.lastAtOrBefore(times, 29), 1);
  assert.equal(clusters.lastAtOrBefore(times, 1000), 2);
  assert.equal(clusters.lastAtOrBefore([], 1), -1);
});

const fills = {
  total: 5,
  instrument: [0, 0, 0, 1, 0],
  sell: [0, 0, 1, 0, 0],
  price: [100, 110, 105, 7, 200],
  quantity: [1, 3, 1, 1, 2],
  realized: [0, 0, 5, 0, 1],
};

test("fills of one side within a group become one mark at their average price", () => {
  const candleOf = Int32Array.from([0, 1, 1, 0, 2]);
  const buys = clusters.cluster(fills, 0, 0, candleOf, 2);
  assert.equal(buys.length, 2);
  assert.equal(buys[0].price, 107.5);
  assert.equal(buys[0].quantity, 4);
  assert.equal(buys[0].count, 2);
  assert.equal(buys[1].candle, 2);
  assert.equal(buys[1].realized, 1);
});

test("every candle is a group of its own when few are drawn; fills before the first candle are left out", () => {
  const candleOf = Int32Array.from([-1, 1, 1, 0, 2]);
  assert.equal(clusters.groupSize(100, 150), 1);
  assert.equal(clusters.groupSize(301, 150), 3);
  assert.deepEqual(clusters.cluster(fills, 0, 0, candleOf, 1).map((found) => found.count), [1, 1]);
});
