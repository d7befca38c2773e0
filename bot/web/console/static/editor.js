// The editor's preview follows the typing, and a page with unsaved text is not left by accident. Works without.
(function () {
  const form = document.getElementById("editor");
  const looks = document.getElementById("looks");
  let waiting = 0;
  let asked = 0;
  let unsaved = false;

  async function look() {
    const mine = (asked += 1);
    const sent = new FormData(form);
    sent.set("only", "1");
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: sent });
      const html = await answer.text();
      // A slower answer to earlier typing must not replace a later one.
      if (answer.ok && mine === asked) keepingPlace(() => (looks.innerHTML = html));
    } catch {
      // Without a connection the last preview stays; saving says what is wrong.
    }
  }

  function keepingPlace(change) {
    const at = [...looks.querySelectorAll("[tabindex]")].map((part) => part.scrollTop);
    change();
    looks.querySelectorAll("[tabindex]").forEach((part, n) => (part.scrollTop = at[n] || 0));
  }

  form.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(waiting);
    waiting = setTimeout(look, 300);
  });
  form.addEventListener("submit", () => (unsaved = false));
  addEventListener("beforeunload", (leaving) => {
    if (unsaved) leaving.preventDefault();
  });
})();
