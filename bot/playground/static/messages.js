/** One message: who, when, what, and what one can do with it. */

import { content } from "./blocks.js";
import { h, hidden, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { menuOn } from "./menu.js";
import { clockTime, dateOf, dayAndTime, exact, timeTag } from "./time.js";
import { author, person, world } from "./world.js";

const QUICK = [
  { name: "ticket", label: "Make it a ticket with :ticket:" },
  { name: "eyes", label: "React with :eyes:" },
  { name: "white_check_mark", label: "React with :white_check_mark:" },
];

/** Initials on the person's colour; the bot has its two even bars. */
export function avatar(someone) {
  if (someone.bot) return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" });
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, someone.initials);
  if (someone.color) {
    node.style.backgroundColor = someone.color;
    node.classList.toggle("avatar-light", isLight(someone.color));
  }
  return node;
}

/** Whether dark initials read better on a colour, by its relative luminance. */
function isLight(color) {
  const channels = color.match(/[0-9a-f]{2}/gi)?.map((hex) => parseInt(hex, 16) / 255) || [0, 0, 0];
  const [red, green, blue] = channels.map((one) =>
    one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
}

export function isMine(message) {
  return message.user === world.state.me && !message.bot_id && message.subtype !== "tombstone";
}

/**
 * The node of a message. `place` is "channel" or "thread"; `grouped` leaves out the name when the
 * message follows one of the same person; `handlers` does what its buttons say.
 */
export function messageNode(message, { place, channel, grouped, handlers }) {
  const someone = author(message);
  const container = JSON.stringify({ type: "message", channel, ts: message.ts });
  const look = `message${grouped ? " message-grouped" : ""}${message.ephemeral ? " message-ephemeral" : ""}`;
  const node = h("article", {
    class: look,
    tabindex: "-1",
    "aria-label": `${someone.name}, ${clockTime(dateOf(message.ts))}`,
    data: { ts: message.ts, testid: "message", container },
  });
  const body = h("div", { class: "message-body" }, content(message), message.edited && !message.blocks?.length && edited(message));
  node.append(
    grouped ? h("span", { class: "message-gutter" }, timeTag(dateOf(message.ts))) : avatar(someone),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral && onlyYou(),
      !grouped && byline(message, someone),
      body,
      footer(message, { place, channel, handlers }),
    ),
  );
  // First in the tab order: from the message one reaches its tools, while its links and buttons stay one step each.
  if (message.subtype !== "tombstone") node.prepend(toolbar(message, node, { place, channel, handlers }));
  return node;
}

function onlyYou() {
  return h("p", { class: "only-you" }, icon("eye"), "Only visible to you");
}

function byline(message, someone) {
  const badge = someone.bot && h("span", { class: "badge" }, "APP");
  return h(
    "header",
    { class: "byline" },
    h("span", { class: "name" }, someone.name),
    badge,
    timeTag(dateOf(message.ts)),
    message.edited && message.blocks?.length > 0 && edited(message),
  );
}

function edited(message) {
  const title = message.edited.ts ? exact(dateOf(message.edited.ts)) : undefined;
  return h("span", { class: "edited", title }, "(edited)");
}

function footer(message, { place, channel, handlers }) {
  const reactions = (message.reactions || []).map((one) => reactionButton(message, one, channel, handlers));
  const parts = [reactions.length > 0 && h("div", { class: "reactions" }, reactions)];
  if (place === "channel" && message.reply_count) parts.push(replies(message, channel, handlers));
  return parts;
}

function reactionButton(message, { name, users, count }, channel, handlers) {
  const mine = users.includes(world.state.me);
  const names = users.map((id) => person(id).name).join(", ");
  const look = {
    type: "button",
    class: "reaction",
    title: `${names} · :${name}:`,
    "aria-pressed": String(mine),
    data: { reaction: name },
  };
  const press = () => handlers.react(channel, message.ts, name);
  return h(
    "button",
    { ...look, onclick: press },
    emoji(name) || `:${name}:`,
    h("span", { class: "count" }, count),
    hidden(` ${name.replaceAll("_", " ")}, by ${names}`),
  );
}

function replies(message, channel, handlers) {
  const count = message.reply_count;
  const last =
    message.latest_reply &&
    h(
      "span",
      { class: "muted" },
      "last ",
      timeTag(dateOf(message.latest_reply), dayAndTime(dateOf(message.latest_reply))),
    );
  const faces = (message.reply_users || []).slice(0, 3).map((id) => avatar(person(id)));
  const open = () => handlers.openThread(channel, message.ts);
  return h(
    "button",
    { type: "button", class: "replies", data: { testid: "replies" }, onclick: open },
    faces,
    h("span", { class: "replies-count" }, count === 1 ? "1 reply" : `${count} replies`),
    last,
  );
}

function toolbar(message, node, { place, channel, handlers }) {
  const bar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
  const tool = (label, face, run, data) =>
    h(
      "button",
      {
        type: "button",
        class: "tool",
        tabindex: "-1",
        "aria-label": label,
        title: label,
        data,
        onclick: run,
      },
      face,
    );
  if (!message.ephemeral) {
    bar.append(
      ...QUICK.map(({ name, label }) =>
        tool(label, emoji(name), () => handlers.react(channel, message.ts, name), { react: name }),
      ),
    );
    if (place === "channel")
      bar.append(
        tool(
          "Reply in thread",
          icon("reply"),
          () => handlers.openThread(channel, message.thread_ts || message.ts, true),
          { testid: "reply" },
        ),
      );
  }
  bar.append(
    tool("Why this answer", icon("why"), () => handlers.explain(channel, message.ts), { testid: "explain" }),
  );
  const entries = () => moreEntries(message, node, channel, handlers);
  if (entries().length)
    bar.append(
      menuOn(tool("More actions", icon("more"), null, { testid: "more" }), "Message actions", entries),
    );
  return bar;
}

function moreEntries(message, node, channel, handlers) {
  if (message.ephemeral) return [];
  const shortcuts = world.state.shortcuts.filter(({ type }) => type === "message");
  const entries = shortcuts.map(({ callback_id: id, name }) => ({
    label: name,
    data: { shortcut: id },
    run: () => handlers.shortcut(id, channel, message.ts),
  }));
  if (!isMine(message)) return entries;
  return [
    ...entries,
    { label: "Edit message", data: { testid: "edit" }, run: () => handlers.edit(node, message, channel) },
    {
      label: "Delete message",
      data: { testid: "delete" },
      danger: true,
      run: () => handlers.remove(channel, message),
    },
  ];
}
