// After a sale: Enter begins the next one, P prints. The focus stands on "New sale" already.
(() => {
  const next = document.querySelector("[data-new-sale]");
  next.focus();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "p" || event.key === "P") document.querySelector("[data-print-key]").click();
    else if (event.key === "Enter" && event.target === document.body) next.click();
    else return;
    event.preventDefault();
  });
})();
