/** Slack's `rich_text` blocks → DOM nodes. */

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelMention, link, mention } from "./mrkdwn.js";
import { slackDate } from "./time.js";

const WRAPS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

export function richText(block) {
  return (block.elements || []).map(part);
}

function part(one) {
  if (one.type === "rich_text_list") return list(one);
  if (one.type === "rich_text_quote") return h("blockquote", {}, leaves(one));
  if (one.type === "rich_text_preformatted") return h("pre", {}, h("code", {}, leaves(one)));
  return h("div", {}, leaves(one));
}

function list(one) {
  const tag = one.style === "ordered" ? "ol" : "ul";
  const start = one.style === "ordered" && one.offset ? one.offset + 1 : undefined;
  return h(
    tag,
    { class: `indent-${Math.min(one.indent || 0, 4)}`, start },
    one.elements.map((item) => h("li", {}, leaves(item))),
  );
}

function leaves(one) {
  return (one.elements || []).map((leaf) => styled(leafNode(leaf), leaf.style));
}

function leafNode(leaf) {
  switch (leaf.type) {
    case "text":
      return lines(leaf.text);
    case "link":
      return link(leaf.url, leaf.text || leaf.url);
    case "user":
      return mention(leaf.user_id);
    case "channel":
      return channelMention(leaf.channel_id);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "broadcast":
      return h("span", { class: "mention mention-me" }, `@${leaf.range}`);
    case "emoji":
      return emoji(leaf.name) || `:${leaf.name}:`;
    case "date":
      return slackDate(leaf.timestamp, leaf.format || "{date}");
    default:
      return leaf.text || "";
  }
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function styled(node, style = {}) {
  return Object.keys(WRAPS)
    .filter((name) => style[name])
    .reduce((inner, name) => h(WRAPS[name], {}, inner), node);
}
