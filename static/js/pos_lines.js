// The lines of the basket: which one is chosen, its quantity, taking it out.
(() => {
  const { till } = window;
  const { words, order, actions } = till;
  let current = null;
  const rows = () => [...document.querySelectorAll("#till-lines [data-item]")];
  const rowOf = (item) => rows().find((row) => row.dataset.item === String(item));
  till.chosen = () => rowOf(current);

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

  till.moveLine = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.dataset.item === current);
    choose(all[Math.min(all.length - 1, Math.max(0, at + by))].dataset.item);
  };

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
    change(item, qty);
  }

  function change(item, qty) {
    order(words.change, { item, qty }, { done: (outcome) => outcome === "refused" && restore(item) });
  }

  // A quantity that was refused without an answer in parts, such as a PIN not given, goes back to what it was.
  function restore(item) {
    const field = rowOf(item)?.querySelector("[data-quantity]");
    if (!field) return;
    field.value = field.defaultValue;
    rowOf(item).dataset.qty = field.defaultValue.replace(",", ".");
  }

  function remove(item) {
    if (item && rowOf(item)) order(words.remove, { item });
  }

  function applyQty(field) {
    const row = field.closest("[data-item]");
    if (!row || field.value === field.defaultValue) return;
    if (field.value.trim() === "") field.value = field.defaultValue;
    else change(row.dataset.item, field.value.trim());
  }

  actions.one_more = () => step(current, 1);
  actions.one_less = () => step(current, -1);
  actions.remove = () => remove(current);
  actions.quantity = () => rowOf(current)?.querySelector("[data-quantity]").focus();

  document.addEventListener("click", (event) => {
    const row = event.target.closest("#till-lines [data-item]");
    if (!row) return;
    choose(row.dataset.item);
    const by = event.target.closest("[data-step]");
    if (by) step(row.dataset.item, Number(by.dataset.step));
    else if (event.target.closest("[data-take-out]")) remove(row.dataset.item);
  });
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-quantity]")) return;
    choose(event.target.closest("[data-item]").dataset.item);
    event.target.select();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-quantity]")) applyQty(event.target);
  });
  document.addEventListener("till:placed", ({ detail }) => {
    detail.waiting.filter((o) => o.url === words.change).forEach((o) => showQty(o.values.item, o.values.qty));
    const touched = document.querySelector("#till-lines [data-touched]");
    choose(touched ? touched.dataset.item : current);
  });

  till.keyInQuantity = (event) => {
    const field = event.target;
    if (event.key === "Enter") document.getElementById("scan").focus();
    else if (event.key === "Escape") {
      field.value = field.defaultValue;
      document.getElementById("scan").focus();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      till.moveLine(event.key === "ArrowUp" ? -1 : 1);
      actions.quantity();
    } else return false;
    return true;
  };
  choose(null);
})();
