/** What stands where nothing has been said yet: in a help channel, five questions to press. */

import { h } from "./dom.js";
import { channel, channelLabel, isHelpChannel, person, world } from "./world.js";

const EXAMPLES = [
  "My VPN drops every few minutes on the train, and I have a call with a customer at two",
  "the printer on the 3rd floor says offline but its clearly on??",
  "How do I get access to the shared Finance folder? Not urgent.",
  "I changed my password this morning and now I'm locked out of everything. Payroll is due at noon",
  "The whole warehouse can't scan parcels, trucks are waiting",
];

export function emptyPlace(id, ask) {
  const one = channel(id);
  if (!isHelpChannel(one))
    return h(
      "div",
      { class: "empty" },
      h("p", {}, `Nothing has been said in ${channelLabel(id)} yet.`),
      one?.topic && h("p", { class: "muted" }, one.topic),
    );
  const bot = person(world.state.bot.id).name;
  const example = (text) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "example", data: { testid: "example" }, onclick: () => ask(text) },
        text,
      ),
    );
  return h(
    "div",
    { class: "empty" },
    h("h3", {}, "Ask something"),
    h(
      "p",
      {},
      `Write below as you would to a colleague, or press one of these. ${bot} answers in a thread; then switch to an agent on the left to see the other side.`,
    ),
    h("ul", { class: "examples" }, EXAMPLES.map(example)),
  );
}
