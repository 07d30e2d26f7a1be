// Builds elements. Texts only ever become text nodes: nothing that a configuration or a venue says can be markup.

type Child = Node | string | null;

interface Attributes {
  class?: string;
  [name: string]: string | number | boolean | ((event: Event) => void) | undefined;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null));
  return made;
}

/** A part of the page with its heading and, where it helps, a sentence on how to read it. */
export function section(id: string, title: string, note: string | null, ...children: Child[]): HTMLElement {
  return element(
    "section",
    { id, class: "section" },
    element("h2", {}, title),
    note === null ? null : element("p", { class: "note" }, note),
    ...children,
  );
}

export function card(title: string, note: string | null, ...children: Child[]): HTMLElement {
  return element(
    "div",
    { class: "card" },
    element("div", { class: "card-head" }, element("h3", {}, title), note === null ? null : element("p", { class: "note" }, note)),
    ...children,
  );
}

/** What stands where there is nothing to show: why, and what to do. */
export function empty(title: string, advice: string): HTMLElement {
  return element("div", { class: "empty" }, element("strong", {}, title), element("span", {}, advice));
}

/** Buttons of which one is pressed. */
export function choice(label: string, options: string[], selected: number, onSelect: (index: number) => void): HTMLElement {
  const buttons = options.map((text, index) =>
    element("button", { type: "button", "aria-pressed": String(index === selected), click: () => { select(index); } }, text),
  );
  const select = (index: number): void => {
    buttons.forEach((button, i) => { button.setAttribute("aria-pressed", String(i === index)); });
    onSelect(index);
  };
  return element("div", { class: "choice", role: "group", "aria-label": label }, ...buttons);
}

/** Copies a text and says so on the button. */
export function copyButton(label: string, text: string): HTMLButtonElement {
  const button = element("button", { type: "button", class: "button" }, label);
  button.addEventListener("click", () => {
    void copy(text).then((done) => {
      button.textContent = done ? "Copied" : "Select and copy by hand";
      setTimeout(() => { button.textContent = label; }, 1800);
    });
  });
  return button;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from a file may not use the clipboard everywhere.
    const area = element("textarea", { class: "off-screen", readonly: true }, text);
    document.body.append(area);
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way left where the interface above is refused
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Offers a text as a file. */
export function saveButton(label: string, fileName: string, text: string): HTMLAnchorElement {
  return element(
    "a",
    { class: "button", download: fileName, href: `data:text/plain;charset=utf-8,${encodeURIComponent(text)}` },
    label,
  );
}
