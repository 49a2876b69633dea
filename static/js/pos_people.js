// Lists to pick from: baskets on hold, and customers. Arrows choose, Enter takes, typing narrows.
(() => {
  const { till } = window;
  const { words, actions, order } = till;
  const byId = (id) => document.getElementById(id);

  function picks(dialog, take) {
    const list = dialog.querySelector("[data-list]");
    const shown = () => [...list.querySelectorAll(".pos-option:not([hidden])")];
    const mark = (option) => shown().forEach((one) => one.classList.toggle("is-current", one === option));
    const marked = () => shown().find((one) => one.classList.contains("is-current"));
    dialog.querySelector("[data-filter]").addEventListener("keydown", (event) => {
      const all = shown();
      const at = all.indexOf(marked());
      if (event.key === "ArrowDown") mark(all[Math.min(all.length - 1, at + 1)]);
      else if (event.key === "ArrowUp") mark(all[Math.max(0, at - 1)]);
      else if (event.key === "Enter") {
        const option = marked() || (all.length === 1 ? all[0] : null);
        if (option) take(option);
      } else return;
      event.preventDefault();
      marked()?.scrollIntoView({ block: "nearest" });
    });
    list.addEventListener("click", (event) => {
      const option = event.target.closest(".pos-option");
      if (option) take(option);
    });
    return { shown, mark };
  }

  function sent(dialog, url, values) {
    order(url, values, {
      done: (outcome) => {
        const say = dialog.querySelector("[data-say]");
        if (outcome === "refused" && say) say.replaceChildren(...byId("till-say").childNodes);
        else if (outcome !== "down") dialog.close();
      },
    });
  }

  // --- Baskets on hold ------------------------------------------------------------
  const held = byId("held");
  const filter = byId("held-filter");
  const pick = picks(held, (option) => sent(held, words.resume, { sale: option.dataset.held }));
  actions.resume = async () => {
    filter.value = "";
    held.querySelector("[data-list]").replaceChildren();
    till.open(held, filter);
    try {
      const answer = await fetch(words.held);
      if (!answer.ok || answer.redirected) return till.go(words.till);
      held.querySelector("[data-list]").innerHTML = await answer.text();
      pick.mark(pick.shown()[0]);
    } catch {
      held.close();
      till.complain("till-say", words.sayDown);
    }
  };
  filter.addEventListener("input", () => {
    const asked = filter.value.trim().toLowerCase().replace(/^#/, "");
    held.querySelectorAll(".pos-option").forEach((option) => {
      option.hidden = !option.dataset.text.includes(asked);
    });
    pick.mark(pick.shown()[0]);
  });

  // --- Customer ------------------------------------------------------------------------
  const customer = byId("customer");
  const found = picks(customer, (option) => sent(customer, words.customer, { customer: option.dataset.customer }));
  actions.customer = () => {
    byId("customer-find").value = byId("new-name").value = byId("new-phone").value = "";
    byId("customer-found").replaceChildren();
    till.open(customer, byId("customer-find"));
  };
  byId("customer-found").addEventListener("htmx:afterSwap", () => found.mark(found.shown()[0]));
  customer.addEventListener("click", (event) => {
    if (event.target.closest(".sheet-actions [data-customer]")) sent(customer, words.customer, { customer: "" });
  });
  customer.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, phone } = event.target.elements;
    sent(customer, words.customerNew, { name: name.value.trim(), phone: phone.value.trim() });
  });
})();
