// Puts the page together from the data inside it.
import { startCharts } from "./chart";
import { parseReport } from "./data";
import type { ReportData } from "./data";
import { element, empty } from "./dom";
import { setMoneyPlaces } from "./money";
import { equitySection } from "./sections/equity";
import { executionSection } from "./sections/execution";
import { exportSection } from "./sections/export";
import { header, tiles, warnings } from "./sections/header";
import { PriceSection } from "./sections/price";
import { refusalsSection, reproduceSection } from "./sections/reproduce";
import { returnsSection } from "./sections/returns";
import { robustnessSection } from "./sections/robustness";
import { roundTripsSection } from "./sections/round_trips";
import { tradesSection } from "./sections/trades";
import { startTheme } from "./theme";

const supportedSchema = 3;

function navigation(sections: HTMLElement[]): HTMLElement {
  const links = sections.map((part) => element("a", { href: `#${part.id}` }, part.querySelector("h2")?.textContent ?? "Overview"));
  return element("nav", { "aria-label": "Sections" }, ...links);
}

function page(data: ReportData): HTMLElement[] {
  const price = new PriceSection(data);
  const show = (index: number): void => { price.showRoundTrip(index); };
  const sections = [
    tiles(data),
    equitySection(data),
    data.analysis.fills > 0 ? returnsSection(data) : null,
    price.host,
    tradesSection(data, show),
    executionSection(data),
    robustnessSection(data),
    roundTripsSection(data, show),
    refusalsSection(data),
    exportSection(data),
    reproduceSection(data),
  ].filter((part) => part !== null);
  const footer = element("footer", {}, `Kontor ${data.analysis.engine_version}. Past and simulated results say nothing certain about future ones.`);
  const [overview, ...rest] = sections;
  const notes = warnings(data);
  return [header(data), navigation(sections), overview, ...(notes ? [notes] : []), ...rest, footer];
}

function start(): void {
  const host = document.getElementById("report");
  const source = document.getElementById("report-data");
  if (!host || !source) return;
  startTheme();
  const data = parseReport(source.textContent);
  if (data.schema !== supportedSchema) {
    host.append(empty("This page and its data do not fit", `The page reads data of schema ${supportedSchema}, this is ${data.schema}. Make the report again.`));
    return;
  }
  setMoneyPlaces(data.money_places, data.analysis.initial_equity);
  const title = data.analysis.strategies.join(" + ");
  document.title = `${data.analysis.name === "" ? title : `${data.analysis.name}: ${title}`} – backtest report`;
  host.append(...page(data));
  startCharts();
  document.documentElement.dataset.ready = "true";
}

start();
