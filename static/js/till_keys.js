// The keys of the till: a button waits for the next key and writes it into its field, as sales/keys.py writes keys.
(() => {
  const form = document.querySelector("[data-till-keys]");
  if (!form) return;
  const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"];
  let waiting = null;

  function written(event) {
    const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.metaKey && "Meta"];
    // In a sign, shift is a part of the key already.
    if (event.shiftKey && event.key.length > 1) held.push("Shift");
    return [...held.filter(Boolean), event.key].join("+");
  }

  function show(button, isWaiting) {
    const text = button.querySelector("span:not(.bi)");
    if (!button.dataset.usual) button.dataset.usual = text.textContent;
    text.textContent = isWaiting ? button.dataset.waiting : button.dataset.usual;
    button.classList.toggle("is-waiting", isWaiting);
    button.setAttribute("aria-pressed", String(isWaiting));
  }

  function wait(button) {
    if (waiting) show(waiting, false);
    waiting = waiting === button ? null : button;
    if (waiting) show(waiting, true);
  }

  form.querySelectorAll("[data-key-for]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => wait(button));
    button.addEventListener("blur", () => {
      if (waiting === button) wait(button);
    });
  });

  window.addEventListener(
    "keydown",
    (event) => {
      if (!waiting || MODIFIERS.includes(event.key)) return;
      // Tab walks on; leaving the button ends the waiting.
      if (event.key === "Tab") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = waiting;
      wait(button);
      if (event.key === "Escape") return;
      const field = document.getElementById(button.dataset.keyFor);
      field.value = written(event);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    true,
  );
})();
