// The scan field and what it finds.
(() => {
  const { till } = window;
  const { words, order, complain, go } = till;
  const byId = (id) => document.getElementById(id);
  const scan = byId("scan");
  const options = () => [...document.querySelectorAll("#till-found [role=option]")];
  const activeOption = () => document.querySelector("#till-found [aria-selected=true]");

  function activate(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) {
      scan.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else scan.removeAttribute("aria-activedescendant");
  }

  // After Enter on a name the first product found is the next Enter's, also when the search as one types answers late.
  let wantsFirst = false;

  function showResults() {
    const any = options().length > 0 && !byId("till-results").hidden;
    scan.setAttribute("aria-expanded", String(any));
    if (!any) activate(null);
    else if (wantsFirst && !activeOption()) activate(options()[0]);
  }

  function closeResults() {
    byId("till-results").hidden = true;
    showResults();
  }

  function take({ product, unit, times }) {
    order(words.add, { code: `${times || 1}*${product}`, product, ...(unit && { unit }) });
    scan.value = "";
    closeResults();
    till.toScan();
  }

  function enter(code) {
    closeResults();
    byId("till-say").replaceChildren();
    order(words.add, { code }, { text: code });
  }

  // On a phone the field brings the keyboard up: a tap on a product must not.
  till.toScan = () => {
    if (!window.matchMedia("(pointer: coarse)").matches) scan.focus();
  };

  till.clearScan = () => {
    scan.value = "";
    closeResults();
    scan.focus();
  };

  byId("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = scan.value.trim();
    if (!text) return;
    scan.value = "";
    enter(text);
    scan.focus();
  });
  document.addEventListener("till:scan", (event) => enter(event.detail.code));
  document.addEventListener("click", (event) => {
    const found = event.target.closest("[data-product]");
    if (found) take(found.dataset);
  });

  // What could not be added goes back into the field, selected, so that the next scan replaces it.
  document.addEventListener("till:answered", ({ detail }) => {
    const asks = !byId("till-results").hidden;
    if (scan.value || (detail.outcome === "done" && !asks)) return;
    scan.value = detail.text;
    if (document.activeElement === scan) scan.select();
    wantsFirst = true;
    showResults();
  });
  document.addEventListener("till:placed", showResults);

  scan.addEventListener("input", () => {
    // What was found belongs to the text before: a quick scan must not take it.
    wantsFirst = false;
    activate(null);
    if (scan.value.trim().length < 2) closeResults();
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (event.target === scan && scan.value.trim().length < 2) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt !== scan) return;
    const asked = event.detail.requestConfig.parameters.code;
    if (!event.detail.xhr.responseURL.includes(event.detail.requestConfig.path)) go(words.till);
    // An answer to what no longer stands in the field comes too late.
    if (asked !== scan.value) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", showResults);
  document.addEventListener("htmx:sendError", () => complain("till-say", words.sayDown));

  till.keyInResults = (event) => {
    const all = options();
    if (byId("till-results").hidden || !all.length) return false;
    const at = all.indexOf(activeOption());
    if (event.key === "ArrowDown") activate(all[Math.min(all.length - 1, at + 1)]);
    else if (event.key === "ArrowUp") activate(all[Math.max(0, at - 1)]);
    else if (event.key === "Enter" && at >= 0) take(all[at].dataset);
    else return false;
    return true;
  };
})();
