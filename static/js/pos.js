// The till: hands to the server what is scanned and pressed, in order, and shows what it answers.
// Nothing typed is lost: an order stays in the queue until the server has answered it.
(() => {
  const { words, send, go, complain, offer } = window.till;
  const byId = (id) => document.getElementById(id);
  const scan = byId("scan");

  // --- The page ----------------------------------------------------------------
  function place(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const tendered = byId("pay").open ? byId("tendered").value : null;
    for (const part of [...answer.body.children]) {
      const here = byId(part.id);
      // A live region stays, or what changes in it is not read out.
      if (here?.classList.contains("pos-say")) here.replaceChildren(...part.childNodes);
      else here?.replaceWith(part);
    }
    if (tendered !== null) byId("tendered").value = tendered;
    queue.filter((order) => order.url === words.change).forEach((order) => showQty(order.values.item, order.values.qty));
    const touched = document.querySelector("#till-lines [data-touched]");
    choose(touched ? touched.dataset.item : current);
    showResults();
  }
  window.till.place = place;

  // --- The queue: one order after another ---------------------------------------
  const queue = [];
  let busy = false;
  let payWhenDone = false;

  function order(url, values, text = "") {
    // A later quantity of the same line takes the place of one that has not left yet.
    const waiting = queue.slice(busy ? 1 : 0).find((o) => o.url === url && url === words.change && o.values.item === values.item);
    if (waiting) waiting.values = values;
    else queue.push({ url, values, text });
    work();
  }

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
        break;
      }
      queue.shift();
      giveBack(next, outcome);
    }
    busy = false;
    if (!queue.length && payWhenDone) letPay();
  }

  function tryAgain() {
    scan.focus();
    work();
  }
  window.addEventListener("online", work);

  // Paying waits until the server has answered every order.
  function askToPay() {
    if (!rows().length && !queue.length) return;
    payWhenDone = true;
    if (!busy && !queue.length) letPay();
    else work();
  }

  function letPay() {
    payWhenDone = false;
    if (rows().length) document.dispatchEvent(new Event("till:pay"));
  }

  // What could not be added goes back into the field, selected, so that the next scan replaces it.
  function giveBack(done, outcome) {
    const asks = !byId("till-results").hidden;
    if (!done.text || scan.value || (outcome === "done" && !asks)) return;
    scan.value = done.text;
    if (document.activeElement === scan) scan.select();
    activate(options()[0]);
  }

  // --- Lines ---------------------------------------------------------------------
  let current = null;
  const rows = () => [...document.querySelectorAll("#till-lines [data-item]")];
  const rowOf = (item) => rows().find((row) => row.dataset.item === String(item));

  function choose(item) {
    const chosen = rowOf(item) || rows().at(-1);
    current = chosen ? chosen.dataset.item : null;
    rows().forEach((row) => {
      row.classList.toggle("is-current", row === chosen);
      if (row === chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    chosen?.scrollIntoView({ block: "nearest" });
  }

  function moveLine(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.dataset.item === current);
    choose(all[Math.min(all.length - 1, Math.max(0, at + by))].dataset.item);
  }

  function showQty(item, qty) {
    const row = rowOf(item);
    if (!row) return;
    row.dataset.qty = qty;
    row.querySelector("[data-quantity]").value = qty;
  }

  function step(item, by) {
    const row = rowOf(item);
    if (!row) return;
    const qty = Math.round((Number(row.dataset.qty) + by) * 1000) / 1000;
    if (qty <= 0) return remove(item);
    showQty(item, qty);
    order(words.change, { item, qty });
  }

  function remove(item) {
    if (item && rowOf(item)) order(words.remove, { item });
  }

  function applyQty(field) {
    const row = field.closest("[data-item]");
    if (!row || field.value === field.defaultValue) return;
    if (field.value.trim() === "") field.value = field.defaultValue;
    else order(words.change, { item: row.dataset.item, qty: field.value.trim() });
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest("#till-lines [data-item]");
    if (row) {
      choose(row.dataset.item);
      const by = event.target.closest("[data-step]");
      if (by) step(row.dataset.item, Number(by.dataset.step));
      else if (event.target.closest("[data-take-out]")) remove(row.dataset.item);
    }
    const found = event.target.closest("[data-product]");
    if (found) take(found);
    if (event.target.closest("[data-pay-open]")) askToPay();
    if (event.target.closest("[data-till-keys]")) byId("keys").showModal();
  });
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-quantity]")) return;
    choose(event.target.closest("[data-item]").dataset.item);
    event.target.select();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-quantity]")) applyQty(event.target);
  });

  // --- Scan field and what it finds -----------------------------------------------
  const options = () => [...document.querySelectorAll("#till-found [role=option]")];
  const activeOption = () => document.querySelector("#till-found [aria-selected=true]");

  function activate(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) {
      scan.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else scan.removeAttribute("aria-activedescendant");
  }

  function showResults() {
    const any = options().length > 0 && !byId("till-results").hidden;
    scan.setAttribute("aria-expanded", String(any));
    if (!any) activate(null);
  }

  function closeResults() {
    byId("till-results").hidden = true;
    showResults();
  }

  function take(option) {
    const { product, times } = option.dataset;
    order(words.add, { code: `${times}*${product}`, product }, "");
    scan.value = "";
    closeResults();
    scan.focus();
  }

  byId("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = scan.value.trim();
    if (!text) return;
    scan.value = "";
    closeResults();
    byId("till-say").replaceChildren();
    order(words.add, { code: text }, text);
    scan.focus();
  });
  scan.addEventListener("input", () => {
    // What was found belongs to the text before: a quick scan must not take it.
    activate(null);
    if (scan.value.trim().length < 2) closeResults();
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (event.target === scan && scan.value.trim().length < 2) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt !== scan) return;
    const asked = event.detail.requestConfig.parameters.code;
    if (!event.detail.xhr.responseURL.includes(event.detail.requestConfig.path)) go(words.till);
    // An answer to what no longer stands in the field comes too late.
    if (asked !== scan.value) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", showResults);
  document.addEventListener("htmx:sendError", () => complain("till-say", words.sayDown));

  // --- Keys ----------------------------------------------------------------------------
  const lineKeys = {
    ArrowUp: () => moveLine(-1),
    ArrowDown: () => moveLine(1),
    "+": () => step(current, 1),
    "-": () => step(current, -1),
    "−": () => step(current, -1),
    Delete: () => remove(current),
    "?": () => byId("keys").showModal(),
  };
  const anywhereKeys = {
    F9: () => askToPay(),
    F2: () => rowOf(current)?.querySelector("[data-quantity]").focus(),
    Escape: () => {
      scan.value = "";
      closeResults();
      scan.focus();
    },
  };

  function keyInQuantity(event) {
    const field = event.target;
    if (event.key === "Enter") scan.focus();
    else if (event.key === "Escape") {
      field.value = field.defaultValue;
      scan.focus();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      moveLine(event.key === "ArrowUp" ? -1 : 1);
      rowOf(current).querySelector("[data-quantity]").focus();
    } else return false;
    return true;
  }

  function keyInResults(event) {
    const all = options();
    if (byId("till-results").hidden || !all.length) return false;
    const at = all.indexOf(activeOption());
    if (event.key === "ArrowDown") activate(all[Math.min(all.length - 1, at + 1)]);
    else if (event.key === "ArrowUp") activate(all[Math.max(0, at - 1)]);
    else if (event.key === "Enter" && at >= 0) take(all[at]);
    else return false;
    return true;
  }

  function handled(event) {
    if (event.target.matches("[data-quantity]") && keyInQuantity(event)) return true;
    if (anywhereKeys[event.key]) {
      anywhereKeys[event.key]();
      return true;
    }
    if (event.target === scan && keyInResults(event)) return true;
    const idle = event.target === scan ? scan.value === "" : !event.target.matches("input, select, textarea");
    if (idle && lineKeys[event.key]) {
      lineKeys[event.key]();
      return true;
    }
    return false;
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], .dropdown-menu.show")) return;
      if (handled(event)) {
        event.preventDefault();
        event.stopPropagation();
      } else if (/^[\p{L}\p{N}]$/u.test(event.key) && !event.target.matches("input, select, textarea")) scan.focus();
    },
    true,
  );

  // The browser's back button may bring an old page from memory: its basket could be paid by now.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  choose(null);
})();
