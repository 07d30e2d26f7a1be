// Trades on a running emulator of Bybit with clients that were made for the real one: ccxt (REST and its WebSocket
// API) and bybit-api (REST, streams, order entry). Ends with status 1 and the first difference in words.
//
//   node bybit_clients.mjs "$(what `kontor emulator --venue bybit --json` prints)" [folder of node_modules]
//
// Addresses and key may also come flat, `{"rest":"http://127.0.0.1:8080","key":"…","secret":"…"}`: those of the
// sockets follow from `rest`. The account must hold at least 50,000 USDT and 0.5 BTC, and nobody else may trade on it
// meanwhile.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const packages = createRequire(pathToFileURL(join(process.argv[3] ?? here, 'index.js')));
const ccxt = packages('ccxt');
const { RestClientV5, WebsocketAPIClient, WebsocketClient } = packages('bybit-api');

const kPatience = 20_000; // milliseconds until something that must come is missed
const kSpot = 'BTC/USDT';
const kLinear = 'BTC/USDT:USDT';

const options = readOptions(process.argv[2]);

function readOptions(text) {
  if (!text) throw new Error('expected the addresses and the key as JSON in the first argument');
  const given = flattened(JSON.parse(text));
  for (const name of ['rest', 'key', 'secret']) {
    if (!given[name]) throw new Error(`expected "${name}" in the first argument`);
  }
  const sockets = given.rest.replace(/^http/, 'ws');
  return {
    public_spot: `${sockets}/v5/public/spot`,
    public_linear: `${sockets}/v5/public/linear`,
    account: `${sockets}/v5/private`,
    trade: `${sockets}/v5/trade`,
    ...given,
  };
}

function flattened(given) {
  const venue = given.venues?.bybit;
  return venue ? { ...venue.urls, key: venue.keys[0].key, secret: venue.keys[0].secret } : given;
}

function expect(condition, what, found) {
  if (!condition) throw new Error(`expected ${what}${found === undefined ? '' : `, found ${JSON.stringify(found)}`}`);
}

const near = (a, b, tolerance = 1e-9) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

async function step(name, run) {
  const started = Date.now();
  let alarm;
  const late = new Promise((_, reject) => {
    alarm = setTimeout(() => reject(new Error(`expected an end within ${kPatience} ms`)), kPatience);
  });
  try {
    const result = await Promise.race([run(), late]);
    console.log(`ok    ${name} (${Date.now() - started} ms)`);
    return result;
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  } finally {
    clearTimeout(alarm);
  }
}

async function refuses(name, kind, run) {
  await step(name, async () => {
    try {
      await run();
    } catch (error) {
      expect(error instanceof kind, `a refusal of kind ${kind.name}`, `${error.constructor.name}: ${error.message}`);
      return;
    }
    throw new Error(`expected a refusal of kind ${kind.name}, found none`);
  });
}

async function until(what, probe) {
  const started = Date.now();
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() - started > kPatience / 2) throw new Error(`expected ${what}, found nothing of it`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/// Collects what a watch function of ccxt delivers until it is stopped.
function collect(watch) {
  const seen = [];
  let running = true;
  (async () => {
    while (running) {
      try {
        const news = await watch();
        for (const one of Array.isArray(news) ? news : [news]) seen.push(structuredClone(one));
      } catch (error) {
        if (running) seen.push({ error });
        return;
      }
    }
  })();
  return { seen, stop: () => { running = false; } };
}

// ---------------------------------------------------------------------------------------------------------- ccxt

async function makeExchange() {
  const exchange = new ccxt.pro.bybit({ apiKey: options.key, secret: options.secret, enableRateLimit: true });
  const moved = (url) => {
    if (url.includes('/public/spot')) return options.public_spot;
    if (url.includes('/public/linear')) return options.public_linear;
    if (url.includes('/v5/private')) return options.account;
    if (url.includes('/v5/trade')) return options.trade;
    return url.startsWith('ws') ? options.public_linear : options.rest;
  };
  const move = (node) => Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, typeof value === 'string' ? moved(value) : move(value)]));
  exchange.urls.api = move(exchange.urls.api);
  await exchange.loadHttpProxyAgent(); // without it ccxt opens no ws:// address
  return exchange;
}

async function checkMarkets(exchange) {
  await step('ccxt loads the markets', async () => {
    await exchange.loadMarkets();
    const spot = exchange.market(kSpot);
    const linear = exchange.market(kLinear);
    expect(spot.spot && spot.active, 'an active spot market', spot);
    expect(linear.swap && linear.linear && linear.settle === 'USDT', 'a linear perpetual', linear);
    expect(spot.limits.cost.min > 0 && linear.limits.cost.min > 0, 'least order values');
    expect(exchange.currencies.BTC, 'the currency BTC');
  });
  await step('ccxt reads the time', async () => {
    const skew = Math.abs((await exchange.fetchTime()) - Date.now());
    expect(skew < 5000, 'a clock near ours', skew);
  });
  for (const symbol of [kSpot, kLinear]) {
    await step(`ccxt reads the public data of ${symbol}`, () => checkPublicData(exchange, symbol));
  }
  await step('ccxt reads funding rates', async () => {
    const rate = await exchange.fetchFundingRate(kLinear);
    expect(Math.abs(rate.fundingRate) < 0.01 && rate.fundingTimestamp > Date.now(), 'a funding rate', rate);
    await exchange.fetchFundingRateHistory(kLinear);
    const tiers = await exchange.fetchMarketLeverageTiers(kLinear);
    expect(tiers[0].maxLeverage >= 50, 'leverage tiers', tiers);
  });
}

async function checkPublicData(exchange, symbol) {
  const ticker = await exchange.fetchTicker(symbol);
  expect(ticker.bid > 0 && ticker.bid < ticker.ask && ticker.low <= ticker.last && ticker.last <= ticker.high,
    'a ticker that makes sense', ticker);
  const tickers = await exchange.fetchTickers([symbol]);
  expect(tickers[symbol].last > 0, 'the same among all tickers');
  const candles = await exchange.fetchOHLCV(symbol, '1m', undefined, 50);
  expect(candles.length === 50, '50 candles', candles.length);
  for (let i = 1; i < candles.length; ++i) {
    expect(candles[i][0] - candles[i - 1][0] === 60_000, 'candles without a gap', candles[i]);
    expect(candles[i][2] >= candles[i][3], 'a high above the low', candles[i]);
  }
  const since = candles[10][0];
  const later = await exchange.fetchOHLCV(symbol, '1m', since, 5);
  expect(later.length === 5 && later[0][0] === since, 'candles from a time on', later);
  const hours = await exchange.fetchOHLCV(symbol, '1h', undefined, 3);
  expect(hours.length === 3 && hours[0][0] % 3_600_000 === 0, 'hours', hours);
  checkBook(await exchange.fetchOrderBook(symbol, 20), 20);
  const trades = await exchange.fetchTrades(symbol, undefined, 20);
  expect(trades.length > 0 && trades.every((trade) => trade.price > 0 && trade.amount > 0), 'trades', trades[0]);
  expect(new Set(trades.map((trade) => trade.id)).size === trades.length, 'trades with ids of their own');
}

function checkBook(book, levels) {
  expect(book.bids.length >= levels && book.asks.length >= levels, `${levels} levels`, [book.bids.length, book.asks.length]);
  for (let i = 1; i < levels; ++i) {
    expect(book.bids[i][0] < book.bids[i - 1][0], 'bids in descending order');
    expect(book.asks[i][0] > book.asks[i - 1][0], 'asks in ascending order');
  }
  expect(book.bids[0][0] < book.asks[0][0], 'a book that is not crossed', [book.bids[0], book.asks[0]]);
}

async function checkPublicStreams(exchange) {
  for (const symbol of [kSpot, kLinear]) {
    await step(`ccxt watches the book of ${symbol}`, async () => {
      for (let i = 0; i < 10; ++i) checkBook(await exchange.watchOrderBook(symbol, 50), 20);
    });
    await step(`ccxt watches the trades of ${symbol}`, async () => {
      const trades = await exchange.watchTrades(symbol);
      expect(trades[0].price > 0 && ['buy', 'sell'].includes(trades[0].side), 'a trade', trades[0]);
    });
    await step(`ccxt watches the ticker of ${symbol}`, async () => {
      for (let i = 0; i < 3; ++i) {
        const ticker = await exchange.watchTicker(symbol);
        expect(ticker.last > 0 && ticker.high >= ticker.low && ticker.open > 0, 'a whole ticker', ticker);
      }
    });
    await step(`ccxt watches the candles of ${symbol}`, async () => {
      const candles = await exchange.watchOHLCV(symbol, '1m');
      expect(candles.at(-1)[0] % 60_000 === 0 && candles.at(-1)[4] > 0, 'a candle', candles.at(-1));
    });
    await step(`ccxt watches the best prices of ${symbol}`, async () => {
      const best = await exchange.watchBidsAsks([symbol]);
      expect(best[symbol].bid < best[symbol].ask, 'a bid below the ask', best[symbol]);
    });
    await step(`ccxt stops watching ${symbol}`, async () => {
      await exchange.unWatchTrades(symbol);
      await exchange.unWatchTicker?.(symbol);
    });
  }
}

/// Watches everything of the account; what came is checked at the end.
async function openAccount(exchange) {
  const account = {
    orders: collect(() => exchange.watchOrders()),
    trades: collect(() => exchange.watchMyTrades()),
    balances: collect(() => exchange.watchBalance()),
    positions: collect(() => exchange.watchPositions()),
  };
  await new Promise((resolve) => setTimeout(resolve, 500));
  return account;
}

const sawOrder = (account, id, status) => until(`order ${id} as ${status} on the stream`, () => {
  const failed = account.orders.seen.find((order) => order.error);
  if (failed) throw failed.error;
  return account.orders.seen.find((order) => order.id === id && order.status === status);
});

async function cancelLeaves(exchange, account, symbol, order, params = {}) {
  await exchange.cancelOrder(order.id, symbol, params);
  await sawOrder(account, order.id, 'canceled');
  const open = await exchange.fetchOpenOrders(symbol, undefined, undefined, params);
  expect(!open.some((one) => one.id === order.id), 'no open order after its cancellation', open);
}

async function restAmendCancel(exchange, account, symbol, amount) {
  const last = (await exchange.fetchTicker(symbol)).last;
  const price = Number(exchange.priceToPrecision(symbol, last * 0.97));
  const clientOrderId = `limit-${Date.now()}`;
  const order = await exchange.createOrder(symbol, 'limit', 'buy', amount, price, { clientOrderId });
  await sawOrder(account, order.id, 'open');
  const found = (await exchange.fetchOpenOrders(symbol)).find((one) => one.id === order.id);
  expect(found && near(found.price, price) && near(found.amount, amount), 'the open order as it was placed', found);
  expect(found.clientOrderId === clientOrderId, 'the client order id', found.clientOrderId);
  const lower = Number(exchange.priceToPrecision(symbol, last * 0.96));
  await exchange.editOrder(order.id, symbol, 'limit', 'buy', amount * 2, lower);
  const amended = await until('the amended order', async () => {
    const one = (await exchange.fetchOpenOrders(symbol)).find((each) => each.id === order.id);
    return one && near(one.price, lower) && one;
  });
  expect(near(amended.amount, amount * 2), 'the amended quantity', amended.amount);
  await cancelLeaves(exchange, account, symbol, order);
}

async function fills(exchange, account, symbol, place) {
  const order = await place();
  const closed = await sawOrder(account, order.id, 'closed');
  expect(closed.filled > 0 && closed.average > 0, 'a filled order', closed);
  const trades = await until('its trades on the stream', () => {
    const own = account.trades.seen.filter((trade) => trade.order === order.id);
    const sum = own.reduce((total, trade) => total + trade.amount, 0);
    return near(sum, closed.filled, 1e-6) && own;
  });
  const listed = await exchange.fetchMyTrades(symbol, undefined, 100);
  for (const trade of trades) {
    const same = listed.find((one) => one.id === trade.id);
    expect(same && near(same.price, trade.price) && near(same.fee.cost, trade.fee.cost), 'the same trade by REST', same);
  }
  return { order, closed, trades };
}

async function tradeSpot(exchange, account, books) {
  const last = () => exchange.fetchTicker(kSpot).then((ticker) => ticker.last);
  const at = async (factor) => Number(exchange.priceToPrecision(kSpot, (await last()) * factor));
  const done = async (name, place) => books.push(...(await step(name, () => fills(exchange, account, kSpot, place))).trades);
  await step('spot: rest, amend, cancel', () => restAmendCancel(exchange, account, kSpot, 0.01));
  await done('spot: market buy by quantity', () => exchange.createOrder(kSpot, 'market', 'buy', 0.02));
  await done('spot: market buy by value', () => exchange.createMarketBuyOrderWithCost(kSpot, 500));
  await done('spot: market sell', () => exchange.createOrder(kSpot, 'market', 'sell', 0.01));
  await done('spot: limit that takes', async () => exchange.createOrder(kSpot, 'limit', 'buy', 0.01, await at(1.01)));
  await done('spot: immediate or cancel', async () =>
    exchange.createOrder(kSpot, 'limit', 'sell', 0.01, await at(0.99), { timeInForce: 'IOC' }));
  await done('spot: fill or kill', async () =>
    exchange.createOrder(kSpot, 'limit', 'buy', 0.005, await at(1.01), { timeInForce: 'FOK' }));
  await step('spot: post-only that rests', async () => {
    const order = await exchange.createOrder(kSpot, 'limit', 'sell', 0.01, await at(1.03), { postOnly: true });
    await sawOrder(account, order.id, 'open');
    await cancelLeaves(exchange, account, kSpot, order);
  });
  for (const [name, params, factor] of [
    ['stop', { triggerPrice: await at(1.02) }, 1.025],
    ['take profit and stop', { takeProfitPrice: await at(1.02) }, 1.02],
    ['stop loss', { stopLossPrice: await at(0.97) }, 0.965],
  ]) {
    await step(`spot: ${name} order waits and is canceled`, async () => {
      const side = name === 'stop' ? 'buy' : 'sell';
      const order = await exchange.createOrder(kSpot, 'limit', side, 0.01, await at(factor), params);
      const waiting = await sawOrder(account, order.id, 'open');
      expect(waiting.triggerPrice > 0, 'a trigger price', waiting);
      await cancelLeaves(exchange, account, kSpot, order, { trigger: true });
    });
  }
  await step('spot: limit with take profit and stop loss attached', async () => {
    const order = await exchange.createOrder(kSpot, 'limit', 'buy', 0.01, await at(0.97), {
      takeProfit: { triggerPrice: await at(1.05) }, stopLoss: { triggerPrice: await at(0.9) },
    });
    const open = await sawOrder(account, order.id, 'open');
    expect(open.takeProfitPrice > open.stopLossPrice, 'both protections', open);
    await cancelLeaves(exchange, account, kSpot, order);
  });
  await step('spot: batch of two, canceled all', async () => {
    const price = await at(0.96);
    const orders = await exchange.createOrders([
      { symbol: kSpot, type: 'limit', side: 'buy', amount: 0.01, price },
      { symbol: kSpot, type: 'limit', side: 'buy', amount: 0.000002, price },
    ]);
    expect(orders[0].id && orders[1].status === 'rejected', 'one order taken and one refused', orders);
    await exchange.cancelAllOrders(kSpot);
    expect((await exchange.fetchOpenOrders(kSpot)).length === 0, 'no open orders');
  });
  await refuses('spot: too small an order', ccxt.InvalidOrder, () =>
    exchange.createOrder(kSpot, 'limit', 'buy', 0.00002, 10_000));
  await refuses('spot: more than there is', ccxt.InsufficientFunds, async () =>
    exchange.createOrder(kSpot, 'limit', 'sell', 60, await at(1.02)));
  await refuses('spot: an unknown order', ccxt.OrderNotFound, () => exchange.cancelOrder('1600000000999999999', kSpot));
}

async function tradeLinear(exchange, account, books) {
  const last = () => exchange.fetchTicker(kLinear).then((ticker) => ticker.last);
  const at = async (factor) => Number(exchange.priceToPrecision(kLinear, (await last()) * factor));
  const done = async (name, place) => {
    const result = await step(name, () => fills(exchange, account, kLinear, place));
    books.push(...result.trades);
    return result;
  };
  const leverage = await step('linear: leverage', async () => {
    const other = (await exchange.fetchLeverage(kLinear)).longLeverage === 5 ? 4 : 5;
    await exchange.setLeverage(other, kLinear);
    expect((await exchange.fetchLeverage(kLinear)).longLeverage === other, 'the leverage that was set');
    return other;
  });
  await refuses('linear: the same leverage again', ccxt.ExchangeError, () => exchange.setLeverage(leverage, kLinear));
  await step('linear: rest, amend, cancel', () => restAmendCancel(exchange, account, kLinear, 0.01));
  await done('linear: market buy', () => exchange.createOrder(kLinear, 'market', 'buy', 0.05));
  await step('linear: the position is there', async () => {
    const position = await exchange.fetchPosition(kLinear);
    expect(position.side === 'long' && near(position.contracts, 0.05) && position.leverage === leverage, 'a long position', position);
    expect(position.entryPrice > 0 && position.initialMargin > 0, 'its figures', position);
    await until('it on the stream', () => account.positions.seen.find((one) => near(one.contracts ?? 0, 0.05)));
  });
  await step('linear: stops of the position', async () => {
    await exchange.createOrder(kLinear, 'market', 'sell', 0, undefined, {
      stopLossPrice: await at(0.9), takeProfitPrice: await at(1.1),
    });
    const info = (await exchange.fetchPosition(kLinear)).info;
    expect(Number(info.takeProfit) > Number(info.stopLoss), 'take profit and stop loss of the position', info);
    const waiting = await exchange.fetchOpenOrders(kLinear, undefined, undefined, { trigger: true });
    expect(waiting.length === 2 && waiting.every((order) => order.reduceOnly), 'two orders that close it', waiting);
  });
  await step('linear: trailing stop of the position', async () => {
    await exchange.createOrder(kLinear, 'market', 'sell', 0.05, undefined, { trailingAmount: '3000' });
    const info = (await exchange.fetchPosition(kLinear)).info;
    expect(Number(info.trailingStop) === 3000, 'a trailing stop', info.trailingStop);
  });
  await done('linear: reduce-only limit that takes', async () =>
    exchange.createOrder(kLinear, 'limit', 'sell', 0.02, await at(0.99), { reduceOnly: true }));
  await done('linear: market sell that closes', () =>
    exchange.createOrder(kLinear, 'market', 'sell', 0.03, undefined, { reduceOnly: true }));
  await step('linear: the stops are gone with the position', async () => {
    await until('no waiting orders', async () =>
      (await exchange.fetchOpenOrders(kLinear, undefined, undefined, { trigger: true })).length === 0);
    expect(!(await exchange.fetchPosition(kLinear)).contracts, 'no position');
  });
  await refuses('linear: reduce-only without a position', ccxt.InvalidOrder, () =>
    exchange.createOrder(kLinear, 'market', 'sell', 0.01, undefined, { reduceOnly: true }));
  for (const [name, side, trigger, triggerDirection] of [
    ['stop that rises', 'buy', 1.02, 'ascending'], ['stop that falls', 'sell', 0.98, 'descending'],
    ['target that falls', 'buy', 0.98, 'descending'], ['target that rises', 'sell', 1.02, 'ascending'],
  ]) {
    for (const type of ['market', 'limit']) {
      await step(`linear: ${type} ${name}`, async () => {
        const price = type === 'limit' ? await at(trigger) : undefined;
        const order = await exchange.createOrder(kLinear, type, side, 0.01, price,
          { triggerPrice: await at(trigger), triggerDirection });
        const waiting = await sawOrder(account, order.id, 'open');
        expect(waiting.info.orderStatus === 'Untriggered', 'an order that waits', waiting.info.orderStatus);
        await cancelLeaves(exchange, account, kLinear, order, { trigger: true });
      });
    }
  }
  await done('linear: market with stops attached', async () =>
    exchange.createOrder(kLinear, 'market', 'sell', 0.02, undefined, {
      takeProfit: { triggerPrice: await at(0.9) }, stopLoss: { triggerPrice: await at(1.1) },
    }));
  await step('linear: the stops protect the short position', async () => {
    const info = await until('both stops', async () => {
      const position = (await exchange.fetchPosition(kLinear)).info;
      return Number(position.takeProfit) > 0 && Number(position.stopLoss) > 0 && position;
    });
    expect(info.side === 'Sell' && Number(info.takeProfit) < Number(info.stopLoss), 'stops of a short', info);
  });
  await done('linear: buy back', () => exchange.createOrder(kLinear, 'market', 'buy', 0.02, undefined, { reduceOnly: true }));
  await step('linear: limit with partial stops attached', async () => {
    const order = await exchange.createOrder(kLinear, 'limit', 'buy', 0.01, await at(0.97), {
      takeProfit: { triggerPrice: await at(1.05), price: await at(1.05) },
      stopLoss: { triggerPrice: await at(0.9), price: await at(0.89) },
    });
    await sawOrder(account, order.id, 'open');
    await cancelLeaves(exchange, account, kLinear, order);
  });
  await step('linear: batch of two, amended, canceled', async () => {
    const price = await at(0.95);
    const orders = await exchange.createOrders(['b1', 'b2'].map((id) => (
      { symbol: kLinear, type: 'limit', side: 'buy', amount: 0.01, price, params: { clientOrderId: `${id}-${Date.now()}` } })));
    await exchange.editOrders(orders.map((order) => (
      { id: order.id, symbol: kLinear, type: 'limit', side: 'buy', amount: 0.02, price })));
    const open = await exchange.fetchOpenOrders(kLinear);
    expect(orders.every((order) => open.some((one) => one.id === order.id && near(one.amount, 0.02))), 'both amended', open);
    await exchange.cancelOrders(orders.map((order) => order.id), kLinear);
    expect((await exchange.fetchOpenOrders(kLinear)).length === 0, 'no open orders');
  });
  await step('linear: order entry by socket', async () => {
    const order = await exchange.createOrderWs(kLinear, 'limit', 'buy', 0.01, await at(0.96));
    await sawOrder(account, order.id, 'open');
    await exchange.editOrderWs(order.id, kLinear, 'limit', 'buy', 0.02, await at(0.95));
    await exchange.cancelOrderWs(order.id, kLinear);
    await sawOrder(account, order.id, 'canceled');
  });
  await step('linear: margin mode there and back', async () => {
    for (const mode of ['isolated', 'cross']) {
      await exchange.setMarginMode(mode);
      const found = (await exchange.fetchMarginMode(kLinear)).marginMode;
      expect(found === mode, `${mode} margin`, found);
    }
  });
  await refuses('linear: hedged positions', ccxt.ExchangeError, () => exchange.setPositionMode(true, kLinear));
}

async function checkAccounts(exchange, account, books, before) {
  await step('the histories agree', async () => {
    const closed = await exchange.fetchClosedOrders(kSpot, undefined, 50);
    expect(closed.length >= 6 && closed.every((order) => order.status === 'closed'), 'closed spot orders', closed.length);
    const canceled = await exchange.fetchCanceledOrders(kLinear, undefined, 50);
    expect(canceled.length >= 5, 'canceled linear orders', canceled.length);
    const fees = await exchange.fetchTradingFees();
    const spotFee = await exchange.fetchTradingFee(kSpot);
    expect(spotFee.taker > 0 && fees[kLinear].taker > 0, 'fee rates', [spotFee, fees[kLinear]]);
    const ledger = await exchange.fetchLedger('USDT', undefined, 50);
    expect(ledger.length > 5, 'a ledger', ledger.length);
  });
  await step('the balances add up', async () => {
    const after = await exchange.fetchBalance();
    const change = { BTC: 0, USDT: 0 };
    for (const trade of books) {
      const sign = trade.side === 'buy' ? 1 : -1;
      if (trade.symbol === kSpot) {
        change.BTC += sign * trade.amount;
        change.USDT -= sign * trade.amount * trade.price;
      } else {
        change.USDT += Number(trade.info.execPnl);
      }
      change[trade.fee.currency] -= trade.fee.cost;
    }
    for (const asset of ['BTC', 'USDT']) {
      const found = after[asset].total - before[asset].total;
      expect(near(found, change[asset], 1e-7), `${asset} to change by ${change[asset]}`, found);
      expect(near(after[asset].free + after[asset].used, after[asset].total, 1e-9), `free and used of ${asset} to make its total`, after[asset]);
    }
    const streamed = await until('the balance on the stream', () =>
      account.balances.seen.findLast((one) => near(one.USDT?.total ?? 0, after.USDT.total, 1e-9)));
    expect(near(streamed.BTC.total, after.BTC.total, 1e-9), `${after.BTC.total} BTC on the stream`, streamed.BTC);
  });
}

async function runCcxt() {
  const exchange = await makeExchange();
  try {
    await checkMarkets(exchange);
    await checkPublicStreams(exchange);
    const before = await step('ccxt reads the balance', () => exchange.fetchBalance());
    const account = await openAccount(exchange);
    const books = [];
    await tradeSpot(exchange, account, books);
    await tradeLinear(exchange, account, books);
    await checkAccounts(exchange, account, books, before);
    for (const watched of Object.values(account)) watched.stop();
  } finally {
    await exchange.close();
  }
}

async function refuseStrangers() {
  const exchange = await makeExchange();
  await exchange.loadMarkets();
  exchange.secret = `${exchange.secret}0`;
  await refuses('a wrong secret', ccxt.AuthenticationError, () => exchange.fetchBalance());
  exchange.apiKey = 'nobody';
  await refuses('an unknown key', ccxt.AuthenticationError, () => exchange.fetchBalance());
  await exchange.close();
}

// ----------------------------------------------------------------------------------------------------- bybit-api

const silent = { trace() {}, info() {}, error() {} };

function ok(reply) {
  expect(reply.retCode === 0, 'retCode 0', [reply.retCode, reply.retMsg]);
  return reply.result;
}

async function checkRestSdk(client) {
  await step('bybit-api: public data', async () => {
    ok(await client.getServerTime());
    const spot = ok(await client.getInstrumentsInfo({ category: 'spot' }));
    expect(spot.list.some((one) => one.symbol === 'BTCUSDT'), 'BTCUSDT among the instruments');
    const first = ok(await client.getInstrumentsInfo({ category: 'linear', limit: 3 }));
    const second = ok(await client.getInstrumentsInfo({ category: 'linear', limit: 3, cursor: first.nextPageCursor }));
    expect(first.list.length === 3 && second.list[0].symbol > first.list[2].symbol, 'pages of instruments', first.nextPageCursor);
    const book = ok(await client.getOrderbook({ category: 'linear', symbol: 'BTCUSDT', limit: 50 }));
    expect(book.b.length === 50 && book.u > 0, 'a book', book.u);
    const candles = ok(await client.getMarkPriceKline({ category: 'linear', symbol: 'BTCUSDT', interval: '1', limit: 10 }));
    expect(candles.list.length === 10 && candles.list[0].length === 5, 'candles of the mark price', candles.list[0]);
    ok(await client.getIndexPriceKline({ category: 'linear', symbol: 'BTCUSDT', interval: '60', limit: 2 }));
    ok(await client.getPublicTradingHistory({ category: 'spot', symbol: 'BTCUSDT', limit: 5 }));
    expect(ok(await client.getTickers({ category: 'inverse' })).list.length === 0, 'no inverse contracts');
  });
  await step('bybit-api: account', async () => {
    const key = ok(await client.getQueryApiKey());
    expect(key.uta === 1 && key.readOnly === 0, 'a key of a unified account', key);
    expect(ok(await client.getAccountInfo()).marginMode === 'REGULAR_MARGIN', 'cross margin');
    const wallet = ok(await client.getWalletBalance({ accountType: 'UNIFIED' })).list[0];
    expect(Number(wallet.totalEquity) > 0 && wallet.coin.length > 0, 'a wallet', wallet);
    ok(await client.getFeeRate({ category: 'linear', symbol: 'BTCUSDT' }));
    ok(await client.getTransactionLog({ accountType: 'UNIFIED', limit: 5 }));
    ok(await client.getCoinInfo());
  });
}

async function checkOrdersSdk(client) {
  const last = async (category) => Number(ok(await client.getTickers({ category, symbol: 'BTCUSDT' })).list[0].lastPrice);
  await step('bybit-api: place, amend, cancel', async () => {
    const price = ((await last('linear')) * 0.95).toFixed(1);
    const orderLinkId = `sdk-${Date.now()}`;
    const { orderId } = ok(await client.submitOrder({
      category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.010', price, orderLinkId, timeInForce: 'PostOnly' }));
    ok(await client.amendOrder({ category: 'linear', symbol: 'BTCUSDT', orderLinkId, qty: '0.02' }));
    const open = ok(await client.getActiveOrders({ category: 'linear', symbol: 'BTCUSDT', orderId })).list[0];
    expect(open.qty === '0.020' && open.orderStatus === 'New' && open.timeInForce === 'PostOnly', 'the amended order', open);
    const again = await client.submitOrder({
      category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.010', price, orderLinkId });
    expect(again.retCode === 110072, 'a duplicate client id to be refused with 110072', again);
    ok(await client.cancelOrder({ category: 'linear', symbol: 'BTCUSDT', orderId }));
    const late = await client.cancelOrder({ category: 'linear', symbol: 'BTCUSDT', orderId });
    expect(late.retCode === 110001, 'a second cancellation to be refused with 110001', late);
    const history = ok(await client.getHistoricOrders({ category: 'linear', orderId })).list[0];
    expect(history.orderStatus === 'Cancelled' && history.cancelType === 'CancelByUser', 'it in the history', history);
  });
  await step('bybit-api: batch on spot', async () => {
    const price = ((await last('spot')) * 0.96).toFixed(2);
    const order = { symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.001', price };
    const placed = await client.batchSubmitOrders('spot', [order, { ...order, qty: '0.000002' }]);
    expect(placed.retExtInfo.list[0].code === 0 && placed.retExtInfo.list[1].code !== 0, 'codes for each', placed.retExtInfo);
    const { list } = ok(await client.cancelAllOrders({ category: 'spot', symbol: 'BTCUSDT' }));
    expect(list.length === 1 && list[0].orderId === placed.result.list[0].orderId, 'one canceled order', list);
  });
  await step('bybit-api: position and its stop', async () => {
    ok(await client.submitOrder({ category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Market', qty: '0.5' }));
    const position = ok(await client.getPositionInfo({ category: 'linear', symbol: 'ETHUSDT' })).list[0];
    expect(position.side === 'Buy' && position.size === '0.50', 'a position', position);
    const stopLoss = (Number(position.markPrice) * 0.9).toFixed(2);
    ok(await client.setTradingStop({ category: 'linear', symbol: 'ETHUSDT', stopLoss, tpslMode: 'Full', positionIdx: 0 }));
    expect(ok(await client.getPositionInfo({ category: 'linear', symbol: 'ETHUSDT' })).list[0].stopLoss === stopLoss, 'the stop');
    ok(await client.submitOrder({
      category: 'linear', symbol: 'ETHUSDT', side: 'Sell', orderType: 'Market', qty: '0', reduceOnly: true, closeOnTrigger: true }));
    const executions = ok(await client.getExecutionList({ category: 'linear', symbol: 'ETHUSDT' })).list;
    expect(executions.length >= 2 && executions[0].closedSize !== '', 'executions', executions[0]);
    const results = ok(await client.getClosedPnL({ category: 'linear', symbol: 'ETHUSDT' })).list;
    expect(results.length >= 1 && results[0].closedSize === '0.50', 'a closed result', results[0]);
  });
}

async function checkStreamsSdk() {
  const updates = [];
  const make = (wsUrl) => {
    const client = new WebsocketClient({ key: options.key, secret: options.secret, wsUrl }, silent);
    client.on('update', (update) => updates.push(update));
    client.on('exception', (error) => updates.push({ error }));
    return client;
  };
  const seen = (topic, fits = () => true) => until(`a message of ${topic}`, () => {
    const failed = updates.find((update) => update.error);
    if (failed) throw new Error(JSON.stringify(failed.error));
    return updates.find((update) => update.topic === topic && fits(update));
  });
  const linear = make(options.public_linear);
  const account = make(options.account);
  try {
    await step('bybit-api: public stream', async () => {
      linear.subscribeV5(['orderbook.50.BTCUSDT', 'publicTrade.BTCUSDT', 'tickers.BTCUSDT', 'kline.1.BTCUSDT'], 'linear');
      const snapshot = await seen('orderbook.50.BTCUSDT', (update) => update.type === 'snapshot');
      const delta = await seen('orderbook.50.BTCUSDT', (update) => update.type === 'delta');
      expect(delta.data.u === snapshot.data.u + 1, 'update ids without a gap', [snapshot.data.u, delta.data.u]);
      await seen('publicTrade.BTCUSDT');
      await seen('tickers.BTCUSDT', (update) => update.type === 'delta');
      await seen('kline.1.BTCUSDT');
    });
    await step('bybit-api: private stream and order entry', async () => {
      account.subscribeV5(['order', 'execution', 'execution.fast', 'position', 'wallet'], 'linear', true);
      const api = new WebsocketAPIClient({ key: options.key, secret: options.secret, wsUrl: options.trade }, silent);
      try {
        await new Promise((resolve) => setTimeout(resolve, 500));
        const reply = await api.submitNewOrder({
          category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.01' });
        expect(reply.retCode === 0 && reply.header['X-Bapi-Limit'], 'an acknowledgement', reply);
        const { orderId } = reply.data;
        await seen('order', (update) => update.data[0].orderId === orderId && update.data[0].orderStatus === 'Filled');
        const execution = await seen('execution', (update) => update.data[0].orderId === orderId);
        expect(execution.data[0].execType === 'Trade' && execution.data[0].isMaker === false, 'an execution', execution);
        await seen('execution.fast', (update) => update.data[0].execId === execution.data[0].execId);
        await seen('position', (update) => update.data[0].symbol === 'BTCUSDT');
        await seen('wallet');
        const closing = await api.submitNewOrder({
          category: 'linear', symbol: 'BTCUSDT', side: 'Sell', orderType: 'Market', qty: '0.01', reduceOnly: true });
        expect(closing.retCode === 0, 'the position closed', closing);
      } finally {
        api.disconnectAll?.();
        api.getWSClient().closeAll(true);
      }
    });
  } finally {
    linear.closeAll(true);
    account.closeAll(true);
  }
}

async function runSdk() {
  const client = new RestClientV5({ key: options.key, secret: options.secret, baseUrl: options.rest });
  await checkRestSdk(client);
  await checkOrdersSdk(client);
  await checkStreamsSdk();
}

try {
  await runCcxt();
  await refuseStrangers();
  await runSdk();
  console.log('all clients traded');
  process.exit(0);
} catch (error) {
  console.error(`failed: ${error.message}`);
  if (process.env.STACK) console.error(error.stack);
  process.exit(1);
}
