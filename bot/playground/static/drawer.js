/** The drawer that explains a decision: what the desk understood, why, and what it did about it. */

import { bar, h, hidden } from "./dom.js";
import { dayAndTime, timeTag } from "./time.js";

const NEGLIGIBLE = 0.01;
const URGENCIES = ["low", "medium", "high", "critical"];

export class Drawer {
  constructor(root) {
    this.root = root;
  }

  /** `story` is the desk's explanation, null when it has none, undefined while there is nothing to ask about. */
  show(story, { about }) {
    const sign = JSON.stringify([story ?? String(story), about]);
    if (sign === this.sign) return;
    this.sign = sign;
    const open = new Map(
      [...this.root.querySelectorAll("details")].map((one) => [one.dataset.key, one.open]),
    );
    const parts = story ? explanation(story) : [nothing(story)];
    this.root.replaceChildren(...parts.filter(Boolean));
    for (const one of this.root.querySelectorAll("details"))
      if (open.has(one.dataset.key)) one.open = open.get(one.dataset.key);
  }
}

function nothing(story) {
  const words =
    story === null
      ? "No ticket stands behind this message, so there was nothing to decide. Greetings, thanks and chat open none."
      : "Ask something, or open a message. Then you see here how it was read, and why.";
  return h("p", { class: "drawer-empty" }, words);
}

function explanation({ ticket, decision, articles, timeline, work }) {
  return [
    ticket && header(ticket, decision),
    decision?.category && category(decision.category, ownReasons(decision)),
    decision?.words?.length > 0 && weights(decision.words),
    decision?.nearest?.length > 0 && alike(decision.nearest),
    decision?.urgency && urgency(decision.urgency),
    part("Articles considered", considered(articles || [])),
    timeline?.length > 0 && part("What happened", story(timeline)),
    work?.length > 0 && part("Jobs", jobs(work)),
  ];
}

function part(title, ...body) {
  return h("section", { class: "why-part" }, h("h3", {}, title), body);
}

function list(lines) {
  return h(
    "ul",
    { class: "plain-list" },
    lines.map((line) => h("li", {}, line)),
  );
}

function header(ticket, decision) {
  const asked = ticket.asked_at && ["asked ", moment(ticket.asked_at)];
  const facts = [
    decision?.model,
    decision?.milliseconds !== undefined && `${duration(decision.milliseconds)} to decide`,
  ]
    .filter(Boolean)
    .join(" · ");
  return h(
    "section",
    { class: "why-part why-head", data: { ticket: ticket.id } },
    h(
      "p",
      { class: "ticket-line" },
      h("strong", {}, `Ticket ${ticket.id}`),
      h("span", { class: "status" }, String(ticket.status).replaceAll("_", " ")),
      asked && h("span", { class: "muted" }, asked),
    ),
    facts && h("p", { class: "muted" }, facts),
  );
}

/** Why this category: what the urgency gives as its own reasons stands there. */
function ownReasons({ reasons = [], urgency: { reasons: others = [] } = {} }) {
  return reasons.filter((reason) => !others.includes(reason));
}

function category({ key, name, confidence, abstained, alternatives = [] }, reasons) {
  const chances = alternatives.length ? alternatives : [{ key, name, chance: confidence }];
  const rows = chances
    .slice(0, 5)
    .map((one) => chance(one.name || one.key, one.chance, !abstained && one.key === key));
  const nearest = chances[0]?.name || chances[0]?.key;
  const said = abstained
    ? h("p", {}, "Not sure enough to say. Nearest: ", h("strong", {}, nearest), ".")
    : h("p", {}, h("strong", { class: "verdict" }, name || key), ` ${percent(confidence)} sure`);
  return part(
    "Category",
    said,
    h("div", { class: "chances" }, rows),
    reasons.length > 0 && list(reasons),
  );
}

/** Urgency comes from signs in the words: the bar tells how strong they are, which is no chance. */
function urgency({ level, confidence, abstained, reasons = [] }) {
  const said = h("p", {}, urgencyMark(level), h("strong", { class: "verdict" }, level));
  const strength = h("div", { class: "chances" }, chance("strength", confidence, true));
  return part("Urgency", said, !abstained && strength, reasons.length > 0 && list(reasons));
}

/** One to four small steps beside the word: a size, not a traffic light. */
function urgencyMark(level) {
  const steps = URGENCIES.map((_, at) =>
    h("i", { class: at <= URGENCIES.indexOf(level) ? "step step-on" : "step" }),
  );
  return h("span", { class: "urgency-mark", "aria-hidden": "true" }, steps);
}

function chance(name, share, chosen) {
  return h(
    "div",
    { class: chosen ? "chance chance-chosen" : "chance" },
    h("span", { class: "chance-name" }, name, chosen && hidden(" (chosen)")),
    bar(share),
    h("span", { class: "figure" }, percent(share)),
  );
}

/** Words that pulled towards the verdict and words that pulled away, longest bar first. */
function weights(words) {
  const most = Math.max(...words.map(({ weight }) => Math.abs(weight)), 0.0001);
  const sorted = [...words].sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight)).slice(0, 12);
  const rows = sorted.map(({ word, weight }) => {
    const sign = weight < 0 ? "−" : "+";
    const figure = h("span", { class: "figure" }, `${sign}${Math.abs(weight).toFixed(2)}`);
    return h(
      "div",
      { class: "chance" },
      h("span", { class: "chance-name" }, word),
      bar(Math.abs(weight) / most, weight < 0 ? "bar-against" : ""),
      figure,
    );
  });
  return part("Words that moved the category", h("div", { class: "chances" }, rows));
}

/** Labelled messages like this one, by what they are called: whose words they are is nobody's business here. */
function alike(nearest) {
  const rows = nearest.map(({ called, category: name, likeness }) => chance(`${called}: ${name}`, likeness));
  return part("Labelled messages most like it", h("div", { class: "chances" }, rows));
}

/** What came close; what did not is only counted. */
function considered(articles) {
  const near = articles.filter(({ shown, chance: share }) => shown || share >= NEGLIGIBLE);
  const far = articles.length - near.length;
  const rest = near.length ? `${far} more below 1 %.` : "None came close enough.";
  return [near.map(article), (far > 0 || !near.length) && h("p", { class: "muted" }, rest)];
}

function article({ id, title, chance: share, shown, reasons = [], passage }) {
  const head = h(
    "summary",
    {},
    h("span", { class: "article-title" }, title),
    h(
      "span",
      { class: "article-facts" },
      bar(share),
      h("span", { class: "figure" }, percent(share)),
      h("span", { class: shown ? "shown" : "not-shown" }, shown ? "shown" : "not shown"),
    ),
  );
  const body = [
    reasons.length > 0 && list(reasons),
    passage && h("blockquote", {}, passage),
    !reasons.length && !passage && h("p", { class: "muted" }, "No reasons were noted."),
  ];
  return h("details", { class: "article", data: { key: `article-${id}`, article: id } }, head, body);
}

function story(rows) {
  return h(
    "ol",
    { class: "timeline" },
    rows.map(({ at, actor, what, reason }) =>
      h(
        "li",
        {},
        moment(at),
        h(
          "span",
          {},
          h("strong", {}, actor),
          ` ${String(what).replaceAll("_", " ")}`,
          reason && h("span", { class: "muted" }, ` · ${reason}`),
        ),
      ),
    ),
  );
}

function jobs(rows) {
  const line = ({ kind, status, queued_at: queued, milliseconds, error }) =>
    h(
      "tr",
      {},
      h("td", {}, kind, error && h("p", { class: "job-error" }, error)),
      h("td", {}, status),
      h("td", {}, queued ? moment(queued) : "–"),
      h(
        "td",
        { class: "figure" },
        milliseconds === null || milliseconds === undefined ? "–" : duration(milliseconds),
      ),
    );
  const head = ["Kind", "State", "Queued", "Took"].map((name) => h("th", { scope: "col" }, name));
  return h(
    "div",
    { class: "table-scroll" },
    h("table", { class: "jobs" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map(line))),
  );
}

function moment(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : timeTag(date, dayAndTime(date));
}

function percent(share) {
  if (share === undefined || share === null) return "–";
  // Nobody is ever quite sure, and nothing is quite excluded.
  if (share >= 0.995) return "> 99 %";
  if (share < 0.005) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

function duration(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
