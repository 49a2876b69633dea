// The till's keys: each means an action of `till.actions`; which key that is, the table in the page says.
(() => {
  const { till } = window;
  const { actions } = till;
  const scan = document.getElementById("scan");
  const table = JSON.parse(document.getElementById("till-key-table").textContent);
  const keyOf = Object.fromEntries(Object.values(table).flatMap((keys) => Object.entries(keys).map(([key, name]) => [name, key])));

  till.keyName = (name) => (keyOf[name] || "").replace("Shift+", "⇧").replace("Delete", "Del");

  // The key stands on its button, also on those that come with an answer.
  function label() {
    document.querySelectorAll("[data-key-of]").forEach((kbd) => {
      kbd.textContent = till.keyName(kbd.dataset.keyOf);
      kbd.hidden = !kbd.textContent;
    });
  }
  label();
  document.addEventListener("till:placed", label);

  actions.keys = () => document.getElementById("keys").showModal();
  // The basket waits on the server while another page is open.
  for (const name of ["shift", "drawer", "reprint"]) actions[name] = () => till.go(till.words[name]);
  actions.grid = () => document.dispatchEvent(new Event("till:grid"));

  // A button does what its key does.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button && button.dataset.do !== "grid") actions[button.dataset.do]?.();
    if (event.target.closest("[data-till-keys]")) actions.keys();
  });

  function written(event) {
    const key = event.key === "−" ? "-" : event.key;
    return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
  }

  function inLines(event) {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") till.moveLine(event.key === "ArrowUp" ? -1 : 1);
    else if (event.key === "?") actions.keys();
    else return false;
    return true;
  }

  function handled(event) {
    if (event.target.matches("[data-quantity]") && till.keyInQuantity(event)) return true;
    if (event.key === "Escape") {
      till.clearScan();
      return true;
    }
    if (event.target === scan && till.keyInResults(event)) return true;
    const name = table.till[written(event)];
    const idle = event.target === scan ? scan.value === "" : !event.target.matches("input, select, textarea");
    // A function key always means its action; a sign, Delete or an arrow only where nothing is being typed.
    if (name && (idle || /^(Shift\+)?F\d+$/.test(written(event)))) {
      actions[name]?.();
      return true;
    }
    return idle && inLines(event);
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector(".dropdown-menu.show")) return;
      if (document.querySelector("dialog[open]")) {
        const name = document.getElementById("pay").open && !document.getElementById("pin").open && table.pay[written(event)];
        if (name) {
          event.preventDefault();
          actions[name]?.();
        } else if (/^F\d+$/.test(event.key) && event.key !== "F5" && event.key !== "F12") event.preventDefault();
        return;
      }
      if (handled(event)) {
        event.preventDefault();
        event.stopPropagation();
      } else if (/^[\p{L}\p{N}]$/u.test(event.key) && !event.target.matches("input, select, textarea")) scan.focus();
    },
    true,
  );
})();
