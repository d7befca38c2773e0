/** Build the page by hand: text is always text, so nothing a person wrote can become markup. */

/**
 * Make an element. `class` and `data` are shorthands, `onclick` and friends become listeners,
 * absent values (`null`, `undefined`, `false`) are left out, for attributes and for children.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) setProp(node, key, value);
  node.append(...present(children));
  return node;
}

function setProp(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === "class") node.className = value;
  else if (key === "data") setData(node, value);
  else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else node.setAttribute(key, value === true ? "" : value);
}

function setData(node, data) {
  for (const [key, value] of Object.entries(data)) {
    if (value !== undefined && value !== null) node.dataset[key] = value;
  }
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

export function fragment(...children) {
  const node = document.createDocumentFragment();
  node.append(...present(children));
  return node;
}

/** Words for screen readers only. */
export function hidden(text) {
  return h("span", { class: "hidden" }, text);
}

let counter = 0;

/** An id that is unique on this page, to tie labels to their fields. */
export function uid(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** A thin bar for a share between 0 and 1. Set through CSSOM, as a strict CSP forbids style attributes. */
export function bar(share, className = "") {
  const fill = h("span", { class: "bar-fill" });
  fill.style.width = `${Math.round(Math.max(0, Math.min(1, share)) * 100)}%`;
  return h("span", { class: `bar ${className}`, "aria-hidden": "true" }, fill);
}

const PATHS = {
  close: "M4 4l8 8M12 4l-8 8",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  reply: "M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z",
  why: "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1v.6M8 11.8h.01M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0z",
  send: "M2.5 8h10M8.5 3.5L13 8l-4.5 4.5",
  home: "M2.5 7.5L8 3l5.5 4.5M4 7v6h8V7",
  theme: "M8 2.2a5.8 5.8 0 1 0 0 11.6zM8 2.2a5.8 5.8 0 0 1 0 11.6",
  lock: "M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2",
  plus: "M8 3v10M3 8h10",
  back: "M9.5 3.5L5 8l4.5 4.5",
  eye: "M1.8 8S4 4 8 4s6.2 4 6.2 4-2.2 4-6.2 4-6.2-4-6.2-4zM8 9.6a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z",
};

/** A line icon, always beside or labelled by words. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
