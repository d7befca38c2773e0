/** Block Kit's interactive elements as native controls, so that keyboard and screen reader work by themselves. */

import {
  channelChoices,
  checks,
  firing,
  lookedUp,
  radio,
  select,
  selectMany,
  staticChoices,
  userChoices,
} from "./choices.js";
import { h, hidden, icon } from "./dom.js";
import { act } from "./interact.js";
import { menuOn } from "./menu.js";
import { plain } from "./text.js";
import { fromWall, toWall } from "./time.js";
import { readable, valueOf } from "./values.js";

/**
 * One element. `at` says where it stands: {blockId, quiet, label}; a quiet one (in a form) waits for
 * the submit instead of firing at each change.
 */
export function element(spec, at) {
  const make = MAKERS[spec.type];
  if (!make) return h("span", { class: "unknown" }, `(${spec.type} is not shown here)`);
  const node = make(spec, at);
  Object.assign(node.dataset, { actionId: spec.action_id || "", blockId: at.blockId, type: spec.type });
  return node;
}

function button(spec, at) {
  const style = { primary: " button-primary", danger: " button-danger" }[spec.style] || "";
  const look = { class: `button${style}`, "aria-label": spec.accessibility_label };
  if (spec.url) return linkButton(spec, look);
  const node = h(
    "button",
    { type: "button", ...look },
    h("span", { class: "button-label" }, plain(spec.text)),
  );
  node.addEventListener("click", () => act(node, spec, { value: spec.value, text: spec.text }));
  return node;
}

/** Slack opens the address and still tells the app that it was pressed. */
function linkButton(spec, look) {
  const safe = /^https?:/i.test(spec.url) ? spec.url : undefined;
  const node = h(
    "a",
    { ...look, href: safe, target: "_blank", rel: "noopener noreferrer" },
    plain(spec.text),
  );
  node.addEventListener("click", () =>
    act(node, { ...spec, confirm: undefined }, { value: spec.value, text: spec.text }),
  );
  return node;
}

function overflow(spec) {
  const node = h(
    "button",
    { type: "button", class: "button button-icon", "aria-label": "More actions" },
    icon("more"),
  );
  return menuOn(node, "More actions", () =>
    spec.options.map((option) => ({
      label: plain(option.text),
      data: { value: option.value },
      run: () => act(node, spec, { selected_option: option }),
    })),
  );
}

function textInput(spec, at) {
  const limits = {
    minlength: spec.min_length,
    maxlength: spec.max_length,
    placeholder: plain(spec.placeholder),
    autofocus: spec.focus_on_load,
  };
  const node = spec.multiline
    ? h("textarea", { class: "field", rows: 4, ...limits }, spec.initial_value || "")
    : h("input", {
        class: "field",
        type: INPUT_TYPES[spec.type] || "text",
        value: spec.initial_value,
        ...limits,
      });
  readable(node, () => ({ value: node.value || null }));
  const fires = !at.quiet || at.dispatch;
  const when = spec.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  if (fires && when.includes("on_enter_pressed"))
    node.addEventListener("keydown", (event) => enter(event, node, spec));
  if (fires && when.includes("on_character_entered"))
    node.addEventListener("change", () => act(node, spec, valueOf(node)));
  return node;
}

function enter(event, node, spec) {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  act(node, spec, valueOf(node));
}

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url" };

function numberInput(spec, at) {
  const limits = { min: spec.min_value, max: spec.max_value, step: spec.is_decimal_allowed ? "any" : 1 };
  const look = {
    class: "field",
    type: "number",
    value: spec.initial_value,
    placeholder: plain(spec.placeholder),
  };
  const node = h("input", { ...look, ...limits, autofocus: spec.focus_on_load });
  readable(node, () => ({ value: node.value || null }));
  return at.quiet ? node : firing(node, spec, at);
}

function picker(type, key, initial) {
  return (spec, at) => {
    const label = at.label ? undefined : plain(spec.placeholder) || type;
    const node = h("input", {
      class: "field field-short",
      type,
      value: spec[initial],
      "aria-label": label,
      autofocus: spec.focus_on_load,
    });
    readable(node, () => ({ [key]: node.value || null }));
    return firing(node, spec, at);
  };
}

function momentPicker(spec, at) {
  const value = spec.initial_date_time && toWall(new Date(spec.initial_date_time * 1000));
  const node = h("input", {
    class: "field field-short",
    type: "datetime-local",
    value,
    "aria-label": at.label ? undefined : "Date and time",
  });
  readable(node, () => ({
    selected_date_time: node.value ? fromWall(Date.parse(`${node.value}Z`)) / 1000 : null,
  }));
  return firing(node, spec, at);
}

/** A picture is named, not fetched: the page asks nothing of the outside. */
function image(spec) {
  return h(
    "span",
    { class: "picture", role: "img", "aria-label": spec.alt_text || "Picture" },
    spec.alt_text || "Picture",
    hidden(" (picture)"),
  );
}

const MAKERS = {
  button,
  overflow,
  image,
  workflow_button: button,
  static_select: select(staticChoices, { key: "selected_option" }),
  external_select: lookedUp,
  users_select: select(userChoices, { key: "selected_user" }),
  channels_select: select(channelChoices, { key: "selected_channel" }),
  conversations_select: select(channelChoices, { key: "selected_conversation" }),
  multi_static_select: selectMany(staticChoices, { key: "selected_options" }),
  multi_users_select: selectMany(userChoices, { key: "selected_users" }),
  multi_channels_select: selectMany(channelChoices, { key: "selected_channels" }),
  multi_conversations_select: selectMany(channelChoices, { key: "selected_conversations" }),
  radio_buttons: radio,
  checkboxes: checks,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: numberInput,
  datepicker: picker("date", "selected_date", "initial_date"),
  timepicker: picker("time", "selected_time", "initial_time"),
  datetimepicker: momentPicker,
};
