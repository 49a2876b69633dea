// Paying at the till: the dialog that pos.js asks for with the event till:pay once the basket is settled.
(() => {
  const { till } = window;
  const byId = (id) => document.getElementById(id);
  const dialog = byId("pay");
  const payForm = byId("pay-form");
  let paying = false;

  document.addEventListener("till:pay", () => {
    if (dialog.open) return;
    byId("pay-say").replaceChildren();
    dialog.showModal();
    byId("tendered").focus();
    byId("tendered").select();
  });

  payForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (paying) return;
    paying = true;
    byId("pay-now").setAttribute("aria-busy", "true");
    byId("pay-say").replaceChildren();
    const outcome = await till.send(till.words.pay, new FormData(payForm), "pay-say");
    if (outcome === "gone") return;
    paying = false;
    byId("pay-now").removeAttribute("aria-busy");
    if (outcome === "refused" && !byId("pay-say").childElementCount) dialog.close();
    else {
      byId("tendered").focus();
      byId("tendered").select();
    }
  });
  dialog.addEventListener("click", (event) => {
    const amount = event.target.closest("[data-amount]");
    if (amount) {
      byId("tendered").value = amount.dataset.amount;
      byId("pay-now").focus();
    } else if (event.target.closest("[data-pay-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => byId("scan").focus());
})();
