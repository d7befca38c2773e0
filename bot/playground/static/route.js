/** Where one is, kept in the address: a reload or a shared link shows the same place. */

const KEYS = { as: "as", channel: "c", thread: "t", home: "home" };

export function readRoute() {
  const given = new URLSearchParams(location.hash.slice(1));
  return {
    as: given.get(KEYS.as),
    channel: given.get(KEYS.channel),
    thread: given.get(KEYS.thread),
    home: given.has(KEYS.home),
  };
}

export function writeRoute(route, { replace = false } = {}) {
  const params = new URLSearchParams();
  for (const name of ["as", "channel", "thread"]) if (route[name]) params.set(KEYS[name], route[name]);
  if (route.home) params.set(KEYS.home, "1");
  const hash = `#${params}`;
  if (hash === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", hash);
}

/** Back and forward in the browser. */
export function onRoute(listener) {
  window.addEventListener("popstate", () => listener(readRoute()));
}

/** Where a link to a message of this workspace leads: {channel, thread}; null for any other address. */
export function permalink(address) {
  if (!address) return null;
  const { port, pathname, searchParams } = new URL(address);
  const [, id, seconds, counter] = pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/) || [];
  if (port !== location.port || !id) return null;
  return { channel: id, thread: searchParams.get("thread_ts") || `${seconds}.${counter}` };
}
