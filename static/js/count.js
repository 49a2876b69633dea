// Counting: scans and typed quantities are steps that the server does, one after another.
// Without this script each of them is an ordinary post of its form.
(() => {
  const root = document.querySelector("[data-count]");
  const state = document.getElementById("count-state");
  const scan = document.getElementById("scan");
  let last = Promise.resolve();

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-count-step]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    if (form.contains(scan)) {
      if (!scan.value.trim()) return;
      scan.value = "";
    }
    // They wait for each other: a scanner is faster than the network.
    last = last.then(() => send(form.getAttribute("action"), data));
  }, true);

  async function send(address, data) {
    const typing = document.activeElement;
    const held = typing && typing !== scan && state.contains(typing) && typing.name === "qty" ? lineOf(typing) : null;
    try {
      const answer = await fetch(address, { method: "POST", body: data, headers: { "X-Part": "sheet" } });
      if (!answer.ok) throw new Error(answer.status);
      state.innerHTML = await answer.text();
    } catch {
      tell(root.dataset.noNetwork);
      if (data.get("scan") && !scan.value) scan.value = data.get("scan");
    }
    // The hand stays in the line it went on to; from the line just saved it comes back to the scan field.
    const again = held && held !== data.get("line") ? fieldOf(held) : null;
    (again || scan).focus();
  }

  function lineOf(input) {
    return input.form.elements.line.value;
  }

  function fieldOf(line) {
    const hidden = state.querySelector(`.count-set [name=line][value="${line}"]`);
    return hidden && hidden.form.elements.qty;
  }

  function tell(text) {
    const say = document.getElementById("count-say");
    say.textContent = text;
    say.classList.add("is-bad");
  }
})();
