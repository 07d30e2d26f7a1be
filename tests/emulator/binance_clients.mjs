// Trades on a running emulator with clients made for Binance: ccxt and the npm package `binance`.
//
//   node binance_clients.mjs "$(what `kontor emulator --venue binance --json` prints)" [folder of node_modules]
//
// Ends with 0 where everything is as the venue promises, otherwise with 1 and what was expected and found.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const packages = createRequire(pathToFileURL(join(process.argv[3] ?? here, 'index.js')));
const ccxt = packages('ccxt');
const binance = packages('binance');

const venue = JSON.parse(process.argv[2]).venues.binance;
const { urls } = venue;
const { key, secret } = venue.keys[0];
const patienceMs = 20_000;

function check(holds, what, found) {
  if (!holds) throw new Error(`expected ${what}, found ${JSON.stringify(found)}`);
}

function near(found, expected, what, tolerance = 1e-6) {
  check(Math.abs(Number(found) - Number(expected)) <= tolerance, `${what} of ${expected}`, found);
}

/** What a promise gives, or an error that says for what was waited in vain. */
function soon(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patienceMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function until(read, holds, what) {
  const end = Date.now() + patienceMs;
  let found;
  while (Date.now() < end) {
    found = await read();
    if (holds(found)) return found;
  }
  throw new Error(`waited in vain for ${what}, found ${JSON.stringify(found)}`);
}

async function refused(promise, kind, what) {
  try {
    await promise;
  } catch (error) {
    check(error instanceof kind, `${what} to be refused as ${kind.name}`, `${error.constructor.name}: ${error.message}`);
    return;
  }
  throw new Error(`expected ${what} to be refused`);
}

// ---------------------------------------------------------------------------------------------------------- ccxt

function pointAtEmulator(exchange) {
  const hosts = [
    ['https://fapi.binance.com', urls.linear_rest],
    ['https://dapi.binance.com', urls.spot_rest],
    ['https://eapi.binance.com', urls.spot_rest],
    ['https://papi.binance.com', urls.spot_rest],
    ['https://api.binance.com', urls.spot_rest],
  ];
  for (const [name, url] of Object.entries(exchange.urls.api)) {
    if (typeof url !== 'string') continue;
    for (const [host, local] of hosts) {
      if (url.startsWith(host)) exchange.urls.api[name] = url.replace(host, local);
    }
  }
  const sockets = exchange.urls.api.ws;
  // ccxt tells spot from futures by the address: the real one is kept in it.
  sockets.spot = `${urls.spot_streams}/wss://stream.binance.com:9443/ws`;
  sockets.future = `${urls.linear_streams}/ws`;
  sockets['ws-api'].spot = urls.spot_api;
  sockets['ws-api'].future = urls.linear_api;
}

async function makeCcxt(id) {
  const exchange = new ccxt.pro[id]({ apiKey: key, secret, enableRateLimit: false });
  pointAtEmulator(exchange);
  await exchange.loadHttpProxyAgent();
  return exchange;
}

async function publicData(exchange, symbol) {
  const markets = await exchange.loadMarkets();
  check(symbol in markets, `a market ${symbol}`, Object.keys(markets));
  const serverTime = await exchange.fetchTime();
  check(Math.abs(serverTime - Date.now()) < 2_000, 'the time of day', serverTime);
  const ticker = await exchange.fetchTicker(symbol);
  check(ticker.last > 0 && ticker.high >= ticker.low, 'a ticker with prices', ticker);
  const candles = await exchange.fetchOHLCV(symbol, '1m', undefined, 50);
  check(candles.length === 50, '50 candles', candles.length);
  candles.forEach(([, open, high, low, close], i) => {
    check(high >= Math.max(open, close) && low <= Math.min(open, close), 'a candle with its range', candles[i]);
    if (i > 0) check(candles[i][0] - candles[i - 1][0] === 60_000, 'candles without a gap', candles[i][0]);
  });
  const hours = await exchange.fetchOHLCV(symbol, '1h', undefined, 5);
  check(hours.length > 1 && hours[1][0] - hours[0][0] === 3_600_000, 'hourly candles', hours);
  const book = await exchange.fetchOrderBook(symbol, 20);
  check(book.bids.length === 20 && book.asks.length === 20, 'a book of 20 levels', book);
  check(book.bids[0][0] < book.asks[0][0], 'a book that is not crossed', book.bids[0]);
  const trades = await exchange.fetchTrades(symbol, undefined, 10);
  check(trades.length > 0 && trades.every((trade) => trade.price > 0 && trade.amount > 0), 'trades', trades);
  return book;
}

async function watchMarket(exchange, symbol) {
  const book = await until(() => soon(exchange.watchOrderBook(symbol), 'the book'),
    (found) => found.bids.length > 5 && found.asks.length > 5, 'a watched book');
  for (let i = 0; i < 5; i += 1) {
    const next = await soon(exchange.watchOrderBook(symbol), 'the next book');
    check(next.bids[0][0] < next.asks[0][0], 'a watched book that is not crossed', [next.bids[0], next.asks[0]]);
  }
  check(book.nonce > 0, 'a book with a number', book.nonce);
  const trades = await soon(exchange.watchTrades(symbol), 'trades');
  check(trades.length > 0, 'watched trades', trades);
  const candles = await soon(exchange.watchOHLCV(symbol, '1m'), 'candles');
  check(candles.length > 0 && candles[0][4] > 0, 'watched candles', candles);
  const ticker = await soon(exchange.watchTicker(symbol), 'the ticker');
  check(ticker.last > 0, 'a watched ticker', ticker);
  const best = await soon(exchange.watchBidsAsks([symbol]), 'best bid and ask');
  check(best[symbol].bid < best[symbol].ask, 'best bid below best ask', best);
}

const rounded = (exchange, symbol, price) => Number(exchange.priceToPrecision(symbol, price));

async function restingOrder(exchange, symbol, amount, bid) {
  const price = rounded(exchange, symbol, bid * 0.97);
  const placed = await exchange.createOrder(symbol, 'limit', 'buy', amount, price);
  check(placed.status === 'open', 'an open order', placed.status);
  const open = await exchange.fetchOpenOrders(symbol);
  check(open.some((order) => order.id === placed.id), 'the order among the open ones', open.map((order) => order.id));
  const edited = await exchange.editOrder(placed.id, symbol, 'limit', 'buy', amount, rounded(exchange, symbol, bid * 0.96));
  const known = await exchange.fetchOrder(edited.id, symbol);
  near(known.price, rounded(exchange, symbol, bid * 0.96), 'the new price');
  const canceled = await exchange.cancelOrder(edited.id, symbol);
  check(canceled.status === 'canceled', 'a canceled order', canceled.status);
  await refused(exchange.cancelOrder(edited.id, symbol), ccxt.OrderNotFound, 'a second cancel');
}

async function otherTypes(exchange, symbol, amount, book, reduceOnly) {
  const bid = book.bids[0][0];
  const price = (factor) => rounded(exchange, symbol, bid * factor);
  const postOnly = await exchange.createOrder(symbol, 'limit', 'buy', amount, price(0.98), { postOnly: true });
  check(postOnly.status === 'open', 'an open post-only order', postOnly);
  await refused(exchange.createOrder(symbol, 'limit', 'buy', amount, price(1.02), { postOnly: true }),
    ccxt.InvalidOrder, 'a post-only order that would take');
  const immediate = await exchange.createOrder(symbol, 'limit', 'buy', amount, price(0.98), { timeInForce: 'IOC' });
  const ended = await exchange.fetchOrder(immediate.id, symbol);
  check(ended.status === 'expired' && ended.filled === 0, 'an immediate order that expired', ended);
  const fillOrKill = await exchange.createOrder(symbol, 'limit', 'buy', amount, price(1.01), { timeInForce: 'FOK' });
  near((await exchange.fetchOrder(fillOrKill.id, symbol)).filled, amount, 'a filled fill-or-kill order');
  const stop = await exchange.createOrder(symbol, 'market', 'sell', amount, undefined,
    { stopLossPrice: price(0.95), ...reduceOnly });
  const target = await exchange.createOrder(symbol, 'limit', 'sell', amount, price(1.06),
    { takeProfitPrice: price(1.05), ...reduceOnly });
  const conditional = reduceOnly.reduceOnly ? { trigger: true } : {};
  const waiting = await exchange.fetchOpenOrders(symbol, undefined, undefined, conditional);
  for (const order of [stop, target])
    check(waiting.some((found) => found.id === order.id), 'a conditional order among the open ones', waiting.map((found) => found.id));
  await exchange.cancelOrder(stop.id, symbol, conditional);
  await exchange.cancelAllOrders(symbol, conditional);
  await exchange.cancelAllOrders(symbol).catch((error) => {
    // Where conditional orders are ordinary ones, nothing is left.
    if (!(error instanceof ccxt.OrderNotFound)) throw error;
  });
  check((await exchange.fetchOpenOrders(symbol)).length === 0, 'no open orders', 'some');
  await refused(exchange.createOrder(symbol, 'limit', 'buy', 1_000_000 * amount, price(0.98)), ccxt.ExchangeError,
    'an order that nobody can pay');
}

async function privateStream(exchange, symbol, amount) {
  const orders = exchange.watchOrders(symbol);
  const mine = exchange.watchMyTrades(symbol);
  const balance = exchange.watchBalance();
  await new Promise((resolve) => { setTimeout(resolve, 1_500); });
  const placed = await exchange.createOrder(symbol, 'market', 'buy', amount);
  const seen = await soon(orders, 'an order on the private stream');
  check(seen.some((order) => order.id === placed.id), 'the order on the private stream', seen.map((order) => order.id));
  const filled = await soon(mine, 'a fill on the private stream');
  check(filled.some((trade) => trade.order === placed.id), 'its fill on the private stream', filled);
  await soon(balance, 'a balance on the private stream');
  return placed;
}

async function ccxtSpot() {
  const symbol = 'BTC/USDT';
  const exchange = await makeCcxt('binance');
  const book = await publicData(exchange, symbol);
  const before = await exchange.fetchBalance();
  check(before.USDT.free > 0, 'USDT to begin with', before.USDT);
  await watchMarket(exchange, symbol);
  await restingOrder(exchange, symbol, 0.01, book.bids[0][0]);
  await otherTypes(exchange, symbol, 0.01, book, {});
  const trailing = await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined,
    { trailingPercent: 5, stopLossOrTakeProfit: 'stopLoss' });
  await exchange.cancelOrder(trailing.id, symbol);
  const large = await exchange.createOrder(symbol, 'limit', 'buy', 0.02, rounded(exchange, symbol, book.bids[0][0] * 0.97));
  const { amendedOrder } = await exchange.fetch2('order/amend/keepPriority', 'private', 'PUT',
    { symbol: 'BTCUSDT', orderId: large.id, newQty: '0.01', newClientOrderId: 'amended' });
  near(amendedOrder.qty, 0.01, 'the amended quantity');
  await exchange.cancelOrder(large.id, symbol);
  const spent = await exchange.createMarketBuyOrderWithCost(symbol, 500);
  check(spent.cost <= 500 && spent.cost > 499, 'about 500 USDT spent', spent.cost);
  await privateStream(exchange, symbol, 0.02);
  await exchange.createOrder(symbol, 'market', 'sell', 0.015);
  await ccxtSpotSocketOrders(exchange, symbol, book);
  const trades = await exchange.fetchMyTrades(symbol, undefined, 1_000);
  const after = await exchange.fetchBalance();
  let base = before.BTC.total;
  let quote = before.USDT.total;
  for (const trade of trades) {
    const sign = trade.side === 'buy' ? 1 : -1;
    base += sign * trade.amount - (trade.fee.currency === 'BTC' ? trade.fee.cost : 0);
    quote -= sign * trade.cost + (trade.fee.currency === 'USDT' ? trade.fee.cost : 0);
  }
  near(after.BTC.total, base, 'BTC');
  near(after.USDT.total, quote, 'USDT', 1e-4);
  near(after.USDT.used, 0, 'reserved USDT');
  await exchange.close();
}

async function ccxtSpotSocketOrders(exchange, symbol, book) {
  const price = rounded(exchange, symbol, book.bids[0][0] * 0.97);
  const placed = await soon(exchange.createOrderWs(symbol, 'limit', 'buy', 0.01, price), 'an order by WebSocket');
  check(placed.status === 'open', 'an open order', placed.status);
  const known = await soon(exchange.fetchOrderWs(placed.id, symbol), 'an order asked for by WebSocket');
  check(known.id === placed.id, 'the order that was placed', known.id);
  const canceled = await soon(exchange.cancelOrderWs(placed.id, symbol), 'a cancel by WebSocket');
  check(canceled.status === 'canceled', 'a canceled order', canceled.status);
  const balance = await soon(exchange.fetchBalanceWs(), 'balances by WebSocket');
  check(balance.info.balances.some((found) => found.asset === 'USDT'), 'USDT', balance.info);
}

async function ccxtLinear() {
  const symbol = 'BTC/USDT:USDT';
  const exchange = await makeCcxt('binanceusdm');
  const book = await publicData(exchange, symbol);
  const before = await exchange.fetchBalance();
  await watchMarket(exchange, symbol);
  const funding = await exchange.fetchFundingRate(symbol);
  check(funding.markPrice > 0 && funding.fundingTimestamp > Date.now(), 'a funding rate', funding);
  await exchange.setLeverage(20, symbol);
  await restingOrder(exchange, symbol, 0.01, book.bids[0][0]);
  await otherTypes(exchange, symbol, 0.01, book, { reduceOnly: true });
  const trailing = await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined,
    { trailingPercent: 1, reduceOnly: true });
  await exchange.cancelOrder(trailing.id, symbol, { trigger: true });
  await privateStream(exchange, symbol, 0.02);
  const [position] = await exchange.fetchPositions([symbol]);
  near(position.contracts, 0.03, 'the position');
  check(position.side === 'long', 'a long position', position.side);
  await exchange.createOrder(symbol, 'market', 'sell', 0.03, undefined, { reduceOnly: true });
  check((await exchange.fetchPositions([symbol])).length === 0, 'no position', 'one');
  const socketOrder = await soon(
    exchange.createOrderWs(symbol, 'limit', 'buy', 0.01, rounded(exchange, symbol, book.bids[0][0] * 0.97)),
    'an order by WebSocket');
  await soon(exchange.cancelOrderWs(socketOrder.id, symbol), 'a cancel by WebSocket');
  const trades = await exchange.fetchMyTrades(symbol, undefined, 1_000);
  const after = await exchange.fetchBalance();
  const realized = trades.reduce((sum, trade) => sum + Number(trade.info.realizedPnl) - trade.fee.cost, 0);
  const funded = await exchange.fetchFundingHistory(symbol);
  const paid = funded.reduce((sum, payment) => sum + payment.amount, 0);
  near(after.USDT.total, before.USDT.total + realized + paid, 'USDT', 1e-4);
  const ledger = await exchange.fetchLedger('USDT', undefined, 1_000);
  check(ledger.some((entry) => entry.type === 'commission'), 'commissions in the ledger', ledger.length);
  await exchange.close();
}

// --------------------------------------------------------------------------------------------------- npm: binance

async function sdkSpot() {
  const client = new binance.MainClient({ api_key: key, api_secret: secret, baseUrl: urls.spot_rest });
  await client.testConnectivity();
  const info = await client.getExchangeInfo({ symbol: 'BTCUSDT' });
  check(info.symbols[0].symbol === 'BTCUSDT', 'BTCUSDT', info.symbols);
  const [ticker] = [await client.getSymbolOrderBookTicker({ symbol: 'BTCUSDT' })];
  const price = (Number(ticker.bidPrice) * 0.97).toFixed(2);
  const placed = await client.submitNewOrder({
    symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price, newOrderRespType: 'FULL',
  });
  check(placed.status === 'NEW', 'a new order', placed.status);
  const replaced = await client.replaceOrder({
    symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.02, price,
    cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: placed.orderId,
  });
  check(replaced.cancelResult === 'SUCCESS' && replaced.newOrderResult === 'SUCCESS', 'a replaced order', replaced);
  const list = await client.submitNewOrderList({
    symbol: 'BTCUSDT', side: 'SELL', quantity: 0.01,
    aboveType: 'LIMIT_MAKER', abovePrice: (Number(price) * 1.1).toFixed(2),
    belowType: 'STOP_LOSS', belowStopPrice: (Number(price) * 0.98).toFixed(2),
  });
  check(list.orderReports.length === 2, 'two orders of a list', list);
  const canceled = await client.cancelOCO({ symbol: 'BTCUSDT', orderListId: list.orderListId });
  check(canceled.listOrderStatus === 'ALL_DONE', 'a list that is done', canceled.listOrderStatus);
  await client.cancelAllSymbolOrders({ symbol: 'BTCUSDT' });
  check((await client.getOpenOrders({ symbol: 'BTCUSDT' })).length === 0, 'no open orders', 'some');
  const account = await client.getAccountInformation();
  check(account.balances.find((balance) => balance.asset === 'USDT') !== undefined, 'USDT', account.balances);
}

async function sdkLinear() {
  const client = new binance.USDMClient({ api_key: key, api_secret: secret, baseUrl: urls.linear_rest });
  const ticker = await client.getSymbolOrderBookTicker({ symbol: 'BTCUSDT' });
  const price = (Number(ticker.bidPrice) * 0.97).toFixed(1);
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price };
  const batch = await client.submitMultipleOrders([order, { ...order, quantity: '0' }]);
  check(batch[0].status === 'NEW' && batch[1].code < 0, 'one order and one refusal', batch);
  const modified = await client.modifyOrder({
    symbol: 'BTCUSDT', side: 'BUY', quantity: 0.02, price: Number(price), orderId: batch[0].orderId,
  });
  near(modified.origQty, 0.02, 'the new quantity');
  await client.setCancelOrdersOnTimeout({ symbol: 'BTCUSDT', countdownTime: 1_000 });
  await until(() => client.getAllOpenOrders({ symbol: 'BTCUSDT' }), (open) => open.length === 0, 'the countdown to cancel');
  const bracket = await client.getNotionalAndLeverageBrackets({ symbol: 'BTCUSDT' });
  check(JSON.stringify(bracket).includes('maintMarginRatio'), 'leverage brackets', bracket);
}

async function sdkStreams() {
  const events = [];
  const client = new binance.WebsocketClient({ api_key: key, api_secret: secret, beautify: false,
    wsUrl: `${urls.spot_streams}/stream` });
  client.on('message', (event) => events.push(JSON.stringify(event)));
  client.on('exception', () => {});
  client.subscribe(['btcusdt@trade', 'btcusdt@depth10@100ms'], 'main');
  await until(async () => { await new Promise((resolve) => { setTimeout(resolve, 100); }); return events; },
    (seen) => seen.some((text) => text.includes('"trade"')) && seen.some((text) => text.includes('lastUpdateId')),
    'trades and levels of the book');
  client.closeAll(true);
}

const parts = { ccxtSpot, ccxtLinear, sdkSpot, sdkLinear, sdkStreams };
let code = 0;
for (const [name, part] of Object.entries(parts)) {
  try {
    await part();
    console.log(`${name}: ok`);
  } catch (error) {
    console.error(`${name}: ${error.stack ?? JSON.stringify(error)}`);
    code = 1;
  }
}
process.exit(code);
