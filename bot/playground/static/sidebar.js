/** The left column: who one is, what time it is, and where one can go. */

import { h, hidden, icon } from "./dom.js";
import { avatar } from "./messages.js";
import { longNow, secondsToMorning, span } from "./time.js";
import { channelLabel, person, world } from "./world.js";

const JUMPS = [
  { label: "+15 min", testid: "clock-15", seconds: () => 900 },
  { label: "+1 h", testid: "clock-60", seconds: () => 3600 },
  { label: "Next morning, 09:00", testid: "clock-morning", seconds: secondsToMorning },
];

export class Sidebar {
  constructor(root, handlers) {
    this.handlers = handlers;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.parts = {
      team: part("team"),
      personas: part("personas"),
      clock: part("clock"),
      places: part("places"),
    };
    this.signs = {};
    setInterval(() => world.state && this.tick(), 1000);
  }

  show(route) {
    const { team, personas, me, clock, channels, bot } = world.state;
    this.parts.team.textContent = team.name;
    this.redraw("personas", [personas, me], () => this.personas());
    this.redraw("clock", [clock.offset_seconds, me], () => this.clock());
    this.redraw("places", [channels, personas, me, bot, route], () => this.places(route));
    this.tick();
  }

  /** Redraw a part only if it changed, and leave the focus where it was. */
  redraw(name, facts, make) {
    const sign = JSON.stringify(facts);
    if (this.signs[name] === sign) return;
    this.signs[name] = sign;
    const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
    const held = this.parts[name].contains(document.activeElement);
    this.parts[name].replaceChildren(...make());
    if (held && focused) this.parts[name].querySelector(`[data-key="${focused}"]`)?.focus();
  }

  personas() {
    return world.state.personas.map((one) => {
      const pick = () => this.handlers.become(one.id);
      const radio = h("input", {
        type: "radio",
        name: "persona",
        value: one.id,
        checked: one.id === world.state.me,
        onchange: pick,
        data: { key: one.id },
      });
      const name = one.real_name || one.name;
      const words = h(
        "span",
        { class: "persona-words" },
        h("span", { class: "persona-name" }, name),
        h("span", { class: "muted" }, `${one.role}, ${city(one.tz)}`),
      );
      return h(
        "label",
        { class: "persona", data: { user: one.id, testid: "persona" } },
        radio,
        avatar(person(one.id)),
        words,
      );
    });
  }

  clock() {
    const ahead = world.state.clock.offset_seconds;
    const moved = ahead >= 60 ? `Moved forward ${span(ahead)}` : "The real time, until you move it";
    const buttons = JUMPS.map(({ label, testid, seconds }) =>
      h(
        "button",
        {
          type: "button",
          class: "button button-small",
          data: { testid, key: testid },
          onclick: (event) => this.handlers.advance(seconds(), event.currentTarget),
        },
        label,
      ),
    );
    this.face = h("time", { class: "clock-face", data: { testid: "clock" } });
    return [
      this.face,
      h("p", { class: "muted clock-moved" }, moved),
      h("div", { class: "clock-jumps" }, buttons),
    ];
  }

  tick() {
    if (!this.face) return;
    const words = longNow();
    if (this.face.textContent !== words) this.face.textContent = words;
    this.face.title = world.state.personas.find(({ id }) => id === world.state.me)?.tz || "";
  }

  places(route) {
    const { channels, bot } = world.state;
    const rooms = channels.filter(({ kind }) => kind !== "dm");
    const home = this.place({
      key: "home",
      label: `${person(bot.id).name} Home`,
      face: icon("home"),
      current: route.home,
      go: () => this.handlers.openHome(),
      testid: "home",
    });
    return [
      h("ul", { class: "places" }, home),
      h("h2", {}, "Channels"),
      h(
        "ul",
        { class: "places" },
        rooms.map((one) => this.channelRow(one, route)),
      ),
      h("h2", {}, "Direct messages"),
      h(
        "ul",
        { class: "places" },
        this.people().map((id) => this.personRow(id, route)),
      ),
    ];
  }

  people() {
    const { personas, bot, me } = world.state;
    return [bot.id, ...personas.map(({ id }) => id).filter((id) => id !== me)];
  }

  channelRow(one, route) {
    const current = !route.home && route.channel === one.id;
    const face = one.is_private ? icon("lock") : h("span", { class: "hash", "aria-hidden": "true" }, "#");
    return this.place({
      key: one.id,
      label: one.name,
      face,
      current,
      unread: current ? 0 : one.unread,
      faded: one.is_member === false,
      go: () => this.handlers.openChannel(one.id),
      data: { channel: one.id },
    });
  }

  personRow(id, route) {
    const dm = world.state.channels.find((one) => one.kind === "dm" && one.user === id);
    const current = !route.home && Boolean(dm) && route.channel === dm.id;
    const go = () => (dm ? this.handlers.openChannel(dm.id) : this.handlers.openDm(id));
    return this.place({
      key: `dm-${id}`,
      label: person(id).name,
      face: avatar(person(id)),
      current,
      unread: current ? 0 : dm?.unread,
      go,
      data: { dm: id, channel: dm?.id },
      badge: person(id).bot,
    });
  }

  place({ key, label, face, current, unread, faded, go, testid, data, badge }) {
    const look = `place${unread ? " place-unread" : ""}${faded ? " place-faded" : ""}`;
    const mark = unread
      ? [h("span", { class: "unread", "aria-hidden": "true" }, unread), hidden(`, ${unread} unread`)]
      : null;
    const props = {
      type: "button",
      class: look,
      "aria-current": current ? "page" : undefined,
      data: { key, testid, ...data },
      onclick: go,
    };
    return h(
      "li",
      {},
      h(
        "button",
        props,
        face,
        h("span", { class: "place-name" }, label),
        badge && h("span", { class: "badge" }, "APP"),
        mark,
      ),
    );
  }
}

function city(zone) {
  return (zone || "UTC").split("/").at(-1).replaceAll("_", " ");
}

/** The words of a place for titles and prompts. */
export function placeName(route) {
  return route.home ? "Home" : channelLabel(route.channel) || "Playground";
}
