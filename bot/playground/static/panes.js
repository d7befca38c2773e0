/** Columns when there is room, tabs when there is not; and the switch between light and dark. */

const NARROW = matchMedia("(max-width: 759px)");
const MEDIUM = matchMedia("(max-width: 1179px)");
const TABS = ["channels", "chat", "thread", "why"];

function tabButton(name) {
  return document.querySelector(`[role=tab][data-tab="${name}"]`);
}

function shownTabs() {
  return TABS.filter((name) => tabButton(name).offsetParent !== null && !tabButton(name).disabled);
}

/** Bring a pane to the front; in wide windows all are there anyway. */
export function showTab(name) {
  document.body.dataset.tab = name;
  for (const tab of TABS) {
    tabButton(tab).setAttribute("aria-selected", String(tab === name));
    tabButton(tab).tabIndex = tab === name ? 0 : -1;
  }
}

export function currentTab() {
  return document.body.dataset.tab;
}

/** There is a Thread tab only while a thread is open. */
export function threadTab(open) {
  document.body.classList.toggle("has-thread", open);
  tabButton("thread").disabled = !open;
}

export function setUpTabs() {
  const list = document.querySelector("[role=tablist]");
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) showTab(tab.dataset.tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const shown = shownTabs();
    const next = shown[(shown.indexOf(currentTab()) + step + shown.length) % shown.length];
    showTab(next);
    tabButton(next).focus();
  });
  MEDIUM.addEventListener("change", fitRoles);
  NARROW.addEventListener("change", fitRoles);
  fitRoles();
}

/** The drawer of a wide window can be put away; in a narrow one it is a tab. */
export function openDrawer(open) {
  const button = document.querySelector("[data-part=toggle-why]");
  document.body.classList.toggle("drawer-closed", !open);
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? "Hide why" : "Show why";
  if (open && MEDIUM.matches) showTab("why");
}

/** Panes are tab panels only while there are tabs; otherwise they keep their landmark roles. */
function fitRoles() {
  for (const name of TABS) {
    const panel = document.getElementById(tabButton(name).getAttribute("aria-controls"));
    if (MEDIUM.matches) panel.setAttribute("role", "tabpanel");
    else panel.removeAttribute("role");
  }
  if (!NARROW.matches && currentTab() === "channels") showTab("chat");
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Light or dark on request, remembered; until then the system decides. */
export function setUpTheme(button) {
  const label = () => button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  button.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    label();
    try {
      localStorage.setItem("evenhand-theme", next);
    } catch {
      // Not remembered, then.
    }
  });
  label();
}
