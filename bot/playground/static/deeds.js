/** What one can do to messages: react, edit, delete, use a shortcut. Each ends in words if it fails. */

import { post } from "./api.js";
import { h } from "./dom.js";
import { confirmFirst } from "./menu.js";
import { toSlack, toTyped } from "./wording.js";
import { world } from "./world.js";

/** `changed` looks again at once, `tell` tells people what went wrong. */
export function deeds({ changed, tell }) {
  const attempt = async (path, body) => {
    try {
      const answer = await post(path, { as: world.state.me, ...body });
      changed();
      return answer;
    } catch (error) {
      tell(`That did not go through: ${error.message}`);
      return null;
    }
  };
  return {
    attempt,
    react: (channel, ts, name) => attempt("react", { channel, ts, name }),
    shortcut: (id, channel, ts) => attempt("shortcut", { callback_id: id, channel, ts }),
    edit: (node, message, channel) =>
      editInPlace(node, message, (text) => attempt("edit", { channel, ts: message.ts, text })),
    remove: async (channel, message) => {
      const question = {
        title: "Delete this message?",
        text: "It disappears for everyone.",
        yes: "Delete",
        no: "Keep it",
        danger: true,
      };
      if (await confirmFirst(question)) await attempt("delete", { channel, ts: message.ts });
    },
  };
}

/** The message turns into a field; Enter saves, Escape leaves it as it was. */
function editInPlace(node, message, save) {
  const body = node.querySelector(".message-body");
  const before = [...body.childNodes];
  const input = h("textarea", { class: "field", rows: 2, "aria-label": "Edit message" });
  input.value = toTyped(message.text);
  const leave = () => {
    delete node.dataset.editing;
    body.replaceChildren(...before);
    node.focus({ preventScroll: true });
  };
  const finish = async (event) => {
    event?.preventDefault();
    const text = input.value.trim();
    if (text && text !== toTyped(message.text)) {
      delete node.dataset.editing;
      if (!(await save(toSlack(text)))) return void (node.dataset.editing = "");
    } else leave();
  };
  const actions = h(
    "div",
    { class: "dialog-actions" },
    h("button", { type: "button", class: "button button-small", onclick: leave }, "Cancel"),
    h("button", { type: "submit", class: "button button-small button-primary" }, "Save"),
  );
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) finish(event);
  });
  node.dataset.editing = "";
  body.replaceChildren(h("form", { class: "edit-form", onsubmit: finish }, input, actions));
  input.focus();
}
