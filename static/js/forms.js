// Forms: ask before typed work is left, post once, and put the focus where the hand goes next.
(() => {
  const sent = new WeakSet();
  const changed = new Set();

  // --- Leaving a changed form -----------------------------------------------
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    const open = [...changed].some((form) => form.isConnected);
    if (open) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    // Cancel says it: whoever presses it means to leave.
    if (event.target.closest("[data-leave]")) changed.clear();
  });

  // --- One post for one press. The posting key on the server is the real guard. ---
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    changed.delete(form);
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  function release(form) {
    sent.delete(form);
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach(release);
  });

  // --- Focus ----------------------------------------------------------------
  function focusFirstError(root) {
    const field = root.querySelector(".is-invalid:not([type=hidden])");
    const summary = root.querySelector("[data-error-summary]");
    if (field) field.focus();
    else if (summary) summary.focus();
  }
  focusFirstError(document);
  document.addEventListener("htmx:afterSwap", (event) => focusFirstError(event.target));
})();
