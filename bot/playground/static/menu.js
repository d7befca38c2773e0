/** Small menus and yes/no questions, in the browser's top layer so that nothing clips them. */

import { h, uid } from "./dom.js";

/** Give a button a menu. `entries()` is asked at each opening: [{label, run, danger, data}]. */
export function menuOn(button, label, entries) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => open(button, label, entries()));
  return button;
}

function open(button, label, entries) {
  if (!entries.length) return;
  const list = h("div", {
    class: "menu",
    role: "menu",
    "aria-label": label,
    popover: "auto",
    id: uid("menu"),
  });
  list.append(...entries.map((entry) => item(entry, list, button)));
  list.addEventListener("keydown", (event) => walk(event, list));
  list.addEventListener("toggle", (event) => event.newState === "closed" && closed(list, button));
  // Inside a dialog the rest of the page is inert, so the menu lives beside its button.
  (button.closest("dialog") || document.body).append(list);
  list.showPopover();
  place(list, button);
  button.setAttribute("aria-expanded", "true");
  list.firstElementChild?.focus();
}

function item(entry, list, button) {
  const run = () => {
    list.hidePopover();
    button.focus({ preventScroll: true });
    entry.run();
  };
  const className = entry.danger ? "menu-item menu-danger" : "menu-item";
  return h(
    "button",
    { type: "button", role: "menuitem", class: className, data: entry.data, onclick: run },
    entry.label,
  );
}

function closed(list, button) {
  button.setAttribute("aria-expanded", "false");
  if (list.contains(document.activeElement)) button.focus({ preventScroll: true });
  list.remove();
  // Lists wait with redrawing what a menu belongs to.
  button.dispatchEvent(new Event("menuclosed", { bubbles: true }));
}

function walk(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...list.children];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
}

function place(list, button) {
  const anchor = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = anchor.bottom + 4;
  const top = below + height > window.innerHeight ? Math.max(8, anchor.top - height - 4) : below;
  list.style.top = `${top}px`;
  list.style.left = `${Math.max(8, Math.min(anchor.right - width, window.innerWidth - width - 8))}px`;
}

/** Ask before doing; resolves to true or false. Takes plain words, or a Slack `confirm` object made into them. */
export function confirmFirst({ title, text, yes, no, danger }) {
  return new Promise((resolve) => {
    const heading = uid("confirm");
    const answer = (value) =>
      h(
        "button",
        { type: "submit", value, class: buttonClass(value, danger), data: { testid: `confirm-${value}` } },
        value === "yes" ? yes : no,
      );
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: heading }, title),
      h("div", { class: "confirm-text" }, text),
      h("div", { class: "dialog-actions" }, answer("no"), answer("yes")),
    );
    const dialog = h(
      "dialog",
      { class: "dialog dialog-small", "aria-labelledby": heading, data: { testid: "confirm" } },
      form,
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("[value=yes]").focus();
  });
}

function buttonClass(value, danger) {
  if (value === "no") return "button";
  return danger ? "button button-danger" : "button button-primary";
}
