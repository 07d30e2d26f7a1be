// Gathers fills so that a chart of any zoom shows what can be seen, and no more.
import type { FillColumns } from "./data";

/** The fills of one side within a few neighbouring candles. */
export interface Cluster {
  /** Candle in the middle of the group. */
  candle: number;
  /** Average price, weighted by quantity. */
  price: number;
  quantity: number;
  count: number;
  realized: number;
}

/** Index of the last time at or before `time`; -1 when all are later. `times` ascend. */
export function lastAtOrBefore(times: number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many candles make a group when `visible` of them are drawn. */
export function groupSize(visible: number, target: number): number {
  return Math.max(1, Math.ceil(visible / target));
}

/** Clusters of one side and instrument, in order of time. `candleOf` gives the candle of each fill. */
export function cluster(fills: FillColumns, instrument: number, sell: number, candleOf: Int32Array, group: number): Cluster[] {
  const clusters: Cluster[] = [];
  let current = -1;
  for (let i = 0; i < fills.price.length; i++) {
    if (fills.instrument[i] !== instrument || fills.sell[i] !== sell || candleOf[i] < 0) continue;
    const place = Math.floor(candleOf[i] / group);
    if (place !== current) {
      clusters.push({ candle: candleOf[i], price: 0, quantity: 0, count: 0, realized: 0 });
      current = place;
    }
    const last = clusters[clusters.length - 1];
    last.price = (last.price * last.quantity + fills.price[i] * fills.quantity[i]) / (last.quantity + fills.quantity[i]);
    last.quantity += fills.quantity[i];
    last.realized += fills.realized[i];
    last.count += 1;
  }
  return clusters;
}
