"""Starting points for the fuzzers of venues, made at run time from the recorded messages beside the checkout.

Nothing of the recordings is kept in the project, so they are read where they lie: below `venues` beside
KONTOR_TEST_DATA, or else in ../shared/venues. Without them there are the hand-written seeds of tests/fuzz/corpus alone.
What a file is, the tables of the parsers' tests say; lists are cut short, since a fuzzer gets along with two of a kind.
"""

import hashlib
import json
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 4_096
MOST_OF_A_STREAM = 12
KEPT_OF_A_LIST = 2
GOCRYPTOTRADER_KINDS = {
    "/account": "balance", "/aggTrades": "trades", "/historicalTrades": "trades", "/trades": "trades",
    "/allOrders": "open_orders", "/openOrders": "open_orders", "/order": "order", "/depth": "book",
    "/exchangeInfo": "instruments", "/klines": "candles", "/ticker/24hr": "ticker", "/ticker/bookTicker": "ticker",
    "/ticker/price": "ticker", "/fundingRate": "funding_history", "/premiumIndex": "funding_rate", "/time": "server_time",
}


def recorded():
    """The folder of the venues' samples, or None."""
    beside = os.environ.get("KONTOR_TEST_DATA")
    data = Path(beside) if beside else ROOT.parent / "shared/data"
    folder = data.parent / "venues"
    return folder if (folder / "samples").is_dir() else None


def message_kinds():
    """MessageKind's enumerators in their order: the first character of a seed stands for one."""
    text = (ROOT / "src/venue/protocol.hpp").read_text()
    names = re.search(r"MessageKind, std::uint8_t,([^)]*)\)", text).group(1)
    return [name.strip() for name in names.split(",")]


def cut_short(value):
    if isinstance(value, list):
        return [cut_short(one) for one in value[:KEPT_OF_A_LIST]]
    if isinstance(value, dict):
        return {name: cut_short(one) for name, one in value.items()}
    return value


def fit(text):
    """The message itself, or a shorter one of its kind; empty: neither."""
    if len(text) <= MOST_BYTES:
        return text
    try:
        text = json.dumps(cut_short(json.loads(text)), separators=(",", ":"))
    except ValueError:
        return ""
    return text if len(text) <= MOST_BYTES else ""


class Seeds:
    """Writes what the fuzzer of one venue's messages begins with."""

    def __init__(self, folder):
        self.folder = folder
        self.kinds = message_kinds()
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, kind, product, text, status=0):
        text = fit(text.strip())
        if not text:
            return
        selector = chr(ord("A") + self.kinds.index(kind)) + ("1" if product == "linear" else "0") + str(status)
        self.add_text(selector + text)

    def add_text(self, text):
        content = text.encode()
        (self.folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
        self.count += 1


def add_documented_of_binance(seeds, samples):
    table = (ROOT / "src/venue/binance/sample_groups_test_support.hpp").read_text()
    groups = re.findall(r'\{"([^"]+)",\s*Product::(\w+),\s*MessageKind::(\w+),', table)
    for path in sorted(path for path in samples.rglob("*") if path.is_file()):
        name = path.relative_to(samples).as_posix()
        for prefix, product, kind in groups:
            if name.startswith(prefix):
                text = re.sub(r" //.*", "", path.read_text(errors="replace"))
                seeds.add(kind, product, text, status=1 if "Error" in name or kind == "error" else 0)
                break


def add_recorded_of_binance(seeds, samples):
    for path in sorted((samples / "cryptofeed").iterdir()):
        product = "linear" if "FUTURES" in path.name else "spot"
        seen = {}
        for line in path.read_text(errors="replace").splitlines():
            text = line[line.find("{"):] if "{" in line else ""
            if not text:
                continue
            stream = re.match(r'\{"stream":"[^@]*@(\w+)', text)
            name = stream.group(1) if stream else "exchangeInfo" if "exchangeInfo" in line[:80] else "depth snapshot"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] <= MOST_OF_A_STREAM:
                seeds.add("stream" if stream else "instruments" if name == "exchangeInfo" else "book", product, text)
    routes = json.loads((samples / "gocryptotrader/http.json").read_text())["routes"]
    for route, methods in routes.items():
        kind = next((kind for end, kind in GOCRYPTOTRADER_KINDS.items() if route.endswith(end)), None)
        if kind is None or not route.startswith(("/api/v3/", "/fapi/v1/")):
            continue
        for answer in (answer for answers in methods.values() for answer in answers[:MOST_OF_A_STREAM]):
            seeds.add(kind, "linear" if route.startswith("/fapi") else "spot", json.dumps(answer["data"]))


def add_documented_of_bybit(seeds, samples):
    table = (ROOT / "src/venue/bybit/parse_samples_test.cpp").read_text()
    kinds = dict(re.findall(r'\{"([^"]+\.json)", MessageKind::(\w+)\}', table))
    for path in sorted((samples / "bybit-docs").iterdir()):
        kind = kinds.get(path.name, "stream" if path.name.startswith("websocket__") else None)
        if kind is None:
            continue
        for product in ("spot", "linear"):
            seeds.add(kind, product, path.read_text(errors="replace"))


def add_catalogue(seeds, folder, names):
    for name, product in names.items():
        path = folder / "catalog" / name
        if path.is_file():
            seeds.add("instruments", product, path.read_text())


def add_requests(seeds, samples):
    """What clients are documented to say on sockets."""
    for path in sorted(path for path in samples.rglob("*.json") if path.is_file()):
        text = path.read_text(errors="replace")
        if len(text) <= MOST_BYTES and ('"op":' in text or '"method":' in text):
            seeds.add_text(text)


def write_seeds(folder):
    """Makes the starting points below `folder`, one folder for each fuzzer that has any; returns how many."""
    found = recorded()
    if found is None:
        return 0
    binance = Seeds(folder / "binance_message")
    add_documented_of_binance(binance, found / "samples/binance")
    add_recorded_of_binance(binance, found / "samples/binance")
    add_catalogue(binance, found, {"binance_spot_exchangeInfo.json": "spot", "binance_fapi_exchangeInfo.json": "linear"})
    bybit = Seeds(folder / "bybit_message")
    add_documented_of_bybit(bybit, found / "samples/bybit")
    add_catalogue(bybit, found, {"bybit_instruments_spot.json": "spot", "bybit_instruments_linear.json": "linear"})
    requests = Seeds(folder / "emulator_request")
    for venue in ("binance", "bybit"):
        add_requests(requests, found / "samples" / venue)
    return binance.count + bybit.count + requests.count
