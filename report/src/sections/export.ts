// The page's tables as files, made by the page itself.
import type { ReportData } from "../data";
import { card, element, section } from "../dom";
import { exportTables, toCsv, toJson, toParquet } from "../export";
import type { ExportTable } from "../export";
import * as format from "../format";
import { plainTable } from "../table";

interface Format {
  name: string;
  extension: string;
  type: string;
  make: (rows: ExportTable) => string | ArrayBuffer;
}

const formats: Format[] = [
  { name: "CSV", extension: "csv", type: "text/csv", make: toCsv },
  { name: "JSON", extension: "json", type: "application/json", make: toJson },
  { name: "Parquet", extension: "parquet", type: "application/vnd.apache.parquet", make: toParquet },
];

function save(fileName: string, content: string | ArrayBuffer, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = element("a", { href: address, download: fileName });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => { URL.revokeObjectURL(address); }, 10_000);
}

function buttons(rows: ExportTable): HTMLElement {
  const made = formats.map((kind) =>
    element(
      "button",
      {
        type: "button",
        class: "button",
        "aria-label": `Save ${format.words(rows.name)} as ${kind.name}`,
        click: () => { save(`${rows.name}.${kind.extension}`, kind.make(rows), kind.type); },
      },
      kind.name,
    ),
  );
  return element("span", { class: "button-row" }, ...made);
}

function size(rows: ExportTable): string {
  return rows.total > rows.rows ? `${format.count(rows.rows)} of ${format.count(rows.total)}` : format.count(rows.rows);
}

export function exportSection(data: ReportData): HTMLElement {
  const list = plainTable<ExportTable>(
    [
      { title: "Table", words: true, cell: (rows) => ({ text: format.words(rows.name) }) },
      { title: "Rows", cell: (rows) => ({ text: size(rows) }) },
      { title: "Save as", words: true, cell: buttons },
    ],
    exportTables(data),
  );
  return section(
    "export",
    "Export",
    null,
    card("Tables of this page", "as the page has them, numbers as doubles; the run's folder has every row with exact decimals as CSV", list),
  );
}
