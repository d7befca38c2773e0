/** Slack's mrkdwn → DOM nodes. Built node by node: whatever people write can never become HTML. */

import { fragment, h } from "./dom.js";
import { emoji } from "./emoji.js";
import { slackDate } from "./time.js";
import { channel, person, world } from "./world.js";

const ENTITIES = { amp: "&", lt: "<", gt: ">" };
const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

export function decode(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ENTITIES[name]);
}

/** A whole message: fences, quotes, lists and lines. */
export function mrkdwn(text) {
  const out = fragment();
  const fence = /```\n?([\s\S]*?)\n?```/g;
  let start = 0;
  for (const match of text.matchAll(fence)) {
    paragraphs(text.slice(start, match.index).replace(/\n$/, ""), out);
    out.append(h("pre", {}, h("code", {}, codeText(match[1]))));
    start = match.index + match[0].length;
  }
  paragraphs(text.slice(start).replace(start ? /^\n/ : /^$/, ""), out);
  return out;
}

const QUOTE = /^(?:&gt;|>)\s?(.*)$/;
const BULLET = /^(\s*)[•◦▪-]\s+(.*)$/;
const NUMBER = /^\s*(\d{1,3})[.)]\s+(.*)$/;

function kindOf(line, next, previous) {
  if (QUOTE.test(line)) return "quote";
  if (BULLET.test(line)) return "bullet";
  // "1. " alone is more often a sentence than a list.
  if (NUMBER.test(line) && (NUMBER.test(next || "") || NUMBER.test(previous || ""))) return "number";
  return "text";
}

function paragraphs(text, out) {
  if (!text) return;
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const kind = kindOf(lines[at], lines[at + 1], lines[at - 1]);
    let end = at + 1;
    while (end < lines.length && kindOf(lines[end], lines[end + 1], lines[end - 1]) === kind) end += 1;
    out.append(run(kind, lines.slice(at, end), at > 0, end < lines.length));
    at = end;
  }
}

function run(kind, lines, follows, continues) {
  if (kind === "quote")
    return h("blockquote", {}, inline(lines.map((line) => line.match(QUOTE)[1]).join("\n")));
  if (kind === "bullet")
    return h(
      "ul",
      {},
      lines.map((line) => h("li", {}, inline(line.match(BULLET)[2]))),
    );
  if (kind === "number") {
    const items = lines.map((line) => line.match(NUMBER));
    return h(
      "ol",
      {},
      items.map(([, number, body]) => h("li", { value: number }, inline(body))),
    );
  }
  // Quotes and lists bring their own line breaks: an empty line beside them would double the gap.
  let body = lines.join("\n");
  if (follows) body = body.replace(/^\n/, "");
  if (continues) body = body.replace(/\n$/, "");
  return inline(body);
}

/** One run of text: links, mentions, code, emoji and styles. */
export function inline(text) {
  const out = fragment();
  let plain = "";
  const flush = () => {
    if (plain) out.append(plain);
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = special(text, at);
    if (found) {
      flush();
      out.append(found.node);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function special(text, at) {
  const mark = text[at];
  const rest = () => text.slice(at);
  if (mark === "\n") return { node: h("br"), length: 1 };
  if (mark === "<") return matched(rest(), /^<([^<>\n]+)>/, (body) => entity(body));
  if (mark === "`") return matched(rest(), /^`([^`\n]+)`/, (body) => h("code", {}, codeText(body)));
  if (mark === "&") return matched(rest(), /^&(amp|lt|gt);/, (name) => ENTITIES[name]);
  if (mark === ":") return matched(rest(), /^:([a-z0-9_+'-]+)(?:::skin-tone-\d)?:/, emojiNode);
  if (mark in STYLES) return styled(text, at, mark);
  if (mark === "h" && !WORD.test(text[at - 1] || "")) {
    return matched(rest(), /^(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_~])/, (url) => link(url, decode(url)));
  }
  return null;
}

function matched(text, pattern, make) {
  const match = text.match(pattern);
  const node = match && make(match[1]);
  return node ? { node, length: match[0].length } : null;
}

/** `*bold*` counts only around whole words, so that 2*3*4 and snake_case stay as they are. */
function styled(text, at, mark) {
  if (WORD.test(text[at - 1] || "") || /\s/.test(text[at + 1] || " ") || text[at + 1] === mark) return null;
  for (let end = at + 2; end < text.length && text[end] !== "\n"; end += 1) {
    const closes = text[end] === mark && !/\s/.test(text[end - 1]) && !WORD.test(text[end + 1] || "");
    if (closes) return { node: h(STYLES[mark], {}, inline(text.slice(at + 1, end))), length: end - at + 1 };
  }
  return null;
}

function emojiNode(code) {
  const character = emoji(code);
  return (
    character &&
    h(
      "span",
      { class: "emoji", role: "img", "aria-label": code.replaceAll("_", " "), title: `:${code}:` },
      character,
    )
  );
}

function codeText(text) {
  return decode(text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label || target));
}

/** What stands between `<` and `>`. */
function entity(body) {
  const [target, label] = splitOnce(body, "|");
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  // Brackets around anything else were not meant as a link: they are shown as they came.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return decode(`<${body}>`);
  return link(target, decode(label || target.replace(/^mailto:/, "")));
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

export function mention(id, label = "") {
  const known = person(id);
  const name = known.name === id && label ? decode(label) : known.name;
  return h("span", { class: id === world.state.me ? "mention mention-me" : "mention" }, `@${name}`);
}

export function channelMention(id, label = "") {
  const known = channel(id);
  const name = known ? known.name : decode(label) || id;
  if (!known) return h("span", { class: "mention" }, `#${name}`);
  return h(
    "button",
    { type: "button", class: "mention mention-channel", data: { openChannel: id } },
    `#${name}`,
  );
}

function broadcast(body, label) {
  const [name] = body.split("^");
  if (name === "subteam") return h("span", { class: "mention" }, decode(label) || "@group");
  return h("span", { class: "mention mention-me" }, `@${decode(label).replace(/^@/, "") || name}`);
}

function date(target, label) {
  const [, seconds, pattern] = target.split("^");
  return /^\d+$/.test(seconds || "") && pattern
    ? slackDate(seconds, decode(pattern))
    : decode(label) || target;
}

/** Only addresses that cannot run anything become links; others stay text. */
export function link(address, text) {
  const href = decode(address);
  if (!/^(https?:|mailto:|tel:)/i.test(href)) return text === href ? text : `${text} (${href})`;
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}
