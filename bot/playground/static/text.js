/** Slack's text objects, plain or mrkdwn. */

import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

export function plain(text) {
  return withEmoji(text?.text || "");
}

export function words(text) {
  return text?.type === "mrkdwn" ? mrkdwn(text.text) : plain(text);
}
