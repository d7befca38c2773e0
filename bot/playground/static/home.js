/** The app's Home tab, redrawn only when it changed, with whatever was typed in it. */

import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { replaceKindly } from "./values.js";
import { person, world } from "./world.js";

let shown = null;

export function showHome(root, view) {
  const sign = JSON.stringify([world.state.me, view ?? null]);
  if (sign === shown && root.firstElementChild) return;
  shown = sign;
  const next = view
    ? h(
        "div",
        { class: "home-sheet", data: { container: JSON.stringify({ type: "view", view_id: view.id }) } },
        blocks(view.blocks || []),
      )
    : waiting(view);
  const before = root.firstElementChild;
  if (before) replaceKindly(before, next);
  else root.append(next);
}

function waiting(view) {
  const words =
    view === undefined
      ? "Opening…"
      : `${person(world.state.bot.id).name} has not put anything here for you yet.`;
  return h("div", { class: "empty" }, h("p", {}, words));
}
