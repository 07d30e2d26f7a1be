import assert from "node:assert/strict";
import test from "node:test";
import { load } from "../load_module.mjs";

const format = await load("format.ts");

test("numbers have a real minus sign, and none in front of zero", () => {
  assert.equal(format.decimal(-1234.5, 2), "−1,234.50");
  assert.equal(format.decimal(-0.001, 2), "0.00");
  assert.equal(format.decimal(null, 2), "–");
  assert.equal(format.decimal(Number.NaN, 2), "–");
});

test("percent", () => {
  assert.equal(format.percent(0.12345), "12.35%");
  assert.equal(format.percent(-0.5, 1), "−50.0%");
  assert.equal(format.percent(12.5), "1,250%");
  assert.equal(format.signed(format.percent(0.1)), "+10.00%");
  assert.equal(format.signed(format.percent(0)), "0.00%");
  assert.equal(format.signed("–"), "–");
});

test("prices have as many places as they need", () => {
  assert.equal(format.price(61234.56), "61,234.6");
  assert.equal(format.price(123.456), "123.46");
  assert.equal(format.price(1.23456), "1.2346");
  assert.equal(format.price(0.0000123456), "0.000012346");
  assert.equal(format.price(0), "0");
});

test("short numbers", () => {
  assert.equal(format.short(1234), "1,234");
  assert.equal(format.short(45678), "45.7k");
  assert.equal(format.short(-2500000), "−2.5M");
  assert.equal(format.short(0.5), "0.5");
  assert.equal(format.short(20000), "20k");
  assert.equal(format.counted(1, "fill"), "1 fill");
  assert.equal(format.counted(2000, "fill"), "2,000 fills");
});

test("durations show two parts", () => {
  assert.equal(format.duration(0), "0s");
  assert.equal(format.duration(59), "59s");
  assert.equal(format.duration(3600), "1h");
  assert.equal(format.duration(93784), "1d 2h");
  assert.equal(format.duration(86400 + 59), "1d");
  assert.equal(format.duration(null), "–");
});

test("times are UTC", () => {
  assert.equal(format.dateTime(Date.parse("2024-03-01T14:05:00Z")), "2024-03-01 14:05");
  assert.equal(format.dateTime(Date.parse("2024-03-01T14:05:07Z")), "2024-03-01 14:05:07");
});
