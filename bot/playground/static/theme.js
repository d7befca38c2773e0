// Runs before the first paint (hence no module): the colours chosen last time, else the system's.
(function () {
  try {
    const chosen = localStorage.getItem("evenhand-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; the system's colours are fine then.
  }
})();
