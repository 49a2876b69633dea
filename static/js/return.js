// Taking goods back: a scanned product raises its line by one. The refund comes from the server.
(() => {
  const scan = document.getElementById("scan");
  const form = document.getElementById("return-form");
  const say = document.getElementById("return-say");
  const rows = () => [...form.querySelectorAll("[data-row]")].filter((row) => row.querySelector("[data-units]"));

  // Quantities stand in the page with the language's decimal mark and without grouping.
  const read = (text) => Number(text.trim().replace(",", ".")) || 0;
  const write = (units) =>
    units.toLocaleString(document.documentElement.lang, { useGrouping: false, maximumFractionDigits: 3 });

  function put(row, units) {
    const field = row.querySelector("[data-units]");
    field.value = write(units);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function tell(text, isBad) {
    say.textContent = text;
    say.classList.toggle("is-bad", isBad);
  }

  function touch(row) {
    rows().forEach((one) => one.classList.toggle("is-touched", one === row));
    row.scrollIntoView({ block: "nearest" });
  }

  function raise(code) {
    const wanted = code.toUpperCase();
    const found = rows().filter((row) => row.dataset.codes.toUpperCase().split(" ").includes(wanted));
    if (!found.length) return tell(say.dataset.none.replace("%s", () => code), true);
    // One product may stand on several lines: the first that has room takes it.
    const row = found.find((one) => read(one.querySelector("[data-units]").value) < read(one.dataset.left));
    if (!row) return tell(say.dataset.full.replace("%s", () => found[0].dataset.name), true);
    const units = Math.min(read(row.dataset.left), read(row.querySelector("[data-units]").value) + 1);
    put(row, units);
    touch(row);
    tell(`${row.dataset.name}: ${write(units)}`, false);
  }

  document.getElementById("return-scan").addEventListener("submit", (event) => {
    event.preventDefault();
    const code = scan.value.trim();
    scan.value = "";
    if (code) raise(code);
    scan.focus();
  });
  // A scanner may be quicker than the scripts: the form then came by itself, with the code in its address.
  document.addEventListener("DOMContentLoaded", () => {
    const early = new URLSearchParams(window.location.search).get("scan")?.trim();
    if (!early) return;
    window.history.replaceState(null, "", window.location.pathname);
    window.setTimeout(() => raise(early), 0);
  });
  document.getElementById("return-all").addEventListener("click", () => {
    rows().forEach((row) => put(row, read(row.dataset.left)));
    tell("", false);
    form.elements.reason.focus();
  });
  // A scanner ends with Enter: in a quantity it leads back to the scan field, and posts nothing.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-units]")) return;
    event.preventDefault();
    scan.focus();
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-units]")) event.target.select();
  });
})();
