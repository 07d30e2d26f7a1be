// Light and dark. The colours live in style.css; charts read them from there and are drawn anew on a change.

export interface Colors {
  text: string;
  muted: string;
  faint: string;
  line: string;
  surface: string;
  page: string;
  accent: string;
  benchmark: string;
  gain: string;
  loss: string;
  second: string;
}

export type Theme = "auto" | "light" | "dark";

const listeners: (() => void)[] = [];
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
let chosen: Theme = "auto";

export function colors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read("text"),
    muted: read("muted"),
    faint: read("faint"),
    line: read("line"),
    surface: read("surface"),
    page: read("page"),
    accent: read("accent"),
    benchmark: read("benchmark"),
    gain: read("gain"),
    loss: read("loss"),
    second: read("second"),
  };
}

/** The colour with another opacity; `color` is #rrggbb. */
export function translucent(color: string, opacity: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

function apply(theme: Theme): void {
  const dark = theme === "dark" || (theme === "auto" && systemDark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const listener of listeners) listener();
}

export function setTheme(theme: Theme): void {
  chosen = theme;
  apply(theme);
}

/** Follows the system, and prints on white whatever the screen shows. */
export function startTheme(): void {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("theme");
  chosen = wanted === "dark" || wanted === "light" ? wanted : "auto";
  apply(chosen);
  systemDark.addEventListener("change", () => { apply(chosen); });
  window.addEventListener("beforeprint", () => { apply("light"); });
  window.addEventListener("afterprint", () => { apply(chosen); });
}

export function currentTheme(): Theme {
  return chosen;
}
