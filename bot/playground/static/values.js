/** The values of inputs: reading them for Slack's `state`, and carrying half-typed ones over a redraw. */

const readers = new WeakMap();

/** Remember how to read a control; `data-action-id` and `data-block-id` say where its value belongs. */
export function readable(node, read) {
  readers.set(node, read);
  node.addEventListener("input", () => markTouched(node));
  node.addEventListener("change", () => markTouched(node));
  return node;
}

function markTouched(node) {
  node.dataset.touched = "";
}

/** What the control says now, as Slack writes it. */
export function valueOf(node) {
  return readers.get(node)?.() || {};
}

/** All inputs beneath as Slack's `state.values`: {block_id: {action_id: {type, …}}}. */
export function collect(root) {
  const state = {};
  for (const node of root.querySelectorAll("[data-action-id]")) {
    if (!readers.has(node)) continue;
    const { blockId, actionId, type } = node.dataset;
    state[blockId] = { ...state[blockId], [actionId]: { type, ...valueOf(node) } };
  }
  return state;
}

function address(node) {
  return `${node.dataset.blockId}/${node.dataset.actionId}`;
}

function fields(node) {
  return node.matches("input, select, textarea") ? [node] : [...node.querySelectorAll("input")];
}

/** Put `after` where `before` stands. A redraw must not cost anyone a word, nor their place. */
export function replaceKindly(before, after) {
  const focus = focusWithin(before);
  for (const node of before.querySelectorAll("[data-touched]")) {
    const next = twin(node, after);
    if (next && next.dataset.type === node.dataset.type) copyValue(node, next);
  }
  before.replaceWith(after);
  if (focus) refocus(focus, after);
}

/** The same control in the new drawing: by its address, or for our own buttons by what they are called. */
function twin(node, root) {
  const control = node.closest("[data-action-id]");
  if (control) {
    const all = [...root.querySelectorAll("[data-action-id]")];
    return all.find((one) => address(one) === address(control));
  }
  const label = node.getAttribute("aria-label");
  return label && root.querySelector(`button[aria-label="${CSS.escape(label)}"]`);
}

function copyValue(from, to) {
  to.dataset.touched = "";
  const targets = fields(to);
  for (const field of fields(from)) {
    const checkable = field.type === "radio" || field.type === "checkbox";
    const match = checkable ? targets.find((one) => one.value === field.value) : targets[0];
    if (!match) continue;
    if (checkable) match.checked = field.checked;
    else match.value = field.value;
  }
}

function focusWithin(root) {
  const node = document.activeElement;
  if (!root.contains(node)) return null;
  const typing = node.matches("textarea, input[type=text]");
  return { node, selection: typing ? [node.selectionStart, node.selectionEnd] : null };
}

function refocus({ node, selection }, root) {
  const next = twin(node, root);
  const field = next && fields(next).find((one) => one.value === node.value);
  const target = field || next || (root.matches("[tabindex]") ? root : null);
  target?.focus({ preventScroll: true });
  if (selection && target?.setSelectionRange) target.setSelectionRange(...selection);
}
