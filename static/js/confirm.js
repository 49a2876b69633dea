// Asks before a form, button or link with data-confirm-title acts. The button of the dialog carries
// the verb of the action; Escape and the other button change nothing.
(() => {
  const dialog = document.getElementById("confirm");
  if (!dialog) return;
  const yes = dialog.querySelector("[data-confirm-yes]");
  const agreed = new WeakSet();
  let proceed = null;

  function ask(element, go) {
    const { confirmTitle, confirmBody, confirmVerb, confirmTone } = element.dataset;
    dialog.querySelector("#confirm-title").textContent = confirmTitle;
    dialog.querySelector("#confirm-body").textContent = confirmBody || "";
    yes.textContent = confirmVerb || yes.dataset.defaultVerb;
    yes.classList.toggle("btn-danger", confirmTone === "bad");
    yes.classList.toggle("btn-primary", confirmTone !== "bad");
    proceed = () => {
      agreed.add(element);
      go();
      agreed.delete(element);
    };
    dialog.showModal();
    yes.focus();
  }

  function hold(event, element, go) {
    if (agreed.has(element)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(element, go);
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const button = event.submitter;
      const asks = button?.dataset.confirmTitle ? button : form.dataset.confirmTitle ? form : null;
      if (asks) hold(event, asks, () => form.requestSubmit(button));
    },
    true,
  );

  document.addEventListener(
    "click",
    (event) => {
      const element = event.target.closest("a[data-confirm-title], button[type=button][data-confirm-title]");
      if (element) hold(event, element, () => element.click());
    },
    true,
  );

  yes.addEventListener("click", () => {
    dialog.close();
    const go = proceed;
    proceed = null;
    go?.();
  });
  dialog.querySelector("[data-confirm-no]").addEventListener("click", () => dialog.close());
})();
