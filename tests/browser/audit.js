/** What an accessibility checker looks at first, on the page as it stands. Returns complaints in words. */
() => {
  const complaints = [];
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const named = (node) => {
    const by = (node.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    const words = by.map((id) => document.getElementById(id)?.textContent || "").join(" ");
    const labels = [...(node.labels || [])].map((label) => label.textContent).join(" ");
    return (node.getAttribute("aria-label") || words || labels || node.textContent).trim();
  };
  const where = (node) => `${node.tagName.toLowerCase()}.${node.className} “${node.textContent.trim().slice(0, 40)}”`;

  for (const node of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, summary, dialog[open], [role=log], nav, aside, section[aria-label], [role=img]"))
    if (!named(node)) complaints.push(`without a name: ${where(node)}`);
  for (const attribute of ["aria-controls", "aria-labelledby", "aria-describedby", "aria-activedescendant", "for"])
    for (const node of document.querySelectorAll(`[${attribute}]:not(dialog:not([open]))`))
      for (const id of node.getAttribute(attribute).split(" "))
        if (!document.getElementById(id)) complaints.push(`${attribute} leads nowhere: ${where(node)}`);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) complaints.push(`twice: #${id}`);
  if (!document.documentElement.lang) complaints.push("the page has no language");
  if (document.querySelectorAll("main").length !== 1) complaints.push("not exactly one main part");
  for (const node of document.querySelectorAll("[tabindex]"))
    if (node.tabIndex > 0) complaints.push(`jumps the queue: ${where(node)}`);
  for (const node of document.querySelectorAll("button button, a button, button a, a a"))
    complaints.push(`one control inside another: ${where(node)}`);

  // Contrast: text against the first thing behind it that is not transparent.
  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { channels: text.startsWith("color(") ? [red, green, blue] : [red / 255, green / 255, blue / 255], alpha };
  };
  const luminance = ({ channels }) => {
    const [red, green, blue] = channels.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.alpha > 0.99) return found;
    }
    return colour("rgb(255, 255, 255)");
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const done = new Set();
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (done.has(node) || !texts.currentNode.data.trim() || !seen(node)) continue;
    done.add(node);
    if (node.closest(":disabled, [aria-hidden=true], .hidden, script, style, noscript")) continue;
    const [one, other] = [luminance(colour(getComputedStyle(node).color)), luminance(behind(node))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) complaints.push(`contrast ${ratio.toFixed(2)}: ${where(node)}`);
  }
  return complaints;
}
