// Bundles the report into one HTML page: script, styles and chart library inside, a place for the data.
// usage: node build.mjs OUTPUT.html
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2] ?? join(here, "dist", "report.html");
const dataMark = "%KONTOR_REPORT_DATA%";

async function bundled(entry) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome90", "firefox90", "safari15"],
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return result.outputFiles[0].text.trim();
}

/** A script element ends at the first `</script`, wherever it stands. */
function safeInScript(code) {
  return code.replaceAll(/<(?=\/script|!--)/gi, "\\x3c");
}

/** The licences of what is bundled travel with the page, as they ask for. */
async function notices() {
  const texts = [];
  for (const name of ["echarts", "zrender", "tslib", "hyparquet-writer", "hyparquet"]) {
    const { version, license } = JSON.parse(await readFile(join(here, "node_modules", name, "package.json"), "utf8"));
    texts.push(`${name} ${version} (${license})`);
  }
  // MIT asks for its whole text.
  const permission = (await readFile(join(here, "node_modules", "hyparquet-writer", "LICENSE"), "utf8")).trim();
  if (permission.includes("--")) throw new Error("expected a licence that can stand in a comment of HTML");
  return `Contains ${texts.join(", ")}. Apache ECharts: Copyright The Apache Software Foundation. ` +
    "zrender: Copyright Baidu Inc. tslib: Copyright Microsoft Corporation. hyparquet and hyparquet-writer are by Hyperparam:\n" + permission;
}

const [template, styles, script, notice] = await Promise.all([
  readFile(join(here, "src", "page.html"), "utf8"),
  bundled("style.css"),
  bundled("main.ts").then(safeInScript),
  notices(),
]);
const hash = createHash("sha256").update(script).digest("base64");
const parts = { NOTICE: notice, SCRIPT_HASH: hash, STYLES: styles, SCRIPT: script };
const page = template.replaceAll(/%(NOTICE|SCRIPT_HASH|STYLES|SCRIPT)%/g, (_, name) => parts[name]);
if (page.split(dataMark).length !== 2) throw new Error(`expected ${dataMark} exactly once in the page`);

await mkdir(dirname(output), { recursive: true });
await writeFile(`${output}.partial`, page);
await rename(`${output}.partial`, output);
