/** The `markdown` block holds ordinary Markdown; the parts that articles use, as DOM nodes. */

import { fragment, h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const BLOCKS = [
  { kind: "fence", test: /^```/ },
  { kind: "heading", test: /^(#{1,6})\s+(.*)$/ },
  { kind: "rule", test: /^(?:---+|\*\*\*+)\s*$/ },
  { kind: "quote", test: /^>\s?(.*)$/ },
  { kind: "bullet", test: /^\s*[-*+]\s+(.*)$/ },
  { kind: "number", test: /^\s*\d+[.)]\s+(.*)$/ },
  { kind: "blank", test: /^\s*$/ },
];

function kindOf(line) {
  return BLOCKS.find(({ test }) => test.test(line))?.kind || "text";
}

function stripped(kind, line) {
  return line.match(BLOCKS.find((one) => one.kind === kind).test)[1];
}

export function markdown(source) {
  const out = fragment();
  const lines = source.split("\n");
  for (let at = 0; at < lines.length;) {
    const kind = kindOf(lines[at]);
    let end = at + 1;
    if (kind === "fence") {
      while (end < lines.length && !lines[end].startsWith("```")) end += 1;
      out.append(h("pre", {}, h("code", {}, lines.slice(at + 1, end).join("\n"))));
      end += 1;
    } else {
      if (kind !== "heading" && kind !== "rule")
        while (end < lines.length && kindOf(lines[end]) === kind) end += 1;
      out.append(block(kind, lines.slice(at, end)));
    }
    at = end;
  }
  return out;
}

function block(kind, lines) {
  const rest = () => lines.map((line) => stripped(kind, line));
  switch (kind) {
    case "heading":
      return h("p", { class: "markdown-heading" }, inline(lines[0].replace(/^#+\s+/, "")));
    case "rule":
      return h("hr");
    case "quote":
      return h("blockquote", {}, inline(rest().join("\n")));
    case "bullet":
      return h(
        "ul",
        {},
        rest().map((line) => h("li", {}, inline(line))),
      );
    case "number":
      return h(
        "ol",
        {},
        rest().map((line) => h("li", {}, inline(line))),
      );
    case "blank":
      return "";
    default:
      return h("p", {}, inline(lines.join("\n")));
  }
}

const INLINE = [
  [/`([^`\n]+)`/, ([, code]) => h("code", {}, code)],
  [/\*\*(\S(?:[^\n]*?\S)?)\*\*/, ([, body]) => h("strong", {}, inline(body))],
  [/~~(\S(?:[^\n]*?\S)?)~~/, ([, body]) => h("s", {}, inline(body))],
  [/!?\[([^\]\n]+)\]\(([^)\s]+)\)/, ([, label, address]) => link(address, label)],
  [/(?<![\w*])[*_](\S(?:[^\n]*?\S)?)[*_](?![\w*])/, ([, body]) => h("em", {}, inline(body))],
  [/(https?:\/\/[^\s<>]*[^\s<>.,;:!?)])/, ([, address]) => link(address, address)],
  [/\n/, () => h("br")],
];

/** The leftmost pattern wins; what lies before it is text, what lies behind is read on. */
function inline(text) {
  const out = fragment();
  let rest = text;
  while (rest) {
    const hits = INLINE.map(([pattern, make]) => ({ match: rest.match(pattern), make })).filter(
      ({ match }) => match,
    );
    if (!hits.length) break;
    const first = hits.reduce((best, hit) => (hit.match.index < best.match.index ? hit : best));
    out.append(withEmoji(rest.slice(0, first.match.index)), first.make(first.match));
    rest = rest.slice(first.match.index + first.match[0].length);
  }
  out.append(withEmoji(rest));
  return out;
}
