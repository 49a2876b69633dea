// Paying at the till: the dialog that pos_queue.js asks for with the event till:pay once the basket is settled.
// Figures come from the server; here stands only what was typed.
(() => {
  const { till } = window;
  const { words, actions } = till;
  const byId = (id) => document.getElementById(id);
  const dialog = byId("pay");
  const payForm = byId("pay-form");
  const rows = () => [...byId("pay-tenders").querySelectorAll("[data-tender]")];
  const amountOf = (row) => row.querySelector("[data-tendered]");
  const methodOf = (row) => row.querySelector("[data-method]");
  let current = null;
  let paying = false;
  let asked = 0;
  let timer = 0;

  document.addEventListener("till:pay", () => {
    if (dialog.open) return;
    rows().slice(1).forEach((row) => row.remove());
    byId("pay-say").replaceChildren();
    dialog.showModal();
    methodOf(rows()[0]).selectedIndex = 0;
    settle(rows()[0], byId("pay-parts").dataset.due);
    byId("pay-rest").replaceChildren();
  });

  // Puts a proposed amount into a row, selected: the next digit replaces it.
  function settle(row, amount) {
    current = row;
    const reference = row.querySelector("[data-reference]");
    reference.hidden = !("asksReference" in methodOf(row).selectedOptions[0].dataset);
    amountOf(row).value = amount;
    amountOf(row).focus();
    amountOf(row).select();
  }

  // --- Several ways to pay ------------------------------------------------------------
  // Says whether it is still the last one asked: what was typed just before must not answer after it.
  async function quote() {
    window.clearTimeout(timer);
    const mine = ++asked;
    try {
      const answer = await till.post(words.quote, new FormData(payForm));
      if (!answer.ok || mine !== asked) return mine === asked;
      const parts = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      if (mine === asked) byId("pay-rest").replaceWith(parts.firstElementChild);
    } catch {
      // What is still to pay is said again with the next key; paying itself says when the server is away.
    }
    return mine === asked;
  }

  // The whole sum where a row stands alone, and what the others leave where it does not.
  async function propose(row) {
    const { due, total } = byId("pay-parts").dataset;
    if (rows().length === 1) return settle(row, methodOf(row).value === "CASH" ? due : total);
    settle(row, "");
    if (await quote()) settle(row, byId("pay-rest").dataset.rest || "0");
  }

  async function methodChosen(row) {
    await propose(row);
    quote();
  }

  actions.next_method = () => {
    const select = methodOf(current);
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    methodChosen(current);
  };

  actions.split = () => {
    const row = byId("tender-row").content.firstElementChild.cloneNode(true);
    const serial = rows().length;
    row.querySelectorAll("[id]").forEach((field) => (field.id = field.id.replace("-n", `-${serial}`)));
    row.querySelectorAll("[for]").forEach((label) => (label.htmlFor = label.htmlFor.replace("-n", `-${serial}`)));
    byId("pay-tenders").append(row);
    const used = rows().slice(0, -1).map((other) => methodOf(other).value);
    const free = [...methodOf(row).options].findIndex((option) => !used.includes(option.value));
    methodOf(row).selectedIndex = Math.max(0, free);
    methodChosen(row);
  };

  [1, 2, 3, 4].forEach((n) => {
    actions[`preset_${n}`] = () => byId("pay-parts").querySelectorAll("[data-amount]")[n - 1]?.click();
  });

  payForm.addEventListener("input", (event) => {
    if (!event.target.matches("[data-tendered]")) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(quote, 150);
  });
  payForm.addEventListener("change", (event) => {
    if (event.target.matches("[data-method]")) methodChosen(event.target.closest("[data-tender]"));
  });
  payForm.addEventListener("focusin", (event) => {
    current = event.target.closest("[data-tender]") || current;
  });

  payForm.addEventListener("click", (event) => {
    const amount = event.target.closest("[data-amount]");
    const drop = event.target.closest("[data-tender-drop]");
    if (amount) {
      settle(current, amount.dataset.amount);
      byId("pay-now").focus();
      quote();
    } else if (drop) {
      drop.closest("[data-tender]").remove();
      methodChosen(rows().at(-1));
    } else if (event.target.closest("[data-method-next]")) actions.next_method();
    else if (event.target.closest("[data-tender-add]")) actions.split();
    else if (event.target.closest("[data-pay-close]")) dialog.close();
  });

  // --- Pay ---------------------------------------------------------------------------------
  payForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (paying) return;
    paying = true;
    byId("pay-now").setAttribute("aria-busy", "true");
    byId("pay-say").replaceChildren();
    const outcome = await till.send(words.pay, new FormData(payForm), "pay-say");
    if (outcome === "gone") return;
    paying = false;
    byId("pay-now").removeAttribute("aria-busy");
    if (outcome === "refused" && !byId("pay-say").childElementCount) return dialog.close();
    amountOf(current).focus();
    amountOf(current).select();
  });
})();
