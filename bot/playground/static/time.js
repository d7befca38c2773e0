/** Times in the reader's zone. Slack's `ts` is seconds since 1970 with a counter behind the point. */

import { h } from "./dom.js";
import { me, now } from "./world.js";

export function dateOf(ts) {
  return new Date(Number(ts) * 1000);
}

function format(date, options, zone = me().tz) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(date);
}

export function clockTime(date) {
  return format(date, { hour: "2-digit", minute: "2-digit" });
}

export function exact(date) {
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit" };
  return format(date, { ...options, minute: "2-digit", second: "2-digit", timeZoneName: "short" });
}

/** Short time with the exact one on hover. */
export function timeTag(date, text = clockTime(date)) {
  return h("time", { datetime: date.toISOString(), title: exact(date) }, text);
}

/** The calendar day in the reader's zone, as a key. */
export function dayKey(date) {
  return format(date, { year: "numeric", month: "2-digit", day: "2-digit" });
}

export function dayName(date) {
  const today = now();
  if (dayKey(date) === dayKey(today)) return "Today";
  if (dayKey(date) === dayKey(new Date(today - 86400000))) return "Yesterday";
  return format(date, { weekday: "long", day: "numeric", month: "long" });
}

export function longNow() {
  return format(now(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** "today 21:24" or "21 Nov 21:24", for places where the day matters. */
export function dayAndTime(date) {
  if (dayKey(date) === dayKey(now())) return clockTime(date);
  return format(date, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

function wall(date, zone) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const formatter = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    ...options,
    second: "2-digit",
    hourCycle: "h23",
  });
  const part = Object.fromEntries(
    formatter.formatToParts(date).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

/** The moment a wall clock in the reader's zone shows this; twice, so that a clock change in between counts. */
export function fromWall(wanted, zone = me().tz) {
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess += wanted - wall(new Date(guess), zone);
  return new Date(guess);
}

/** The wall clock in the reader's zone as "YYYY-MM-DDTHH:MM". */
export function toWall(date, zone = me().tz) {
  return new Date(wall(date, zone)).toISOString().slice(0, 16);
}

/** Seconds until the next 09:00 on the reader's wall clock, always at least one. */
export function secondsToMorning() {
  const start = now();
  const local = new Date(wall(start, me().tz));
  let morning = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate(), 9);
  if (morning <= local.getTime()) morning += 86400000;
  return Math.max(1, Math.ceil((fromWall(morning) - start) / 1000));
}

/** How far a length of time is, in words: "1 h 15 min". */
export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`].filter(Boolean);
  return parts.join(" ") || "0 min";
}

const DATE_TOKENS = {
  "{date_num}": { year: "numeric", month: "2-digit", day: "2-digit" },
  "{date}": { day: "numeric", month: "long", year: "numeric" },
  "{date_short}": { day: "numeric", month: "short", year: "numeric" },
  "{date_long}": { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  "{time}": { hour: "2-digit", minute: "2-digit" },
  "{time_secs}": { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Slack's `<!date^…>`: a moment that every reader sees in their own zone. */
export function slackDate(seconds, pattern) {
  const date = new Date(Number(seconds) * 1000);
  const text = pattern.replace(/\{(date(?:_\w+)?|time(?:_secs)?)\}/g, (token, name) => {
    if (name.endsWith("_pretty") && ["Today", "Yesterday"].includes(dayName(date)))
      return dayName(date).toLowerCase();
    return format(date, DATE_TOKENS[token.replace("_pretty", "")] || DATE_TOKENS["{date}"]);
  });
  return timeTag(date, text);
}
