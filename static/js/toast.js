// Toasts: those in the page, and those that a fragment's answer announces with
// HX-Trigger: {"toast": {"tone": "success", "text": "…"}} or a script with window.toast(tone, text).
(() => {
  const stack = document.getElementById("toasts");
  if (!stack) return;
  const tones = {
    error: ["is-bad", "bi-exclamation-octagon"],
    warning: ["is-watch", "bi-exclamation-triangle"],
    info: ["is-info", "bi-info-circle"],
    success: ["is-good", "bi-check-circle"],
  };

  function leave(line) {
    line.classList.add("is-leaving");
    window.setTimeout(() => line.remove(), 150);
  }

  // Errors stay until they are closed; the rest leaves, unless a hand or the focus is on it.
  function arm(line) {
    line.querySelector("[data-toast-close]").addEventListener("click", () => leave(line));
    if (line.dataset.toast === "error") return;
    const tick = () => {
      if (line.matches(":hover, :focus-within")) window.setTimeout(tick, 2000);
      else leave(line);
    };
    window.setTimeout(tick, 6000);
  }

  function add(tone, text) {
    const [colour, picture] = tones[tone] || tones.success;
    const line = document.createElement("div");
    line.className = `toast-line ${colour}`;
    line.dataset.toast = tone;
    const icon = document.createElement("span");
    icon.className = `bi ${picture}`;
    icon.setAttribute("aria-hidden", "true");
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", stack.dataset.closeLabel);
    line.append(icon, words, close);
    stack.append(line);
    arm(line);
  }

  window.toast = add;
  stack.querySelectorAll("[data-toast]").forEach(arm);
  document.addEventListener("toast", (event) => add(event.detail.tone || "success", event.detail.text));
  document.addEventListener("keydown", (event) => {
    const last = stack.lastElementChild;
    if (event.key === "Escape" && last && !document.querySelector("dialog[open]")) leave(last);
  });
})();
