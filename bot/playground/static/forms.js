/** Slack's forms (modals) as a dialog. The app's stack of views decides; this shows the top one. */

import { post } from "./api.js";
import { blocks } from "./blocks.js";
import { h, icon } from "./dom.js";
import { plain } from "./text.js";
import { collect, replaceKindly } from "./values.js";
import { world } from "./world.js";

const MISSING = "Please fill this in.";

export class Forms {
  constructor(dialog, { changed }) {
    this.dialog = dialog;
    this.changed = changed;
    this.sheets = new Map();
    // Escape asks the app like the close button does, as it may want to know.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (this.top) this.close(this.top);
    });
  }

  /** Show the top of the stack; views beneath keep what was typed in them. */
  show(views) {
    const ids = new Set(views.map(({ id }) => id));
    for (const id of this.sheets.keys()) if (!ids.has(id)) this.sheets.delete(id);
    const top = views.at(-1) || null;
    if (!top) return this.hide();
    const sign = JSON.stringify([top.title, top.submit, top.close, top.blocks, views.length]);
    const known = this.sheets.get(top.id);
    if (this.top?.id === top.id && known?.sign === sign && this.dialog.open) return;
    this.put(top, known, sign, views.length > 1);
  }

  put(view, known, sign, stacked) {
    const another = this.top?.id !== view.id;
    const node = known?.sign === sign ? known.node : this.sheet(view, stacked);
    if (known && known.node.isConnected && node !== known.node) replaceKindly(known.node, node);
    else this.dialog.replaceChildren(node);
    this.sheets.set(view.id, { sign, node });
    this.top = view;
    if (!this.dialog.open) this.dialog.showModal();
    if (another) this.focusFirst(node);
  }

  focusFirst(node) {
    const first =
      node.querySelector("[autofocus]") || node.querySelector(".modal-body :is(input, select, textarea)");
    (first || node.querySelector("[type=submit]") || node.querySelector("button"))?.focus();
  }

  hide() {
    this.top = null;
    this.sheets.clear();
    if (this.dialog.open) this.dialog.close();
    this.dialog.replaceChildren();
  }

  sheet(view, stacked) {
    const close = () => this.close(view);
    const title = plain(view.title) || "Form";
    const container = JSON.stringify({ type: "view", view_id: view.id });
    const corner = h(
      "button",
      {
        type: "button",
        class: "button button-icon",
        "aria-label": stacked ? "Back" : "Close",
        onclick: close,
      },
      icon(stacked ? "back" : "close"),
    );
    const form = h(
      "form",
      {
        class: "modal-sheet",
        novalidate: true,
        data: { container, viewId: view.id, callbackId: view.callback_id },
        onsubmit: (event) => this.submit(event, view, form),
      },
      h("header", { class: "modal-head" }, h("h2", { id: "modal-title" }, title), corner),
      h(
        "div",
        { class: "modal-body" },
        blocks(view.blocks || []),
        h("p", { class: "block-error", role: "alert", data: { part: "form-error" } }),
      ),
      this.foot(view, close),
    );
    form.addEventListener("input", (event) => clearError(event.target));
    return form;
  }

  foot(view, close) {
    const submits = view.submit || view.blocks?.some(({ type }) => type === "input");
    const closing = h(
      "button",
      { type: "button", class: "button", data: { testid: "modal-close" }, onclick: close },
      plain(view.close) || (submits ? "Cancel" : "Close"),
    );
    const submit =
      submits &&
      h(
        "button",
        { type: "submit", class: "button button-primary", data: { testid: "modal-submit" } },
        h("span", { class: "button-label" }, plain(view.submit) || "Submit"),
      );
    return h("footer", { class: "dialog-actions" }, closing, submit);
  }

  async submit(event, view, form) {
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    const values = collect(form);
    const errors = problems(view, values, form);
    if (Object.keys(errors).length) return showErrors(form, errors);
    await this.waiting(form, async () => {
      const answer = await post("submit", { as: world.state.me, view_id: view.id, values });
      if (answer.errors) return showErrors(form, answer.errors);
      if (answer.action === "clear") this.hide();
      this.changed();
    });
  }

  async close(view) {
    const form = this.dialog.firstElementChild;
    await this.waiting(form, async () => {
      await post("close", { as: world.state.me, view_id: view.id });
      this.changed();
    });
  }

  async waiting(form, work) {
    const say = (words) => (form.querySelector("[data-part=form-error]").textContent = words);
    const button = form.querySelector("[type=submit]");
    form.setAttribute("aria-busy", "true");
    button?.setAttribute("aria-busy", "true");
    say("");
    try {
      await work();
    } catch (error) {
      say(`That did not go through: ${error.message}`);
    } finally {
      form.removeAttribute("aria-busy");
      button?.removeAttribute("aria-busy");
    }
  }
}

function isEmpty(value) {
  const { type, ...rest } = value || {};
  return Object.values(rest).every(
    (one) => one === null || one === "" || (Array.isArray(one) && !one.length),
  );
}

/** What Slack itself refuses before the app is asked: empty required fields, texts out of bounds. */
function problems(view, values, form) {
  const found = {};
  for (const block of view.blocks || []) {
    if (block.type !== "input") continue;
    const value = values[block.block_id]?.[block.element.action_id];
    const field = form.querySelector(`[data-block-id="${CSS.escape(block.block_id)}"]`);
    if (isEmpty(value)) {
      if (!block.optional) found[block.block_id] = MISSING;
    } else if (field && "validity" in field && field.matches("input, textarea") && !field.validity.valid) {
      found[block.block_id] = field.validationMessage;
    } else if (block.element.min_length > (value.value?.length ?? Infinity)) {
      found[block.block_id] = `Please write at least ${block.element.min_length} characters.`;
    }
  }
  return found;
}

function showErrors(form, errors) {
  for (const [blockId, words] of Object.entries(errors)) {
    const slot = form.querySelector(`[data-error-for="${CSS.escape(blockId)}"]`);
    if (!slot) continue;
    slot.textContent = words;
    slot.parentElement.querySelector("[data-action-id]")?.setAttribute("aria-invalid", "true");
  }
  const first = form.querySelector("[aria-invalid]");
  (first?.matches("fieldset") ? first.querySelector("input") : first)?.focus();
}

function clearError(target) {
  const block = target.closest(".block-input");
  const field = block?.querySelector("[aria-invalid]");
  if (!field) return;
  field.removeAttribute("aria-invalid");
  block.querySelector("[data-error-for]").textContent = "";
}
