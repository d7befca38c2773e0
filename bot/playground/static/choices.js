/** Choosing among options: select menus of every source, radio buttons and checkboxes. */

import { post } from "./api.js";
import { h, uid } from "./dom.js";
import { act } from "./interact.js";
import { plain, words } from "./text.js";
import { readable, valueOf } from "./values.js";
import { channelLabel, world } from "./world.js";

export function select(choices, { key }) {
  return (spec, at) => {
    const { groups, initial } = choices(spec);
    const all = groups.flatMap((group) => group.options);
    const placeholder = h("option", { value: "" }, plain(spec.placeholder) || "Choose…");
    const options = groups.map(({ label, options: some }) => {
      const nodes = some.map(({ value, text }) =>
        h("option", { value, selected: initial.includes(value) }, text),
      );
      return label ? h("optgroup", { label }, nodes) : nodes;
    });
    const look = {
      class: "field",
      "aria-label": at.label ? undefined : plain(spec.placeholder) || "Choose",
      autofocus: spec.focus_on_load,
    };
    const node = h("select", look, placeholder, options);
    readable(node, () => ({ [key]: all.find(({ value }) => value === node.value)?.gives || null }));
    return firing(node, spec, at);
  };
}

/** Several of many: boxes to tick, as a list box wants a held key for the second one and hides that from everybody. */
export function selectMany(choices, { key }) {
  return (spec, at) => {
    const { groups, initial } = choices(spec);
    const all = groups.flatMap((group) => group.options);
    const name = uid("choice");
    const rows = groups.flatMap(({ label, options }) => [
      label && h("p", { class: "choices-group" }, label),
      ...options.map(({ value, text }) =>
        choice(h("input", { type: "checkbox", name, value, checked: initial.includes(value) }), text),
      ),
    ]);
    const label = at.label || plain(spec.placeholder) || "Choose";
    const node = choiceSet("choices choices-many", label, rows);
    readable(node, () => {
      const chosen = new Set([...node.querySelectorAll("input:checked")].map((input) => input.value));
      return { [key]: all.filter(({ value }) => chosen.has(value)).map(({ gives }) => gives) };
    });
    return firing(node, spec, at);
  };
}

function choice(input, ...said) {
  return h("label", { class: "choice" }, input, h("span", {}, ...said));
}

function choiceSet(look, label, rows) {
  return h("fieldset", { class: look }, h("legend", { class: "hidden" }, label), rows);
}

/** A menu whose options the app looks up for each letter: a text field with suggestions. */
export function lookedUp(spec, at) {
  const list = h("datalist", { id: uid("options") });
  const input = h("input", {
    class: "field",
    list: list.id,
    autocomplete: "off",
    placeholder: plain(spec.placeholder) || "Type to look for one",
    "aria-label": at.label ? undefined : plain(spec.placeholder) || "Choose",
    value: spec.initial_option ? plain(spec.initial_option.text) : undefined,
    autofocus: spec.focus_on_load,
  });
  let known = spec.initial_option ? [spec.initial_option] : [];
  let asked = 0;
  const look = async () => {
    if (!list.isConnected) input.after(list);
    const { view_id: viewId } = JSON.parse(input.closest("[data-container]")?.dataset.container || "{}");
    const mine = ++asked;
    const question = { as: world.state.me, view_id: viewId, action_id: spec.action_id, typed: input.value };
    const { options } = await post("options", question).catch(() => ({ options: [] }));
    // An answer that was overtaken by the next letter is no use any more.
    if (mine !== asked) return;
    known = options;
    list.replaceChildren(...options.map((option) => h("option", { value: plain(option.text) })));
  };
  input.addEventListener("focus", look);
  input.addEventListener("input", look);
  readable(input, () => ({
    selected_option: known.find((option) => plain(option.text) === input.value) || null,
  }));
  return firing(input, spec, at);
}

export function staticChoices(spec) {
  const groups = spec.option_groups || [{ options: spec.options || [] }];
  const initial = spec.initial_options || [spec.initial_option];
  const shown = groups.map((group) => ({
    label: plain(group.label),
    options: group.options.map((option) => ({
      value: option.value,
      text: plain(option.text),
      gives: option,
    })),
  }));
  return { groups: shown, initial: initial.map((option) => option?.value) };
}

export function userChoices(spec) {
  const options = world.state.personas.map(({ id, name, real_name: real }) => ({
    value: id,
    text: real || name,
    gives: id,
  }));
  return { groups: [{ options }], initial: spec.initial_users || [spec.initial_user] };
}

export function channelChoices(spec) {
  const options = world.state.channels.map(({ id }) => ({ value: id, text: channelLabel(id), gives: id }));
  const first = spec.initial_channel || spec.initial_conversation;
  return { groups: [{ options }], initial: spec.initial_channels || spec.initial_conversations || [first] };
}

export function firing(node, spec, at) {
  if (!at.quiet) node.addEventListener("change", () => act(node, spec, valueOf(node)));
  return node;
}

function choiceList(type, initialOf, read) {
  return (spec, at) => {
    const name = uid("choice");
    const initial = initialOf(spec);
    const rows = spec.options.map((option) => {
      const input = h("input", { type, name, value: option.value, checked: initial.includes(option.value) });
      const more = option.description && h("span", { class: "choice-more" }, words(option.description));
      return choice(input, words(option.text), more);
    });
    const node = choiceSet("choices", at.label || "Choose", rows);
    readable(node, () => {
      const chosen = [...node.querySelectorAll("input:checked")].map((input) =>
        spec.options.find(({ value }) => value === input.value),
      );
      return read(chosen);
    });
    return firing(node, spec, at);
  };
}

export const radio = choiceList(
  "radio",
  (spec) => [spec.initial_option?.value],
  (chosen) => ({ selected_option: chosen[0] || null }),
);
export const checks = choiceList(
  "checkbox",
  (spec) => (spec.initial_options || []).map(({ value }) => value),
  (chosen) => ({ selected_options: chosen }),
);
