/** Block Kit → DOM: the layout blocks of messages, forms and App Home. */

import { fragment, h, uid } from "./dom.js";
import { element } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { plain, words } from "./text.js";

/** All blocks of a surface. `container` goes along with every action from it. */
export function blocks(list) {
  return list.map((block, index) => layout(block, block.block_id || `block-${index}`));
}

function layout(block, blockId) {
  const make = LAYOUTS[block.type];
  const body = make
    ? make(block, blockId)
    : h("p", { class: "unknown" }, `(a ${block.type} block is not shown here)`);
  const node = h("div", { class: `block block-${block.type}`, data: { block: blockId } }, body);
  return node;
}

function section(block, blockId) {
  const text = block.text && h("div", { class: "text" }, words(block.text));
  const fields =
    block.fields &&
    h(
      "div",
      { class: "fields" },
      block.fields.map((field) => h("div", { class: "text" }, words(field))),
    );
  const aside = block.accessory && h("div", { class: "accessory" }, element(block.accessory, { blockId }));
  return h(
    "div",
    { class: aside ? "section section-with-accessory" : "section" },
    h("div", { class: "section-main" }, text, fields),
    aside,
  );
}

function context(block, blockId) {
  return block.elements.map((one) =>
    one.type === "image" ? element(one, { blockId }) : h("span", { class: "text" }, words(one)),
  );
}

function actions(block, blockId) {
  return block.elements.map((one) => element(one, { blockId }));
}

function input(block, blockId) {
  const spec = block.element;
  const label = plain(block.label);
  const control = element(spec, {
    blockId,
    label,
    quiet: !block.dispatch_action,
    dispatch: block.dispatch_action,
  });
  const grouped = control.tagName === "FIELDSET";
  const [hint, error] = [uid("hint"), uid("error")];
  control.id ||= uid("field");
  control.setAttribute("aria-describedby", `${hint} ${error}`);
  if (!block.optional && !grouped) control.setAttribute("aria-required", "true");
  const optional = block.optional && h("span", { class: "optional" }, " (optional)");
  return [
    grouped
      ? h("div", { class: "input-label", "aria-hidden": "true" }, label, optional)
      : h("label", { class: "input-label", for: control.id }, label, optional),
    control,
    h("p", { class: "input-hint", id: hint }, block.hint ? plain(block.hint) : null),
    h("p", { class: "input-error", id: error, data: { errorFor: blockId } }),
  ];
}

function image(block) {
  const title = block.title ? plain(block.title) : block.alt_text;
  return h(
    "figure",
    { class: "picture picture-large", role: "img", "aria-label": block.alt_text },
    h("figcaption", {}, title || "Picture"),
  );
}

function table(block) {
  const cell = (one, tag) => h(tag, {}, one?.type === "rich_text" ? richText(one) : one?.text || "");
  const [head, ...rows] = block.rows || [];
  const line = (row, tag) =>
    h(
      "tr",
      {},
      row.map((one) => cell(one, tag)),
    );
  return h(
    "div",
    { class: "table-scroll" },
    h(
      "table",
      {},
      h("thead", {}, head && line(head, "th")),
      h(
        "tbody",
        {},
        rows.map((row) => line(row, "td")),
      ),
    ),
  );
}

const LAYOUTS = {
  section,
  context,
  actions,
  input,
  image,
  table,
  divider: () => h("hr"),
  header: (block) =>
    h("div", { class: "header-text", role: "heading", "aria-level": "4" }, plain(block.text)),
  rich_text: (block) => h("div", { class: "text" }, richText(block)),
  markdown: (block) => h("div", { class: "text" }, markdown(block.text)),
  context_actions: actions,
};

/** A message's content: its blocks, else its text; then attachments with their coloured edge. */
export function content(message) {
  const body = message.blocks?.length
    ? blocks(message.blocks)
    : message.text && h("div", { class: "text" }, mrkdwn(message.text));
  return fragment(body, (message.attachments || []).map(attachment));
}

function attachment(one) {
  const body = one.blocks?.length
    ? blocks(one.blocks)
    : h("div", { class: "text" }, mrkdwn(one.text || one.fallback || ""));
  const node = h(
    "div",
    { class: "attachment" },
    one.pretext && h("div", { class: "text" }, mrkdwn(one.pretext)),
    one.title && h("strong", {}, one.title),
    body,
  );
  if (/^#?[0-9a-f]{6}$/i.test(one.color || ""))
    node.style.borderInlineStartColor = `#${one.color.replace("#", "")}`;
  return node;
}
