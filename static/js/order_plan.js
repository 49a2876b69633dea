// The plan of what to order: figures come from the server as they are typed, a tick of a supplier ticks its rows,
// and a reason without another quantity rejects. Without this script the buttons post the form for the same answer.
(() => {
  const form = document.querySelector("[data-order-plan]");
  if (!form) return;
  const sheet = document.getElementById("plan-sheet");
  let timer = 0;
  let asked = 0;

  async function answer(step) {
    const body = new FormData(form);
    body.set("do", step);
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "1" } });
    if (response.redirected || response.status >= 500 || response.status === 403) throw new Error(response.status);
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return template.content;
  }

  // --- Figures: only what is shown changes, never what a hand is typing in ----
  async function refresh() {
    asked += 1;
    const mine = asked;
    let fresh;
    try {
      fresh = await answer("");
    } catch {
      return; // The next key asks again; the press checks everything anyway.
    }
    if (mine !== asked) return;
    fresh.querySelectorAll("[data-live]").forEach((part) => {
      document.getElementById(part.id)?.replaceChildren(...part.childNodes);
    });
  }
  function soon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(refresh, 250);
  }

  // --- Steps: a budget, an order filled up ------------------------------------
  async function take(step) {
    window.clearTimeout(timer);
    asked += 1;
    const mine = asked;
    try {
      const fresh = await answer(step);
      if (mine === asked) sheet.replaceChildren(fresh);
    } catch {
      document.getElementById("plan-said").textContent = form.dataset.lost;
      return;
    }
    (sheet.querySelector(".is-invalid") || sheet.querySelector("#budget"))?.focus();
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    take(button.value);
  });

  // --- Ticks and reasons ------------------------------------------------------
  function tickSupplier(part) {
    const all = part.querySelector("[data-take-all]");
    const ticks = [...part.querySelectorAll("[data-take]")];
    if (!all || !ticks.length) return;
    const ticked = ticks.filter((tick) => tick.checked).length;
    all.checked = ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  }
  form.addEventListener("change", (event) => {
    const part = event.target.closest("[data-part]");
    if (event.target.matches("[data-take-all]")) {
      part.querySelectorAll("[data-take]").forEach((tick) => { tick.checked = event.target.checked; });
      soon();
    } else if (event.target.matches("[data-take]")) {
      tickSupplier(part);
      soon();
    } else if (event.target.matches("[data-reason]")) {
      reject(event.target);
    }
  });
  function reject(reason) {
    const row = reason.closest("[data-row]");
    const qty = row.querySelector("[data-qty]");
    const tick = row.querySelector("[data-take]");
    if (!qty) {
      row.classList.toggle("is-rejected", Boolean(reason.value));
      return;
    }
    if (reason.value && qty.value === qty.defaultValue) qty.value = "0";
    else if (!reason.value && qty.value === "0") qty.value = qty.defaultValue;
    if (tick) tick.checked = true;
    row.classList.toggle("is-rejected", qty.value === "0");
    soon();
  }
  sheet.addEventListener("input", (event) => {
    if (!event.target.matches("[data-qty]")) return;
    const row = event.target.closest("[data-row]");
    const tick = row.querySelector("[data-take]");
    if (tick) tick.checked = true;
    row.classList.toggle("is-rejected", event.target.value.trim() === "0");
    soon();
  });

  // --- Hands: Enter goes on to the next quantity, and orders nothing ----------
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.type === "checkbox") return;
    event.preventDefault();
    if (event.target.id === "budget") {
      take("budget");
      return;
    }
    const fields = [...form.querySelectorAll("[data-qty]")];
    const next = fields[fields.indexOf(event.target) + 1] || form.querySelector(".plan-bar .btn-primary");
    next?.focus();
    next?.select?.();
  });
})();
