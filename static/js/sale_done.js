// After a sale: the receipt prints by itself, P prints it again, Enter begins the next sale.
// The first showing prints on the printer of the shift, or opens the browser's dialog where there is none.
(() => {
  const done = document.getElementById("done");
  const words = done.dataset;
  const say = document.getElementById("done-say");
  const next = document.querySelector("[data-new-sale]");
  let wasPrinted = false;

  function isFirstShowing() {
    const name = `printed:${words.invoice}`;
    try {
      if (window.sessionStorage.getItem(name)) return false;
      window.sessionStorage.setItem(name, "1");
      return true;
    } catch {
      return false; // No storage, so nobody knows: the key prints.
    }
  }

  function tell(text, isBad, ...extras) {
    const line = document.createElement("p");
    line.className = isBad ? "is-bad" : "is-info";
    const icon = document.createElement("span");
    icon.className = isBad ? "bi bi-exclamation-octagon" : "bi bi-check-circle";
    icon.setAttribute("aria-hidden", "true");
    const said = document.createElement("span");
    said.textContent = text;
    line.append(icon, said, ...extras);
    say.replaceChildren(line);
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm btn-secondary";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  // Goes on when the cashier is at the next sale already; returns [went well?, sentence, address to look at].
  async function post(address, values) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    try {
      const response = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(values),
        headers: { "X-CSRFToken": token, "X-Till": "1" },
        keepalive: true,
      });
      const answer = await response.json();
      return [response.ok, answer.said, answer.see];
    } catch {
      return [false, words.sayDown, ""];
    }
  }

  function printHere() {
    window.print();
    next.focus();
  }

  async function printThere() {
    const [went, said] = await post(words.printer, wasPrinted ? { copy: "1" } : {});
    wasPrinted = wasPrinted || went;
    if (went) tell(said, false);
    else tell(said, true, button(words.sayAgain, printThere), button(words.sayBrowser, printHere));
    next.focus();
  }

  async function openDrawer() {
    const [went, said] = await post(words.printer, { drawer: "1" });
    if (!went) tell(said, true, button(words.sayAgain, openDrawer));
  }

  const print = words.printer ? printThere : printHere;

  document.querySelector("[data-print-key]").addEventListener("click", (event) => {
    event.preventDefault();
    print();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "p" || event.key === "P") print();
    else if (event.key === "Enter" && event.target === document.body) next.click();
    else return;
    event.preventDefault();
  });
  document.querySelector("[data-email]")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sends = event.target.querySelector("button");
    sends.disabled = true;
    const [went, said, see] = await post(event.target.action, {});
    const link = document.createElement("a");
    link.href = see;
    link.textContent = words.saySee;
    if (went) tell(said, false, link);
    else tell(said, true);
    sends.disabled = went;
    next.focus();
  });

  next.focus();
  window.addEventListener("load", () => {
    if (!isFirstShowing()) return;
    if ("prints" in words) print();
    else if (words.printer) openDrawer();
  });
})();
