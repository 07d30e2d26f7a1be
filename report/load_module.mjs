// Compiles a module of the page for Node, which knows no TypeScript.
import { build } from "esbuild";

export async function load(path) {
  const result = await build({
    entryPoints: [new URL(`./src/${path}`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["browser"],
    logLevel: "error",
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString("base64")}`);
}
