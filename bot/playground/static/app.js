/** The playground page: holds the parts together, fetches what changed, and keeps one's place. */

import { Live, post } from "./api.js";
import { Composer } from "./composer.js";
import { deeds } from "./deeds.js";
import { h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { emptyPlace } from "./empty.js";
import { Feed } from "./feed.js";
import { Forms } from "./forms.js";
import { showHome } from "./home.js";
import { afterActions, during } from "./interact.js";
import { explanation, look } from "./looking.js";
import { connected, tell } from "./notices.js";
import { openDrawer, setUpTabs, setUpTheme, showTab, threadTab } from "./panes.js";
import { onRoute, permalink, readRoute, writeRoute } from "./route.js";
import { say } from "./saying.js";
import { Sidebar, placeName } from "./sidebar.js";
import { channel, channelLabel, isHelpChannel, learn, person, world } from "./world.js";

const part = (name) => document.querySelector(`[data-part="${name}"]`);

let route = readRoute();
let explained = null;
let version = null;
const remembered = new Map();

const actions = deeds({ changed: refresh, tell });
const handlers = {
  ...actions,
  openThread: (id, ts, write = false) =>
    go({ thread: ts, channel: id, home: false }, { tab: "thread" }).then(
      () => write && threadComposer.focus(),
    ),
  explain: (id, ts) => explain({ channel: id, ts }, true),
};

const sidebar = new Sidebar(part("sidebar"), {
  become,
  openChannel: (id) => go({ channel: id, thread: null, home: false }, { tab: "chat" }),
  openDm: async (user) => {
    const answer = await actions.attempt("open_dm", { user });
    if (answer)
      await go({ channel: answer.channel?.id || answer.channel, thread: null, home: false }, { tab: "chat" });
  },
  openHome: () => go({ home: true, thread: null }, { tab: "chat" }),
  advance: (seconds, button) =>
    during(button, async () => {
      await post("clock", { advance_seconds: seconds });
      refresh();
    }),
});
const feed = new Feed(part("messages"), {
  place: "channel",
  handlers,
  empty: () => emptyPlace(route.channel, sayHere),
});
const threadFeed = new Feed(part("thread-messages"), { place: "thread", handlers, empty: () => h("span") });
const composer = new Composer(part("composer"), {
  testid: "composer",
  sendTestid: "send",
  label: "Message",
  onSend: sayHere,
  onShortcut: (id) => actions.shortcut(id),
});
const threadComposer = new Composer(part("thread-composer"), {
  testid: "thread-composer",
  sendTestid: "thread-send",
  label: "Reply in thread",
  onSend: sayInThread,
});
const forms = new Forms(part("modal"), { changed: refresh });
const drawer = new Drawer(part("why"));
const live = new Live((news) => (news === null || news !== version) && refresh(), connected);

// Going places

async function go(change, { tab, replace = false } = {}) {
  route = { ...route, ...change };
  explained = null;
  writeRoute(route, { replace });
  if (tab) showTab(tab);
  if (world.state) draw();
  await refresh();
}

/** A persona keeps the place, if it can be seen from where they stand. */
function become(id) {
  return go({ as: id });
}

/** Whatever the address says, stand somewhere that exists for this persona. */
function settle() {
  const { channels, me } = world.state;
  const help = channels.find((one) => one.kind !== "dm" && isHelpChannel(one)) || channels[0];
  const fits = channel(route.channel);
  const settled = {
    ...route,
    as: me,
    channel: fits ? route.channel : help?.id || null,
    thread: fits ? route.thread : null,
  };
  if (JSON.stringify(settled) === JSON.stringify(route)) return false;
  route = settled;
  writeRoute(route, { replace: true });
  return true;
}

let atHome = null;

/** Coming Home by whatever way tells the app, which then shows how things stand now. */
function arriveHome() {
  const arrived = route.home ? route.as : null;
  if (arrived === atHome) return;
  atHome = arrived;
  if (arrived) actions.attempt("open_home", {});
}

function sayHere(text) {
  explained = null;
  say(text, { feed, composer, route, changed: refresh });
}

function sayInThread(text) {
  explained = null;
  say(text, { feed: threadFeed, composer: threadComposer, route, thread: route.thread, changed: refresh });
}

// Fetching

let busy = false;
let again = false;

/** Look at everything on show; calls that come meanwhile become one more look. */
async function refresh() {
  again = true;
  if (busy) return;
  busy = true;
  try {
    while (again) {
      again = false;
      await lookOnce();
    }
    connected(true);
  } catch (error) {
    connected(error.code !== "unreachable");
    if (error.code !== "unreachable") tell(error.message);
    else if (!world.state) setTimeout(refresh, 1000);
  } finally {
    busy = false;
  }
}

async function lookOnce() {
  const here = route;
  const seen = await look(here);
  if (here !== route) return void (again = true);
  learn(seen.state);
  version = seen.state.version;
  live.follow(seen.state.me);
  if (settle()) return void (again = true);
  if (seen.replies === null) return void go({ thread: null }, { replace: true });
  if (seen.home !== undefined) remember("home", seen.home);
  arriveHome();
  if (seen.messages) remember("channel", seen.messages);
  if (seen.replies) remember("thread", seen.replies);
  draw();
  forms.show(seen.views);
  await explain(explained, false);
}

// What was seen of a place is shown at once on the next visit, before the fresh answer comes.

function placeKey(kind) {
  const { as, channel: id, thread } = route;
  return { home: `${as} home`, channel: `${as} ${id}`, thread: `${as} ${id} ${thread}` }[kind];
}

function remember(kind, value) {
  remembered.set(placeKey(kind), value);
}

// Drawing

function draw() {
  if (route.as !== world.state.me) return;
  document.body.dataset.me = world.state.me;
  sidebar.show(route);
  drawHeads();
  const messages = remembered.get(placeKey("channel"));
  part("home").hidden = !route.home;
  part("channel-pane").hidden = route.home;
  if (route.home) showHome(part("home"), remembered.get(placeKey("home")));
  if (messages && !route.home) feed.show(messages, { key: placeKey("channel"), channel: route.channel });
  drawThread();
  composer.turnTo(placeKey("channel"), `Message ${channelLabel(route.channel)}`);
}

function drawHeads() {
  const name = placeName(route);
  const here = channel(route.channel);
  part("title").textContent = name;
  part("topic").textContent = route.home
    ? `What ${person(world.state.bot.id).name} shows to you`
    : here?.topic || "";
  document.title = `${name} · Evenhand playground`;
  part("thread-place").textContent = channelLabel(route.channel);
}

function drawThread() {
  const open = Boolean(route.thread) && !route.home;
  part("thread").hidden = !open;
  threadTab(open);
  if (!open) return;
  const messages = remembered.get(placeKey("thread")) || [];
  threadFeed.show(messages, { key: placeKey("thread"), channel: route.channel });
  threadComposer.turnTo(placeKey("thread"), "Reply…");
}

/** Follow the given message, else the open thread, else the newest question in the channel. */
async function explain(focus, asked) {
  if (asked) {
    explained = focus;
    openDrawer(true);
  }
  const about = focus || followed();
  drawer.show(about ? await explanation(about) : undefined, { about });
}

function followed() {
  if (route.home || !route.channel) return null;
  if (route.thread) return { channel: route.channel, ts: route.thread };
  const newest = (remembered.get(placeKey("channel")) || []).filter((message) => !message.ephemeral).at(-1);
  return newest ? { channel: route.channel, ts: newest.thread_ts || newest.ts } : null;
}

// Wiring

function closeThread() {
  go({ thread: null }, { tab: "chat" });
  composer.focus();
}

part("close-thread").addEventListener("click", closeThread);
part("thread").addEventListener(
  "keydown",
  (event) => event.key === "Escape" && !event.defaultPrevented && closeThread(),
);
part("skip").addEventListener("click", () => composer.focus());
part("toggle-why").addEventListener("click", () =>
  openDrawer(document.body.classList.contains("drawer-closed")),
);
document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-open-channel]");
  if (target) return void go({ channel: target.dataset.openChannel, thread: null, home: false }, { tab: "chat" });
  // A link to a message leads there as whom one is, in this window, as in Slack.
  const place = permalink(event.target.closest?.("a[href]")?.href);
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go({ ...place, home: false }, { tab: "thread" });
});
onRoute((given) => {
  route = given;
  explained = null;
  refresh();
});
afterActions(refresh);
setUpTabs();
setUpTheme(part("theme"));
refresh();
