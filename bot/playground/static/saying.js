/** Sending what was typed: as a message that shows at once, or as a command. */

import { post } from "./api.js";
import { toSlack } from "./wording.js";
import { world } from "./world.js";

/**
 * Say it where `route` is, in `thread` if given. The words stand in `feed` before the answer comes;
 * if it never does, they stay there with the reason and a way to try again.
 */
export function say(typed, { feed, composer, route, thread, changed }) {
  const command = typed.match(/^(\/[\w-]+)\s*([\s\S]*)$/);
  if (command) return run(command, typed, { composer, route, changed });
  return sendMessage(typed, { feed, route, thread, changed });
}

async function sendMessage(typed, { feed, route, thread, changed }) {
  const again = () => sendMessage(typed, { feed, route, thread, changed });
  const waiting = feed.addPending(toSlack(typed), again);
  try {
    const { ts } = await post("post", {
      as: route.as,
      channel: route.channel,
      text: typed,
      thread_ts: thread || undefined,
    });
    feed.settle(waiting, ts);
    changed();
  } catch (error) {
    feed.fail(waiting, error.message);
  }
}

/** What the app answers comes as a message for oneself; only a refusal is told here, and the words come back. */
async function run([, command, text], typed, { composer, route, changed }) {
  const refuse = (words) => {
    composer.fill(typed);
    composer.complain(words);
  };
  if (!world.state.commands.some((one) => one.command === command)) {
    return refuse(`${command} is not a command here. Type / to see those there are.`);
  }
  try {
    await post("command", { as: route.as, channel: route.channel, command, text });
    return changed();
  } catch (error) {
    return refuse(`That did not go through: ${error.message}`);
  }
}
