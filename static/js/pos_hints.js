// What goes well with the basket: asked for after each change, never waited for. Without an answer the panel is not there.
(() => {
  const { till } = window;
  const address = till.words.hints;
  const PATIENCE_MS = 1500;
  let asked = "";
  let running = null;

  async function ask() {
    const skus = [...new Set([...document.querySelectorAll("#till-lines [data-sku]")].map((row) => row.dataset.sku))];
    const query = new URLSearchParams(skus.map((sku) => ["sku", sku])).toString();
    if (query === asked) return show(ask.last);
    asked = query;
    ask.last = [];
    running?.abort();
    show([]);
    if (!skus.length || !address) return;
    const mine = (running = new AbortController());
    const timer = window.setTimeout(() => mine.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(`${address}?${query}`, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected && mine === running) show((ask.last = await answer.json()));
    } catch {
      // A hint that does not come is no hint.
    } finally {
      window.clearTimeout(timer);
    }
  }
  ask.last = [];

  function show(hints) {
    const panel = document.getElementById("till-hints");
    panel.hidden = !hints.length;
    panel.replaceChildren(
      ...hints.slice(0, 3).map((hint) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-secondary";
        button.dataset.product = hint.product;
        button.dataset.times = "1";
        button.textContent = `+ ${hint.name}`;
        return button;
      }),
    );
  }

  document.addEventListener("till:placed", () => window.setTimeout(ask, 0));
  ask();
})();
