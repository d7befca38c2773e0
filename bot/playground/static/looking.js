/** One look at the local Slack: everything that is on show at a place, fetched side by side. */

import { get } from "./api.js";
import { world } from "./world.js";

/** An id in the address may be from another workspace; then anyone will do. */
async function stateFor(as) {
  try {
    return await get("state", { as });
  } catch (error) {
    if (error.code === "unreachable" || !as) throw error;
    return get("state");
  }
}

/** What this persona may not see, or what is gone, is simply not there. */
async function ifThere(request) {
  try {
    return await request;
  } catch (error) {
    if (error.code === "unreachable") throw error;
    return null;
  }
}

function isKnown(as, channel) {
  const { state } = world;
  return state?.me === as && (!channel || state.channels.some(({ id }) => id === channel));
}

/** {state, views, home, messages, replies}; undefined where the place has no such thing, null where it is gone. */
export async function look({ as, channel, thread, home }) {
  const list = (given) =>
    ifThere(get("messages", { as, channel, ...given })).then((found) => found && found.messages);
  // Whether this persona may look into a channel is asked before looking.
  const first = isKnown(as, channel) ? null : await stateFor(as);
  const chat = as && !home && (first || world.state).channels.some(({ id }) => id === channel);
  const [state, views, view, messages, replies] = await Promise.all([
    first || stateFor(as),
    as ? ifThere(get("view", { as })) : undefined,
    as && home ? ifThere(get("home", { as })) : undefined,
    chat ? list({}) : undefined,
    chat && thread ? list({ thread_ts: thread }) : undefined,
  ]);
  return { state, views: views?.views || [], home: view && (view.view ?? null), messages, replies };
}

export function explanation({ channel, ts }) {
  return ifThere(get("explain", { channel, ts }));
}
