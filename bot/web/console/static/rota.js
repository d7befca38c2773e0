// Who is on and why, in the line below the picture, for the bar under the pointer or in focus. Arrow keys go from bar
// to bar. Without this, each bar keeps its tooltip and leads to its line in the table.
(function () {
  document.querySelectorAll("[data-rota]").forEach((rota) => {
    const line = rota.querySelector("[data-why]");
    const bars = [...rota.querySelectorAll("[data-told]")];
    const tell = (event) => {
      const bar = event.target.closest("[data-told]");
      if (bar) line.textContent = bar.dataset.told;
    };
    line.hidden = bars.length === 0;
    rota.addEventListener("focusin", tell);
    rota.addEventListener("mouseover", tell);
    rota.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = bars.indexOf(event.target.closest("[data-told]"));
      if (!step || at < 0) return;
      event.preventDefault();
      bars[(at + step + bars.length) % bars.length].focus();
    });
  });
})();
