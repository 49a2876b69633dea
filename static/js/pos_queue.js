// The till's orders, one after another. Nothing typed is lost: an order stays in the queue until the server
// has answered it, and its answer is put into the page part by part.
(() => {
  const { till } = window;
  const { words, send, offer } = till;
  const byId = (id) => document.getElementById(id);
  const queue = [];
  const elsewhere = new BroadcastChannel("till");
  let busy = false;
  let payWhenDone = false;

  till.place = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const part of [...answer.body.children]) {
      const here = byId(part.id);
      // A live region stays, or what changes in it is not read out.
      if (here?.classList.contains("pos-say")) here.replaceChildren(...part.childNodes);
      else here?.replaceWith(part);
    }
    remember();
    document.dispatchEvent(new CustomEvent("till:placed", { detail: { waiting: queue.map((o) => o) } }));
    elsewhere.postMessage("changed");
  };

  // The address names the basket: once it is paid, the back button leads to the finished sale.
  function remember() {
    const lines = byId("till-lines");
    const address = lines.querySelector("[data-item]") ? `${words.till}?basket=${lines.dataset.key}` : words.till;
    window.history.replaceState(null, "", address);
  }

  // text: what was typed, to be given back if it leads nowhere. done: hears the outcome.
  till.order = (url, values, { text = "", done = null } = {}) => {
    // A later quantity of the same line takes the place of one that has not left yet.
    const waiting = queue.slice(busy ? 1 : 0).find((o) => o.url === url && url === words.change && o.values.item === values.item);
    if (waiting) waiting.values = values;
    else queue.push({ url, values, text, done });
    work();
  };

  async function work() {
    if (busy) return;
    busy = true;
    while (queue.length) {
      const next = queue[0];
      const lines = byId("till-lines").dataset;
      const sent = { ...next.values, key: lines.key };
      if (next.tried && next.url === words.add) sent.units_before = next.tried;
      const outcome = await send(next.url, sent, "till-say");
      if (outcome === "gone") return;
      if (outcome === "down") {
        next.tried = lines.units;
        payWhenDone = false;
        offer("till-say", words.sayRetry, tryAgain);
        next.done?.(outcome);
        break;
      }
      queue.shift();
      next.done?.(outcome);
      if (next.text) document.dispatchEvent(new CustomEvent("till:answered", { detail: { text: next.text, outcome } }));
    }
    busy = false;
    if (!queue.length && payWhenDone) letPay();
  }

  function tryAgain() {
    byId("scan").focus();
    work();
  }
  window.addEventListener("online", work);

  // Paying waits until the server has answered every order.
  till.actions.pay = () => {
    if (!byId("till-lines").querySelector("[data-item]") && !queue.length) return;
    payWhenDone = true;
    if (!busy && !queue.length) letPay();
    else work();
  };

  function letPay() {
    payWhenDone = false;
    if (byId("till-lines").querySelector("[data-item]")) document.dispatchEvent(new Event("till:pay"));
  }

  // The browser's back button may bring an old page from memory: its basket could be paid by now.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  remember();
})();
