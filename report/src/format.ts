// Numbers and times as people read them. Times are UTC. What is not defined is an en dash.

export const missing = "–";

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(minimum: number, maximum: number): Intl.NumberFormat {
  const key = `${minimum}:${maximum}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: minimum, maximumFractionDigits: maximum });
    formats.set(key, format);
  }
  return format;
}

/** With a real minus sign, and without one in front of a zero. */
function withMinus(text: string): string {
  if (!text.startsWith("-")) return text;
  return /[1-9]/.test(text) ? `−${text.slice(1)}` : text.slice(1);
}

export function decimal(value: number | null, places: number): string {
  if (value === null || !Number.isFinite(value)) return missing;
  return withMinus(numberFormat(places, places).format(value));
}

/** As many places as a price needs: 61,234.50, 0.000012. */
export function price(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  const places = size >= 1 ? (size >= 10000 ? 1 : size >= 100 ? 2 : 4) : Math.min(12, 4 - Math.floor(Math.log10(size)));
  return withMinus(numberFormat(0, places).format(value));
}

export function quantity(value: number): string {
  return withMinus(numberFormat(0, 8).format(value));
}

export function count(value: number): string {
  return numberFormat(0, 0).format(value);
}

export function percent(fraction: number | null, places = 2): string {
  if (fraction === null || !Number.isFinite(fraction)) return missing;
  const shown = Math.abs(fraction) >= 10 ? 0 : places;
  return `${withMinus(numberFormat(shown, shown).format(fraction * 100))}%`;
}

export function signed(text: string): string {
  return text.startsWith("−") || text === missing || !/[1-9]/.test(text) ? text : `+${text}`;
}

/** 1.2k, 3.4M: for axes and tiles where the order of magnitude matters. */
export function short(value: number | null): string {
  if (value === null) return missing;
  const size = Math.abs(value);
  const scaled = (unit: number, places: number): string => withMinus(numberFormat(0, places).format(value / unit));
  if (size >= 1e9) return `${scaled(1e9, 2)}B`;
  if (size >= 1e6) return `${scaled(1e6, 2)}M`;
  if (size >= 1e4) return `${scaled(1e3, 1)}k`;
  return withMinus(numberFormat(0, size >= 100 ? 0 : size >= 1 ? 2 : 6).format(value));
}

export function duration(seconds: number | null): string {
  if (seconds === null) return missing;
  const parts: [number, string][] = [
    [86400, "d"],
    [3600, "h"],
    [60, "m"],
    [1, "s"],
  ];
  let rest = Math.round(seconds);
  const words: string[] = [];
  for (const [size, unit] of parts) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) words.push(`${whole}${unit}`);
    else if (words.length > 0) break;
    if (words.length === 2) break;
  }
  return words.length > 0 ? words.join(" ") : "0s";
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}

export function date(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** 2024-03-01 14:05, with seconds where there are any. */
export function dateTime(ms: number): string {
  const time = new Date(ms);
  const minutes = `${date(ms)} ${padded(time.getUTCHours())}:${padded(time.getUTCMinutes())}`;
  return time.getUTCSeconds() === 0 ? minutes : `${minutes}:${padded(time.getUTCSeconds())}`;
}

/** 1 fill, 2 fills. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** snake_case as words. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

export const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
