/** A list of messages that is redrawn only where it changed, and that never moves under the reader. */

import { h } from "./dom.js";
import { messageNode } from "./messages.js";
import { dateOf, dayKey, dayName } from "./time.js";
import { replaceKindly } from "./values.js";
import { now, world } from "./world.js";

const GROUP_WITHIN = 300;
const NEAR_BOTTOM = 80;

export class Feed {
  /** `place` is "channel" or "thread"; `empty()` makes what stands in a place without messages. */
  constructor(root, { place, handlers, empty }) {
    Object.assign(this, { root, place, handlers, empty });
    this.rows = new Map();
    this.pending = [];
    this.messages = [];
    this.jump = h(
      "button",
      { type: "button", class: "jump", hidden: true, onclick: () => this.toBottom() },
      "New messages below",
    );
    root.after(this.jump);
    root.addEventListener("scroll", () => this.nearBottom() && (this.jump.hidden = true), { passive: true });
    root.addEventListener("keydown", (event) => this.walk(event));
    root.addEventListener("focusin", (event) => this.arm(event.target));
    root.addEventListener("menuclosed", () => this.draw());
  }

  /** Show the messages of a place; `key` tells whether it is still the same place. */
  show(messages, { key, channel }) {
    const moved = key !== this.key;
    const stay = moved || this.nearBottom();
    const grew = this.messages.length && messages.length > this.messages.length;
    if (moved) this.clear(key);
    Object.assign(this, { messages, channel });
    this.settlePending();
    // A screen reader should hear new messages, not the whole history of a channel one turns to.
    this.root.setAttribute("aria-live", moved ? "off" : "polite");
    this.draw();
    if (stay) this.toBottom();
    else if (grew) this.jump.hidden = false;
  }

  clear(key) {
    this.key = key;
    this.rows.clear();
    this.root.replaceChildren();
    this.pending = [];
    this.jump.hidden = true;
  }

  draw() {
    const items = this.items();
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, row] of this.rows) if (!keys.has(key)) this.drop(key, row);
    let last = null;
    for (const item of items) {
      const node = this.row(item);
      const expected = last ? last.nextSibling : this.root.firstChild;
      if (node !== expected) this.root.insertBefore(node, expected);
      last = node;
    }
    this.rove();
  }

  row(item) {
    const known = this.rows.get(item.key);
    if (known && (known.sign === item.sign || isHeld(known.node))) return known.node;
    const node = item.make();
    if (known) replaceKindly(known.node, node);
    this.rows.set(item.key, { node, sign: item.sign });
    return node;
  }

  drop(key, row) {
    row.node.remove();
    this.rows.delete(key);
  }

  items() {
    const items = [];
    let before = null;
    const all = [...this.messages, ...this.pending.map((one) => one.message)];
    if (!all.length) return [{ key: "empty", sign: this.key, make: () => this.empty() }];
    for (const message of all) {
      const day = dayKey(dateOf(message.ts));
      const newDay = this.place === "channel" && (!before || dayKey(dateOf(before.ts)) !== day);
      if (newDay) items.push(dayItem(message, day));
      items.push(this.messageItem(message, !newDay && follows(before, message)));
      if (this.place === "thread" && !before && all.length > 1) items.push(replyCount(all.length - 1));
      // The first reply stands under a line of its own, so it always says who speaks.
      before = this.place === "thread" && message === all[0] ? { ts: message.ts } : message;
    }
    return items;
  }

  messageItem(message, grouped) {
    const { place, channel, handlers } = this;
    const waiting = this.pending.find((one) => one.message === message);
    if (waiting) return this.pendingItem(waiting, grouped);
    const sign = JSON.stringify([world.state.me, message, grouped]);
    return { key: message.ts, sign, make: () => messageNode(message, { place, channel, grouped, handlers }) };
  }

  // Own words appear at once and are matched with the real message when it comes.

  addPending(text, retry) {
    const after = this.messages.at(-1)?.ts || "0";
    const one = { message: { user: world.state.me, text, ts: String(now() / 1000) }, after, retry };
    this.pending.push(one);
    this.draw();
    this.toBottom();
    return one;
  }

  settle(one, ts) {
    one.ts = ts;
    this.settlePending();
    this.draw();
  }

  fail(one, reason) {
    one.failed = reason;
    this.draw();
  }

  settlePending() {
    const taken = new Set();
    this.pending = this.pending.filter((one) => {
      const match = this.messages.find((message) => !taken.has(message.ts) && isTheOne(message, one));
      if (match) taken.add(match.ts);
      return !match;
    });
  }

  pendingItem(one, grouped) {
    const make = () => {
      const node = messageNode(one.message, {
        place: this.place,
        channel: this.channel,
        grouped,
        handlers: this.handlers,
      });
      node.querySelector(".toolbar")?.remove();
      node.classList.add("message-pending");
      if (one.failed) node.querySelector(".message-main").append(this.failure(one));
      return node;
    };
    return { key: `pending-${one.message.ts}`, sign: `${grouped}${one.failed || ""}`, make };
  }

  failure(one) {
    const discard = () => {
      this.pending = this.pending.filter((other) => other !== one);
      this.draw();
    };
    const again = () => {
      discard();
      one.retry();
    };
    const button = (label, run) => h("button", { type: "button", class: "link", onclick: run }, label);
    return h(
      "p",
      { class: "block-error", role: "alert" },
      `Not sent: ${one.failed} `,
      button("Try again", again),
      " ",
      button("Discard", discard),
    );
  }

  // Scrolling and the keyboard

  nearBottom() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR_BOTTOM;
  }

  toBottom() {
    this.root.scrollTop = this.root.scrollHeight;
    this.jump.hidden = true;
  }

  /** One tab stop for the list; the arrow keys go from message to message. */
  rove() {
    const messages = [...this.root.querySelectorAll(".message")];
    if (messages.some((one) => one.tabIndex === 0 && one.contains(document.activeElement))) return;
    for (const one of messages) one.tabIndex = one === messages.at(-1) ? 0 : -1;
  }

  /** Tools are tab stops only from their own message, so that a long list is short to tab through. */
  arm(target) {
    const own = target.matches(".message") ? target.querySelector(".toolbar") : target.closest(".toolbar");
    for (const tool of this.root.querySelectorAll(".tool")) tool.tabIndex = own?.contains(tool) ? 0 : -1;
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".message")) return;
    const messages = [...this.root.querySelectorAll(".message")];
    const next = messages[messages.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    for (const one of messages) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  }
}

/** Someone is editing it or has one of its menus open. */
function isHeld(node) {
  return node.dataset.editing !== undefined || node.querySelector('[aria-expanded="true"]');
}

function follows(before, message) {
  if (!before || before.ephemeral || message.ephemeral || message.username !== before.username) return false;
  return (
    before.user === message.user &&
    before.bot_id === message.bot_id &&
    Number(message.ts) - Number(before.ts) < GROUP_WITHIN
  );
}

function isTheOne(message, { ts, after, message: sent }) {
  if (ts) return message.ts === ts;
  return message.user === sent.user && message.text === sent.text && message.ts > after;
}

function dayItem(message, day) {
  const name = dayName(dateOf(message.ts));
  return {
    key: `day-${day}`,
    sign: name,
    make: () => h("div", { class: "day", role: "separator" }, h("span", {}, name)),
  };
}

function replyCount(count) {
  const words = count === 1 ? "1 reply" : `${count} replies`;
  return {
    key: "reply-count",
    sign: words,
    make: () => h("div", { class: "day day-left", role: "separator" }, h("span", {}, words)),
  };
}
