// Writing an order: a scan adds a line, and every figure comes from the server as it is typed.
// Without this script the buttons post the form, and the page comes back with the same answer.
(() => {
  const form = document.querySelector("[data-order]");
  if (!form) return;
  const sheet = document.getElementById("order-sheet");
  const scan = form.querySelector("[data-scan]");
  let timer = 0;
  let asked = 0;
  let queue = Promise.resolve();

  async function answer(step, text) {
    const body = new FormData(form);
    body.set("do", step);
    body.set("scan", text);
    const response = await fetch(window.location.href, { method: "POST", body, headers: { "X-Fragment": "1" } });
    if (!response.ok || response.redirected) throw new Error(response.status);
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return template.content;
  }

  // --- Steps: one after the other, so that a fast scanner loses nothing -------
  function take(step, text = "") {
    window.clearTimeout(timer);
    queue = queue.then(async () => {
      asked += 1;
      const focused = document.activeElement?.id;
      try {
        sheet.replaceChildren(await answer(step, text));
      } catch {
        if (text && !scan.value) scan.value = text;
        sheet.querySelector(".order-said").textContent = form.dataset.lost;
        return;
      }
      const same = focused && document.getElementById(focused);
      if (same && same !== document.activeElement) same.focus();
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // --- Figures: only what is shown changes, never what a hand is typing in ----
  async function refresh() {
    asked += 1;
    const mine = asked;
    let fresh;
    try {
      fresh = await answer("", "");
    } catch {
      return; // The next key asks again; saving checks everything anyway.
    }
    if (mine !== asked) return;
    fresh.querySelectorAll("[data-live]").forEach((part) => {
      document.getElementById(part.id)?.replaceChildren(...part.childNodes);
    });
    fresh.querySelectorAll("[data-live-hidden]").forEach((part) => {
      const shown = document.getElementById(part.id);
      if (shown) shown.hidden = part.hidden;
    });
  }

  // --- Hands --------------------------------------------------------------------
  sheet.addEventListener("input", (event) => {
    if (event.target.tagName !== "INPUT") return;
    window.clearTimeout(timer);
    timer = window.setTimeout(refresh, 250);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-step]")) take("unit");
    if (event.target === form.elements.supplier) refresh();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    // A scanner ends with Enter: it adds a line, and saves nothing.
    event.preventDefault();
    if (event.target === scan) {
      const text = scan.value;
      scan.value = "";
      if (text.trim()) take("scan", text);
      return;
    }
    const row = event.target.closest("[data-row]");
    const inputs = row ? [...row.querySelectorAll("input:not([type=hidden])")] : [];
    (inputs[inputs.indexOf(event.target) + 1] || scan).focus();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    const text = button.value === "scan" ? scan.value : "";
    if (button.value === "scan") scan.value = "";
    take(button.value, text);
    scan.focus();
  });
})();
