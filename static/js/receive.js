// Taking goods in: scans and the buttons of the rows are steps that the server does, one after another.
// Without this script each of them is an ordinary post of the same form.
(() => {
  const form = document.getElementById("receive-form");
  const lines = document.getElementById("receive-lines");
  const scan = document.getElementById("scan");
  let last = Promise.resolve();
  let waiting = 0;

  // --- Steps ------------------------------------------------------------------
  // They wait for each other: each is told of the rows as the one before left them.
  function step(name, text = "") {
    waiting += 1;
    last = last.then(() => send(name, text)).finally(() => {
      waiting -= 1;
    });
  }

  async function send(name, text) {
    const data = new FormData(form);
    data.set("step", name);
    data.set("scan", text);
    const held = document.activeElement;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Part": "lines" } });
      // Who was signed out meanwhile is sent to another page.
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      lines.innerHTML = await answer.text();
    } catch {
      tell(lines.dataset.noNetwork);
      if (text && !scan.value) scan.value = text;
    }
    arm();
    // The hand comes back to the scan field, unless it already went on to another part of the page.
    if (!held || !held.isConnected || held === document.body) scan.focus();
  }

  function tell(text) {
    const say = document.getElementById("receive-say");
    say.textContent = text;
    say.classList.add("is-bad");
  }

  // --- Hands --------------------------------------------------------------------
  function scanned() {
    const text = scan.value;
    scan.value = "";
    scan.focus();
    if (text.trim()) step("scan", text);
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=step]");
    if (button) {
      event.preventDefault();
      if (button.value === "scan") scanned();
      else step(button.value);
    }
    const picker = event.target.closest("[data-pick-day]");
    if (picker) pickDay(picker);
  });

  form.addEventListener("keydown", (event) => {
    if (event.target === scan && event.ctrlKey && event.key === "]") {
      // The separator inside a label, as scanners type it.
      event.preventDefault();
      scan.setRangeText("\x1d", scan.selectionStart, scan.selectionEnd, "end");
      return;
    }
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.type === "checkbox") return;
    // A scanner ends with Enter: it posts nothing.
    event.preventDefault();
    if (event.target === scan) scanned();
    else nextField(event.target);
  });

  // What was scanned just before is posted too.
  form.addEventListener("submit", (event) => {
    if (!waiting) return;
    event.preventDefault();
    last.then(() => form.requestSubmit(event.submitter));
  });

  // Through the fields of a row, then back to the scan field.
  function nextField(field) {
    const row = field.closest("[data-row]");
    const fields = row ? [...row.querySelectorAll("input:not([type=hidden]):not([type=date])")] : [];
    (fields[fields.indexOf(field) + 1] || scan).focus();
  }

  // --- The day picker -------------------------------------------------------------
  function pickDay(button) {
    const field = button.previousElementSibling;
    const day = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1 });
    day.setAttribute("aria-hidden", "true");
    button.after(day);
    day.addEventListener("change", () => {
      field.value = day.value.split("-").reverse().join("-");
      day.remove();
      field.focus();
    });
    day.showPicker();
  }

  function arm() {
    form.querySelectorAll("[data-pick-day]").forEach((button) => {
      button.hidden = !("showPicker" in HTMLInputElement.prototype);
    });
  }

  arm();
})();
