/** The page's way to the local Slack: small requests in, words for people out. */

const BASE = "/playground/api/";
const GONE = "The playground does not answer. Is it still running in your terminal?";

/** The local Slack said no, or nothing at all; `message` is fit for people. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Refused("unreachable", GONE);
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok && body.ok !== false) return body;
  const code = body.error || `http_${response.status}`;
  throw new Refused(code, body.message || `The playground refused this (${code}).`);
}

export function get(path, params = {}) {
  const given = Object.entries(params).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return ask(`${BASE}${path}?${new URLSearchParams(given)}`, { headers: { Accept: "application/json" } });
}

export function post(path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return ask(BASE + path, { method: "POST", headers, body: JSON.stringify(body) });
}

const POLL_EVERY = 1000;

/**
 * Hear of changes as one persona: `onChange(version)`. Server-sent events, and a look each second
 * while they do not work. A hidden tab lets go of its connection, as a browser has only six to give.
 */
export class Live {
  constructor(onChange, onHealth) {
    this.onChange = onChange;
    this.onHealth = onHealth;
    this.as = null;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.start()));
  }

  follow(as) {
    if (this.as === as) return;
    this.as = as;
    this.stop();
    if (!document.hidden) this.start();
  }

  start() {
    if (!this.as || this.source) return;
    this.source = new EventSource(`${BASE}stream?${new URLSearchParams({ as: this.as })}`);
    this.source.onopen = () => this.healthy();
    this.source.onmessage = (event) => this.onChange(JSON.parse(event.data).version);
    this.source.onerror = () => this.poll();
  }

  /** Whatever happened while there was no stream is fetched once. */
  healthy() {
    clearInterval(this.timer);
    this.timer = null;
    this.onHealth(true);
    this.onChange(null);
  }

  poll() {
    if (this.source?.readyState === EventSource.CLOSED) this.source = null;
    this.timer ||= setInterval(() => this.look(), POLL_EVERY);
  }

  async look() {
    try {
      const { version } = await get("state", { as: this.as });
      this.onHealth(true);
      this.onChange(version);
    } catch {
      this.onHealth(false);
    }
    if (!this.source) this.start();
  }

  stop() {
    this.source?.close();
    this.source = null;
    clearInterval(this.timer);
    this.timer = null;
  }
}
