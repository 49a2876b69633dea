// Opens the print dialog: at once when the till asked for it, and on the button.
(() => {
  const button = document.querySelector("[data-print]");
  button.addEventListener("click", () => window.print());
  if (button.hasAttribute("data-print-now")) window.addEventListener("load", () => window.print());
})();
