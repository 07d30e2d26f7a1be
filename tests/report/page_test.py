#!/usr/bin/env python3
"""Opens the report of made-up runs in headless Chromium: no error, no request, all charts drawn, controls work.

    page_test.py REPORT_SAMPLE     path of the program that writes the runs

Exits 77 where no Chromium is installed, unless CI is set.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ATTEMPTS = 3
BROWSER_SECONDS = 90
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--allow-file-access-from-files", "--enable-logging=stderr", "--v=0", "--window-size=1300,1200",
    "--virtual-time-budget=10000", "--dump-dom",
)

# Holds the page in a frame, works its controls and writes what it saw into itself, as JSON.
DRIVER = """<!DOCTYPE html><title>driver</title><iframe id="page" style="width:1280px;height:1000px"></iframe>
<pre id="seen"></pre><script>
const frame = document.getElementById("page");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
async function look() {
  const page = frame.contentDocument, seen = {};
  for (let i = 0; i < 100 && page.documentElement.dataset.ready !== "true"; i++) await wait(50);
  const texts = (selector) => [...page.querySelectorAll(selector)].map((found) => found.textContent);
  const small = document.createElement("canvas");
  small.width = small.height = 64;
  const ink = small.getContext("2d", { willReadFrequently: true });
  const drawn = (canvas) => {
    ink.clearRect(0, 0, 64, 64);
    ink.drawImage(canvas, 0, 0, 64, 64);
    return ink.getImageData(0, 0, 64, 64).data.some((value, i) => i % 4 === 3 && value !== 0);
  };
  seen.ready = page.documentElement.dataset.ready;
  seen.title = page.title;
  seen.headings = texts("h2");
  seen.tiles = texts(".tile-value");
  const charts = () => [...page.querySelectorAll(".chart")].map((chart) => [...chart.querySelectorAll("canvas")].some(drawn));
  seen.charts = charts();
  seen.text = page.getElementById("report").textContent;
  seen.empty = texts(".empty strong");
  seen.bold = page.querySelectorAll("#report b, #report script").length;
  seen.requests = frame.contentWindow.performance.getEntriesByType("resource").map((entry) => entry.name);
  const table = page.querySelector("#round-trips table");
  if (table) {
    const column = (title) => [...table.querySelectorAll("th")].findIndex((head) => head.textContent === title);
    const cells = (title) => [...table.querySelectorAll("tbody tr")].map((row) => row.cells[column(title)].textContent);
    const status = () => page.querySelector(".pager-status").textContent;
    seen.status = status();
    const net = [...table.querySelectorAll(".sort")].find((button) => button.textContent === "Net");
    net.click();
    seen.netDescending = cells("Net");
    net.click();
    seen.netAscending = cells("Net");
    const side = page.querySelector('#round-trips select[aria-label="Side"]');
    side.value = "short";
    side.dispatchEvent(new Event("change"));
    seen.sides = cells("Side");
    const search = page.querySelector("#round-trips input");
    search.value = "no such thing";
    search.dispatchEvent(new Event("input"));
    seen.statusOfNothing = status();
    search.value = "";
    search.dispatchEvent(new Event("input"));
    table.querySelector("tbody .link").click();
    await wait(300);
    const inside = frame.contentWindow;
    seen.saved = [];
    inside.URL.createObjectURL = (blob) => { seen.saved.push([blob.type, blob.size]); return "#"; };
    inside.HTMLAnchorElement.prototype.click = function () { seen.saved.push(this.download); };
    for (const button of page.querySelectorAll("#export button")) button.click();
    [...page.querySelectorAll(".choice button")].find((button) => button.textContent === "Beta")?.click();
    await wait(100);
    [...page.querySelectorAll(".choice button")].find((button) => button.textContent === "Dark").click();
    [...page.querySelectorAll(".choice button")].find((button) => button.textContent === "Log").click();
    await wait(300);
    seen.theme = page.documentElement.dataset.theme;
    seen.chartsAfter = charts();
  }
  return seen;
}
frame.addEventListener("load", () => {
  look().catch((error) => ({ failure: String(error) })).then((seen) => {
    document.getElementById("seen").textContent = JSON.stringify(seen).replaceAll("<", "\\\\u003c");
  });
});
frame.src = "report.html";
</script>"""


def browser():
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def browse(address, folder):
    """What the browser printed. A headless one hangs now and then before it has opened anything; it is tried again."""
    for attempt in range(ATTEMPTS):
        command = [browser(), *SWITCHES, f"--user-data-dir={folder}/profile-{attempt}", address]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            try:
                stdout, stderr = process.communicate(timeout=BROWSER_SECONDS)
                return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError(f"the browser did not finish within {BROWSER_SECONDS} s, {ATTEMPTS} times in a row")


def number(text):
    return float(text.replace("−", "-").replace("+", "").replace(",", ""))


class Page:
    """What one run's report showed, and what the browser complained about."""

    def __init__(self, sample, kind):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            run = Path(folder) / "run"
            subprocess.run([sample, kind, run], check=True, stdout=subprocess.DEVNULL)
            self.html = (run / "report.html").read_text(encoding="utf-8")
            (run / "driver.html").write_text(DRIVER, encoding="utf-8")
            outcome = browse((run / "driver.html").as_uri(), folder)
        self.console = [line for line in outcome.stderr.splitlines() if "CONSOLE" in line]
        found = re.search(r'<pre id="seen">(.*?)</pre>', outcome.stdout, re.S)
        text = found.group(1) if found else ""
        for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", "\u00a0"), ("&amp;", "&")):
            text = text.replace(name, character)
        if not text:
            raise AssertionError(f"the page never became ready:\n{outcome.stderr[-3000:]}")
        self.seen = json.loads(text)


class ReportPage(unittest.TestCase):
    sample = ""
    pages = {}

    def open(self, kind):
        page = self.pages.setdefault(kind, None) or Page(self.sample, kind)
        self.pages[kind] = page
        self.assertNotIn("failure", page.seen)
        self.assertEqual(page.console, [], "the browser's console must stay empty")
        self.assertEqual(page.seen["ready"], "true")
        self.assertEqual(page.seen["requests"], [], "the page must not ask for anything")
        self.assertEqual(page.seen["bold"], 0, "texts must not become markup")
        for word in ("NaN", "undefined", "[object", "Infinity"):
            self.assertNotIn(word, page.seen["text"])
        self.assertGreater(len(page.seen["charts"]), 0)
        self.assertTrue(all(page.seen["charts"]), "every chart must have something drawn")
        return page.seen

    def test_full_run(self):
        seen = self.open("full")
        self.assertEqual(len(seen["charts"]), 10)
        self.assertEqual(len(seen["tiles"]), 15)
        self.assertIn("grid <atr> & \"dynamic\"", seen["title"])
        self.assertIn("</script><b>not bold</b>", seen["text"])
        for heading in ("Equity", "Returns", "Price and fills", "Trading", "Execution", "Robustness", "Round trips",
                        "Refused and rejected", "Export", "Reproduce"):
            self.assertIn(heading, seen["headings"])

    def test_full_run_has_every_part(self):
        text = self.open("full")["text"]
        for part in ("By what ended them", "By tag of the entry", "trailing stop", "Weekday of entry", "Rolling figures",
                     "Wait in the queue", "Explained by the model", "Account at 1% of the volume", "Skill or luck",
                     "Deflated Sharpe", "By market regime", "Yen carry trade, 5 August 2024", "liquidation 13.7% away"):
            self.assertIn(part, text)

    def test_tables_can_be_saved_in_three_formats(self):
        saved = self.open("full")["saved"]
        names = [name for name in saved if isinstance(name, str)]
        self.assertEqual(names, [f"{table}.{ending}" for table in ("round_trips", "fills", "equity")
                                 for ending in ("csv", "json", "parquet")])
        sizes = [entry[1] for entry in saved if not isinstance(entry, str)]
        self.assertEqual(len(sizes), 9)
        self.assertGreater(min(sizes), 1000)

    def test_controls(self):
        seen = self.open("full")
        self.assertRegex(seen["status"], r"^1–25 of [\d,]+$")
        descending = [number(text) for text in seen["netDescending"]]
        self.assertEqual(descending, sorted(descending, reverse=True))
        ascending = [number(text) for text in seen["netAscending"]]
        self.assertEqual(ascending, sorted(ascending))
        self.assertGreater(descending[0], 0)
        self.assertLess(ascending[0], 0)
        self.assertEqual(set(seen["sides"]), {"short"})
        self.assertEqual(seen["statusOfNothing"], "No rows")
        self.assertEqual(seen["theme"], "dark")
        self.assertTrue(all(seen["chartsAfter"]))

    def test_run_without_fills_says_why(self):
        seen = self.open("idle")
        self.assertIn("Every intent was refused (12)", seen["empty"])
        self.assertIn("Nothing was traded", seen["text"])
        self.assertNotIn("Robustness", seen["headings"])

    def test_run_whose_orders_were_rejected_says_so(self):
        seen = self.open("rejected")
        self.assertIn("Every order was rejected by the venue (30)", seen["empty"])
        self.assertIn("insufficient balance", seen["text"])
        self.assertNotIn("Nothing was refused", seen["text"])
        self.assertIn("the equity never moved", seen["text"])
        self.assertIn("all rejected", seen["title"])

    def test_short_run_warns(self):
        seen = self.open("short")
        self.assertIn("annual figures and the Sharpe ratio need 30", seen["text"])

    def test_large_run_is_thinned_and_says_so(self):
        seen = self.open("large")
        self.assertRegex(seen["text"], r"[\d,]+ of [\d,]+ fills drawn, all are in fills.csv")
        self.assertRegex(seen["text"], r"[\d,]+ of [\d,]+ shown, evenly chosen")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: page_test.py REPORT_SAMPLE")
    if browser() is None:
        print("no Chromium here: skipped")
        sys.exit(1 if os.environ.get("CI") else 77)
    ReportPage.sample = sys.argv[1]
    unittest.main(argv=sys.argv[:1], verbosity=2)


main()
