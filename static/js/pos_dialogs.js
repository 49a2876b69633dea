// The till's small dialogs: a line's price, discount and note; a discount on the sale; hold; a manager's PIN.
(() => {
  const { till } = window;
  const { words, actions, order, complain } = till;
  const byId = (id) => document.getElementById(id);

  // Opens `dialog` with the focus in `field`; when it closes, the next scan finds its field.
  till.open = (dialog, field) => {
    dialog.querySelector("[data-say]")?.replaceChildren();
    if (!dialog.open) dialog.showModal();
    field.focus();
    field.select?.();
  };
  document.querySelectorAll("dialog.sheet").forEach((dialog) => {
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]")) dialog.close();
    });
    dialog.addEventListener("close", () => {
      if (!document.querySelector("dialog[open]")) byId("scan").focus();
    });
  });

  // Sends what a dialog's form holds; a refusal is said in the dialog, which stays open with what was typed.
  function sends(dialog, url, values) {
    let sending = false;
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (sending) return;
      const sent = values(event.target);
      if (!sent) return dialog.close();
      sending = true;
      order(url, sent, {
        done: (outcome) => {
          sending = false;
          if (outcome === "done") return dialog.close();
          dialog.querySelector("[data-say]").replaceChildren(...byId("till-say").cloneNode(true).childNodes);
          if (outcome === "refused") byId("till-say").replaceChildren();
        },
      });
    });
  }

  // --- One line -----------------------------------------------------------------
  const line = byId("line");
  function openLine(name) {
    const row = till.chosen();
    if (!row) return complain("till-say", words.sayChoose);
    byId("line-title").textContent = row.dataset.name;
    for (const field of ["price", "discount", "note"]) {
      const input = byId(`line-${field}`);
      input.value = input.defaultValue = row.dataset[field];
    }
    line.dataset.item = row.dataset.item;
    showBatches(row);
    till.open(line, byId(`line-${name}`));
  }

  // Goods with batches: which one is sold is asked for; without an answer it is the first to expire.
  async function showBatches(row) {
    const place = byId("line-batches");
    place.hidden = true;
    place.replaceChildren();
    if (!row.dataset.batches) return;
    try {
      const answer = await fetch(row.dataset.batches);
      if (!answer.ok || answer.redirected || line.dataset.item !== row.dataset.item) return;
      place.innerHTML = await answer.text();
      place.hidden = false;
    } catch {
      // The line can be changed all the same.
    }
  }
  actions.price = () => openLine("price");
  actions.discount = () => openLine("discount");
  actions.note = () => openLine("note");
  // Only what was changed is sent: a discount in per cent must not come back as the money it came to.
  sends(line, words.line, (form) => {
    const changed = [...form.elements].filter((field) => field.name && field.value.trim() !== (field.dataset.was ?? field.defaultValue));
    if (!changed.length) return null;
    const values = Object.fromEntries(changed.map((field) => [field.name, field.value.trim() || (field.name === "discount" ? "0" : "")]));
    return { ...values, item: line.dataset.item };
  });

  // --- The whole basket ---------------------------------------------------------------
  const saleDiscount = byId("sale-discount");
  actions.sale_discount = () => {
    if (!till.chosen()) return complain("till-say", words.sayChoose);
    const field = byId("sale-discount-value");
    field.value = byId("till-lines").dataset.saleDiscount;
    till.open(saleDiscount, field);
  };
  sends(saleDiscount, words.discount, (form) => ({ discount: form.elements.discount.value.trim() || "0" }));

  const hold = byId("hold");
  actions.hold = () => {
    if (!till.chosen()) return complain("till-say", words.sayChoose);
    byId("hold-name").value = "";
    till.open(hold, byId("hold-name"));
  };
  sends(hold, words.hold, (form) => ({ name: form.elements.name.value.trim() }));

  // --- A manager's PIN ---------------------------------------------------------------------
  const pin = byId("pin");
  const value = byId("pin-value");
  // Returns the answer to what was allowed, or null where nobody allowed it.
  till.askPin = (why, again) =>
    new Promise((resolve, reject) => {
      pin.querySelector("[data-why]").textContent = why;
      value.value = "";
      till.open(pin, value);
      const form = pin.querySelector("form");
      let sending = false;
      const finish = (answer, failure) => {
        form.removeEventListener("submit", submit);
        pin.removeEventListener("close", leave);
        if (pin.open) pin.close();
        if (failure) reject(failure);
        else resolve(answer);
      };
      const leave = () => finish(null);
      const submit = async (event) => {
        event.preventDefault();
        if (sending || !value.value) return;
        sending = true;
        try {
          const answer = await again(value.value);
          if (!answer.headers.get("X-Till-Ask")) return finish(answer);
          complain(pin.querySelector("[data-say]"), await answer.text());
          value.select();
        } catch (failure) {
          finish(null, failure);
        }
        sending = false;
      };
      form.addEventListener("submit", submit);
      pin.addEventListener("close", leave);
    });
})();
