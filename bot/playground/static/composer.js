/** Where one writes: Enter sends, Shift+Enter starts a new line, “/” offers commands and “@” people. */

import { h, icon, uid } from "./dom.js";
import { menuOn } from "./menu.js";
import { person, world } from "./world.js";

export class Composer {
  constructor(root, { testid, sendTestid, label, onSend, onShortcut }) {
    this.onSend = onSend;
    this.list = h("div", {
      class: "suggestions",
      role: "listbox",
      id: uid("suggestions"),
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.input = h("textarea", {
      class: "composer-input",
      rows: 1,
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-controls": this.list.id,
      data: { testid },
    });
    this.button = h(
      "button",
      {
        type: "submit",
        class: "button button-primary button-icon",
        "aria-label": "Send",
        data: { testid: sendTestid },
      },
      icon("send"),
    );
    this.error = h("p", { class: "block-error", role: "alert" });
    this.form = h(
      "form",
      { class: "composer" },
      this.list,
      h("div", { class: "composer-box" }, onShortcut && shortcutButton(onShortcut), this.input, this.button),
      this.error,
    );
    root.append(this.form);
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.suggest([]));
  }

  /** Turn to another place; what was half typed there comes back. */
  turnTo(place, placeholder) {
    this.input.placeholder = placeholder;
    if (place === this.place) return;
    this.place = place;
    this.input.value = drafts.get(place);
    this.complain("");
    this.fit();
    this.suggest([]);
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  complain(words) {
    this.error.textContent = words;
  }

  fill(text) {
    this.input.value = text;
    this.changed();
    this.focus();
  }

  changed() {
    drafts.set(this.place, this.input.value);
    this.complain("");
    this.fit();
    this.suggest(suggestionsFor(this.input));
  }

  fit() {
    this.button.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    // In a pane that is not on show there is nothing to measure yet.
    const needed = this.input.scrollHeight;
    if (needed) this.input.style.height = `${Math.min(needed, 160)}px`;
  }

  submit(event) {
    event?.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.changed();
    this.focus();
    this.onSend(text);
  }

  pick(event) {
    if (event.key === "Escape") return this.suggest([]);
    if (event.key === "ArrowDown" || event.key === "ArrowUp")
      return this.choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    return this.take(this.offers[this.chosen]);
  }

  pressed(event) {
    if (event.isComposing) return;
    if (
      this.offers.length &&
      ["Escape", "ArrowDown", "ArrowUp", "Tab", "Enter"].includes(event.key) &&
      !event.shiftKey
    ) {
      event.preventDefault();
      this.pick(event);
    } else if (event.key === "Enter" && !event.shiftKey) {
      this.submit(event);
    }
  }

  suggest(offers) {
    this.offers = offers;
    this.list.hidden = !offers.length;
    this.list.replaceChildren(...offers.map((offer) => this.option(offer)));
    if (offers.length) this.choose(0);
    else this.input.removeAttribute("aria-activedescendant");
  }

  option(offer) {
    const node = h(
      "div",
      { class: "suggestion", role: "option", id: uid("option"), data: { suggestion: offer.text } },
      h("strong", {}, offer.text),
      h("span", { class: "muted" }, offer.more),
    );
    // Before the blur that a click would cause.
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.take(offer);
    });
    return node;
  }

  choose(index) {
    this.chosen = (index + this.offers.length) % this.offers.length;
    [...this.list.children].forEach((node, at) =>
      node.setAttribute("aria-selected", String(at === this.chosen)),
    );
    const node = this.list.children[this.chosen];
    this.input.setAttribute("aria-activedescendant", node.id);
    node.scrollIntoView({ block: "nearest" });
  }

  take(offer) {
    const { selectionStart: caret, value } = this.input;
    const start = caret - offer.typed;
    this.input.value = `${value.slice(0, start)}${offer.text} ${value.slice(caret)}`;
    this.input.selectionStart = this.input.selectionEnd = start + offer.text.length + 1;
    this.changed();
    this.focus();
  }
}

/** The app's global shortcuts, where Slack has them: at the plus sign. */
function shortcutButton(run) {
  const button = h(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": "Shortcuts",
      title: "Shortcuts",
      data: { testid: "shortcuts" },
    },
    icon("plus"),
  );
  const all = () => world.state.shortcuts.filter(({ type }) => type === "global");
  return menuOn(button, "Shortcuts", () =>
    all().map(({ callback_id: id, name }) => ({ label: name, data: { shortcut: id }, run: () => run(id) })),
  );
}

/** What fits the word being typed; nothing once it stands there in full, so that Enter sends. */
function suggestionsFor(input) {
  const before = input.value.slice(0, input.selectionStart);
  const command = before.match(/^\/[\w-]*$/);
  const mention = before.match(/(?:^|\s)(@[\w.]*)$/);
  const typed = command?.[0] || mention?.[1];
  if (!typed) return [];
  const all = command ? commands() : people();
  const fits = all.filter(({ text }) => text.toLowerCase().startsWith(typed.toLowerCase()));
  if (fits.some(({ text }) => text.toLowerCase() === typed.toLowerCase())) return [];
  return fits.map((one) => ({ ...one, typed: typed.length }));
}

function commands() {
  return world.state.commands.map(({ command, description, usage_hint: hint }) => ({
    text: command,
    more: [hint, description].filter(Boolean).join(" · "),
  }));
}

function people() {
  const bot = person(world.state.bot.id);
  const others = world.state.personas.map(({ name, real_name: real, role }) => ({
    text: `@${name}`,
    more: `${real || name}, ${role}`,
  }));
  return [{ text: `@${handle(bot.name)}`, more: "the help desk" }, ...others];
}

export function handle(name) {
  return name.toLowerCase().replace(/\s+/g, "");
}

/** Half-typed words survive a reload of the tab. */
const drafts = {
  get(key) {
    return sessionStorage.getItem(`draft:${key}`) || "";
  },
  set(key, text) {
    if (text) sessionStorage.setItem(`draft:${key}`, text);
    else sessionStorage.removeItem(`draft:${key}`);
  },
};
