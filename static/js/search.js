// The search of everything: Ctrl K opens it, arrows walk through what it found, Enter opens, Escape closes.
(() => {
  const dialog = document.getElementById("search");
  if (!dialog) return;
  const input = dialog.querySelector("#search-text");
  const results = dialog.querySelector("#search-results");
  const status = dialog.querySelector("#search-status");

  const hits = () => [...results.querySelectorAll("[data-hit]")];

  function open() {
    if (document.querySelector("dialog[open]")) return;
    dialog.showModal();
    input.focus();
    input.select();
  }

  document.querySelectorAll("[data-search-open]").forEach((link) => {
    link.addEventListener("click", (event) => {
      // A click that asks for a new tab gets the page.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  });
  dialog.querySelector("[data-search-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });

  dialog.addEventListener("keydown", (event) => {
    const found = hits();
    const at = found.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && found.length) {
      event.preventDefault();
      found[Math.min(at + 1, found.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (at > 0 ? found[at - 1] : input).focus();
    } else if (event.key.length === 1 && at >= 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      // Typing on goes on in the field, wherever the arrows had led.
      input.focus();
    }
  });

  // Enter opens the first hit when the list answers what was typed. A scanner is quicker than any list:
  // its text goes to the server, which knows the code.
  dialog.querySelector("form").addEventListener("submit", (event) => {
    const answered = results.querySelector("[data-text]");
    const first = hits()[0];
    if (!first || answered.dataset.text !== input.value.trim()) return;
    event.preventDefault();
    first.click();
  });

  results.addEventListener("htmx:afterSwap", () => {
    status.textContent = results.querySelector("[data-said]")?.dataset.said ?? "";
  });
})();
