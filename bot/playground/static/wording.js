/** What people type ↔ how Slack stores it: `@ben` and `<@UBEN>`, `&` and `&amp;`, bare and wrapped links. */

import { decode } from "./mrkdwn.js";
import { handle } from "./composer.js";
import { channel, person, world } from "./world.js";

function names() {
  const { personas, bot } = world.state;
  const people = personas.map(({ id, name }) => [handle(name), id]);
  return new Map([...people, [handle(person(bot.id).name), bot.id]]);
}

/** As Slack's own client sends it: escaped, with mentions, channels and links made explicit. */
export function toSlack(typed) {
  const escaped = typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const known = names();
  return escaped
    .replace(/\bhttps?:\/\/[^\s|]*[^\s|.,;:!?)\]'"*_~]/g, (url) => `<${url}>`)
    .replace(/(^|[\s(])@([\w.]*\w)/g, (whole, before, name) =>
      known.has(name.toLowerCase()) ? `${before}<@${known.get(name.toLowerCase())}>` : whole,
    )
    .replace(/(^|[\s(])#([\w-]+)/g, (whole, before, name) => channelReference(name, before) || whole);
}

function channelReference(name, before) {
  const found = world.state.channels.find((one) => one.kind !== "dm" && one.name === name);
  return found && `${before}<#${found.id}|${found.name}>`;
}

/** Back into something one can edit. */
export function toTyped(text) {
  const plain = text.replace(/<([^<>\n]+)>/g, (_, body) => {
    const [target, label] = body.split("|");
    if (target.startsWith("@")) return `@${handleOf(target.slice(1), label)}`;
    if (target.startsWith("#")) return `#${channel(target.slice(1))?.name || label || target.slice(1)}`;
    return target;
  });
  return decode(plain);
}

function handleOf(id, label) {
  const known = person(id);
  return known.handle || label || handle(known.name);
}
