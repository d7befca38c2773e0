/** What the page tells of itself: a lost connection, and deeds that did not go through. */

const part = (name) => document.querySelector(`[data-part="${name}"]`);

export function tell(words) {
  part("notice-words").textContent = words;
  part("notice").hidden = false;
}

export function connected(well) {
  part("offline").hidden = well;
}

part("close-notice").addEventListener("click", () => {
  part("notice").hidden = true;
});
