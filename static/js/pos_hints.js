// What goes well with the basket: asked for after each change, never waited for. Without an answer the panel is not there.
(() => {
  const { till } = window;
  const { words, actions } = till;
  const PATIENCE_MS = 1500;
  const MOST = 3;
  let asked = "";
  let running = null;
  // What became of the hints is told one after another, behind the cashier's back.
  let telling = Promise.resolve();
  const basket = () => document.getElementById("till-lines").dataset.key;

  async function ask() {
    const skus = [...new Set([...document.querySelectorAll("#till-lines [data-sku]")].map((row) => row.dataset.sku))];
    const query = new URLSearchParams(skus.map((sku) => ["sku", sku])).toString();
    if (query === asked) return show(ask.last);
    asked = query;
    ask.last = [];
    running?.abort();
    show([]);
    if (!skus.length || !words.hints) return;
    const mine = (running = new AbortController());
    const timer = window.setTimeout(() => mine.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(`${words.hints}?basket=${encodeURIComponent(basket())}&${query}`, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected || mine !== running) return;
      show((ask.last = (await answer.json()).slice(0, MOST)));
      if (answer.headers.get("X-Hints")) tell(words.hintsShown, skus.map((sku) => ["sku", sku]));
    } catch {
      // A hint that does not come is no hint.
    } finally {
      window.clearTimeout(timer);
    }
  }
  ask.last = [];

  function tell(address, values) {
    const body = new URLSearchParams([["basket", basket()], ...values]);
    const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
    telling = telling.then(() => fetch(address, { method: "POST", body, headers, keepalive: true, redirect: "manual" })).catch(() => {});
  }

  function show(hints) {
    const panel = document.getElementById("till-hints");
    panel.hidden = !hints.length;
    panel.replaceChildren(...hints.map(pair));
  }

  // The button that adds it, the first with its key, and the small one that sends it away.
  function pair(hint, n) {
    const group = document.createElement("span");
    group.className = "pos-hint";
    const add = button(`+ ${hint.name}`);
    add.dataset.product = hint.product;
    add.dataset.times = "1";
    if (n === 0) {
      const key = document.createElement("kbd");
      key.dataset.keyOf = "hint";
      key.textContent = till.keyName?.("hint") || "";
      add.append(key);
    }
    const refuse = button("×");
    refuse.dataset.refuse = hint.product;
    refuse.setAttribute("aria-label", words.sayRefuse.replace("{name}", hint.name));
    group.append(add, refuse);
    return group;
  }

  function button(text) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm btn-secondary";
    made.textContent = text;
    return made;
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("#till-hints button");
    if (!pressed) return;
    if (pressed.dataset.product) return tell(words.hintsTake, [["product", pressed.dataset.product]]);
    tell(words.hintsRefuse, [["product", pressed.dataset.refuse]]);
    show((ask.last = ask.last.filter((hint) => String(hint.product) !== pressed.dataset.refuse)));
    document.getElementById("scan").focus();
  });

  actions.hint = () => document.querySelector("#till-hints [data-product]")?.click();
  document.addEventListener("till:placed", () => window.setTimeout(ask, 0));
  ask();
})();
