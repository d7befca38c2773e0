/** Pressing something in a message or view: ask first if wanted, show that it is under way, say what went wrong. */

import { post } from "./api.js";
import { h } from "./dom.js";
import { confirmFirst } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { collect } from "./values.js";
import { world } from "./world.js";

let changed = () => {};

/** Who to tell once an action went through, so that the page looks again at once. */
export function afterActions(listener) {
  changed = listener;
}

/**
 * Fire one block action. `spec` is the element as Slack describes it, `value` what it stands for now.
 * Returns whether it was sent.
 */
export async function act(node, spec, value) {
  if (spec.confirm && !(await confirmFirst(question(spec.confirm)))) return false;
  const surface = node.closest("[data-container]");
  const { blockId } = node.dataset;
  const action = { action_id: spec.action_id, block_id: blockId, type: spec.type, ...value };
  const body = {
    as: world.state.me,
    container: JSON.parse(surface.dataset.container),
    action,
    state: collect(surface),
  };
  return during(node, async () => {
    await post("action", body);
    changed();
  });
}

function question(confirm) {
  return {
    title: confirm.title?.text || "Are you sure?",
    text: mrkdwn(confirm.text?.text || ""),
    yes: confirm.confirm?.text || "Yes",
    no: confirm.deny?.text || "Cancel",
    danger: confirm.style === "danger",
  };
}

/**
 * Hold the controls of a block while something is under way, and put an error beneath it in words.
 * The pressed button stays focusable, so that the keyboard does not lose its place; it just does nothing.
 */
export async function during(node, work) {
  if (node.getAttribute("aria-busy")) return false;
  const block = node.closest(".block") || node.parentElement;
  block.querySelector(":scope > .block-error")?.remove();
  const release = hold(node, block);
  try {
    await work();
    return true;
  } catch (error) {
    const words = `That did not go through: ${error.message}`;
    block.append(h("p", { class: "block-error", role: "alert" }, words));
    return false;
  } finally {
    release();
  }
}

function hold(node, block) {
  const all = [...block.querySelectorAll("button, select, input, textarea")];
  const controls = all.filter((one) => !one.disabled && !(one === node && one.matches("button")));
  const focused = document.activeElement;
  node.setAttribute("aria-busy", "true");
  node.setAttribute("aria-disabled", "true");
  for (const control of controls) control.disabled = true;
  return () => {
    node.removeAttribute("aria-busy");
    node.removeAttribute("aria-disabled");
    for (const control of controls) control.disabled = false;
    if (controls.includes(focused) && focused.isConnected) focused.focus({ preventScroll: true });
  };
}
