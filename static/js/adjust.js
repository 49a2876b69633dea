// The adjustment form: rows are added as they are needed, and each shows what it would do.
// Figures come from the server, ready to be shown; nothing is computed here.
(() => {
  const form = document.querySelector("[data-adjust]");
  if (!form) return;
  const rows = form.querySelector("[data-rows]");
  const template = form.querySelector("[data-row-template]");
  const total = form.querySelector("[name=line-TOTAL_FORMS]");
  const matches = document.getElementById("adjust-matches");
  const waiting = new WeakMap();

  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

  // --- Rows -----------------------------------------------------------------
  function arm(row) {
    row.querySelector("[data-remove-row]").hidden = false;
  }

  function add() {
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelectorAll("input").forEach((input) => {
      input.name = input.name.replace("__prefix__", total.value);
      input.id = input.id.replace("__prefix__", total.value);
    });
    total.value = Number(total.value) + 1;
    rows.append(row);
    arm(row);
    return row;
  }

  function next(row) {
    return row.nextElementSibling || add();
  }

  // A row is emptied and hidden, not taken out: the numbers of the others must stay.
  function remove(row) {
    const neighbour = next(row);
    row.querySelectorAll("input").forEach((input) => {
      input.value = "";
    });
    row.hidden = true;
    field(neighbour, "product").focus();
  }

  // --- What a row would do ----------------------------------------------------
  async function preview(row) {
    const asked = new URLSearchParams({
      warehouse: form.elements.warehouse.value,
      product: field(row, "product").value,
      qty: field(row, "qty").value,
      reason: form.elements.reason?.value || "",
    });
    let answer;
    try {
      const response = await fetch(`${form.dataset.previewUrl}?${asked}`, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      answer = await response.json();
    } catch {
      return; // Without the network the form still works; it is checked when it is posted.
    }
    // An answer to what stands there no longer says nothing.
    if (asked.get("product") === field(row, "product").value) show(row, answer);
  }

  // A label and a box say more than their product: it is filled in where nobody typed anything.
  function fill(row, said) {
    for (const [name, value] of Object.entries(said)) {
      const input = field(row, name);
      if (input && (name === "product" || !input.value)) input.value = value;
    }
  }

  function show(row, answer) {
    fill(row, answer.fill);
    const onHand = answer.on_hand ? ` · ${form.dataset.onHand.replace("%s", answer.on_hand)}` : "";
    row.querySelector("[data-found]").textContent = answer.name ? answer.name + onHand : answer.hint;
    const balance = row.querySelector("[data-balance]");
    balance.textContent = answer.balance || "–";
    balance.classList.toggle("is-bad", answer.is_short);
    matches.replaceChildren(
      ...answer.matches.map((match) => Object.assign(document.createElement("option"), { value: match.sku, label: match.name })),
    );
  }

  function previewSoon(row) {
    window.clearTimeout(waiting.get(row));
    waiting.set(row, window.setTimeout(() => preview(row), 200));
  }

  // --- Hands --------------------------------------------------------------------
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) previewSoon(row);
  });
  form.elements.warehouse.addEventListener("change", () => {
    rows.querySelectorAll("[data-row]").forEach((row) => field(row, "product").value && preview(row));
  });
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.ctrlKey && event.key === "]" && event.target.matches("[data-product]")) {
      // The separator inside a label, as scanners type it.
      event.preventDefault();
      event.target.setRangeText("\x1d", event.target.selectionStart, event.target.selectionEnd, "end");
      return;
    }
    if (event.key !== "Enter" || !row || event.target.tagName !== "INPUT") return;
    // A scanner ends with Enter: it leads on to the next field, and posts nothing.
    event.preventDefault();
    const inputs = [...row.querySelectorAll("input")];
    const following = inputs[inputs.indexOf(event.target) + 1];
    (following || field(next(row), "product")).focus();
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-row]")) {
      event.preventDefault();
      field(add(), "product").focus();
    } else if (event.target.closest("[data-remove-row]")) {
      remove(event.target.closest("[data-row]"));
    }
  });

  rows.querySelectorAll("[data-row]").forEach((row) => {
    arm(row);
    if (field(row, "product").value) preview(row);
  });
})();
