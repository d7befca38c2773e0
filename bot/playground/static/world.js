/** What the page knows of the workspace: people, channels, the bot, and the clock that can be moved. */

export const world = { state: null, clockAhead: 0 };

/** Take a fresh state in; the clock is kept as a distance from this computer's own. */
export function learn(state) {
  world.state = state;
  world.clockAhead = Date.parse(state.clock.now) - Date.now();
}

export function now() {
  return new Date(Date.now() + world.clockAhead);
}

export function me() {
  return person(world.state.me);
}

/** Anyone by id; an unknown id still gets a readable stand-in. */
export function person(id) {
  const { personas, bot } = world.state;
  if (bot && (id === bot.id || id === bot.user_id || id === bot.bot_id)) {
    return { id, name: bot.real_name || bot.name, initials: "=", bot: true, tz: me().tz };
  }
  const known = personas.find((persona) => persona.id === id);
  if (!known) return { id, name: id || "someone", initials: "?", tz: "UTC" };
  return { ...known, name: known.real_name || known.name, handle: known.name, color: known.avatar_color };
}

/** Who wrote a message; the bot may speak under a name of its own choosing. */
export function author(message) {
  const fromBot = message.bot_id || message.user === world.state.bot.id || message.subtype === "bot_message";
  if (!fromBot) return person(message.user);
  const bot = person(world.state.bot.id);
  return { ...bot, name: message.username || bot.name };
}

export function channel(id) {
  return world.state.channels.find((one) => one.id === id) || null;
}

/** "#help" for a channel, the other person's name for a direct message. */
export function channelLabel(id) {
  const one = channel(id);
  if (!one) return "";
  return one.kind === "dm" ? person(one.user).name : `#${one.name}`;
}

export function isHelpChannel(one) {
  if (!one) return false;
  return one.kind === "dm" ? one.user === world.state.bot.id : /(^|-)help/.test(one.name);
}
