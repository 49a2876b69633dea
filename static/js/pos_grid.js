// The grid of products for touch: opened in place of the lines, or beside them where there is room.
// A tile is added by pos_scan.js, as everything with data-product is.
(() => {
  const { till } = window;
  const grid = document.getElementById("till-grid");
  const body = grid.parentElement;
  const OPEN = "till-grid";
  const TAB = "till-grid-tab";

  // A browser that keeps nothing still shows the grid.
  function kept(name) {
    try {
      return window.localStorage.getItem(name);
    } catch {
      return null;
    }
  }
  function keep(name, value) {
    try {
      window.localStorage.setItem(name, value);
    } catch {
      // Nothing is lost but the habit.
    }
  }

  // Of two tabs touched quickly the last one counts.
  let asked = 0;
  async function fetched(tab, page) {
    asked += 1;
    const turn = asked;
    try {
      const query = new URLSearchParams({ category: tab, page });
      const response = await fetch(`${grid.dataset.url}?${query}`, { redirect: "manual" });
      if (turn !== asked) return null;
      if (response.ok) return await response.text();
      // Signed out, or the shift is closed: the till's own page says so.
      if (response.type === "opaqueredirect" || response.status < 500) till.go(till.words.till);
      else till.complain("till-say", till.words.sayError);
    } catch {
      if (turn === asked) till.complain("till-say", till.words.sayDown);
    }
    return null;
  }

  async function show(tab) {
    const html = await fetched(tab, 1);
    if (html === null) return;
    const focused = grid.contains(document.activeElement);
    grid.innerHTML = html;
    const current = grid.querySelector("[aria-current]");
    current.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focused) current.focus();
    keep(TAB, current.dataset.tab);
    count();
  }

  async function more(button) {
    const html = await fetched(button.dataset.tab, button.dataset.more);
    if (html === null || !button.isConnected) return;
    const last = button.previousElementSibling;
    button.insertAdjacentHTML("afterend", html);
    button.remove();
    last.nextElementSibling.focus();
    count();
  }

  function set(isOpen) {
    grid.hidden = !isOpen;
    body.classList.toggle("has-grid", isOpen);
    document.querySelectorAll("[data-grid-open]").forEach((button) => button.setAttribute("aria-expanded", String(isOpen)));
    if (isOpen) show(kept(TAB) || "");
  }

  function toggle(isOpen) {
    set(isOpen);
    keep(OPEN, isOpen ? "open" : "closed");
    if (!isOpen) till.toScan();
  }

  // How many of it are in the basket stands on the tile, or a thumb would not know that it was heard.
  function count() {
    const units = {};
    document.querySelectorAll("#till-lines [data-item]").forEach((row) => {
      units[row.dataset.sku] = (units[row.dataset.sku] || 0) + Number(row.dataset.qty) * Number(row.dataset.factor);
    });
    grid.querySelectorAll(".grid-tile").forEach((tile) => {
      const number = units[tile.dataset.sku];
      tile.querySelector(".grid-count").textContent = number ? `× ${number.toLocaleString(document.documentElement.lang)}` : "";
    });
  }

  document.addEventListener("till:grid", () => toggle(grid.hidden));
  document.addEventListener("till:placed", count);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-grid-open]")) toggle(grid.hidden);
    else if (event.target.closest("[data-grid-close]")) toggle(false);
    else if (grid.contains(event.target)) {
      const button = event.target.closest("[data-tab]");
      if (button?.dataset.more) more(button);
      else if (button) show(button.dataset.tab);
    }
  });
  if (kept(OPEN) === "open") set(true);
})();
