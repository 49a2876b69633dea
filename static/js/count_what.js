// Opening a count: only what the choice asks for is shown.
(() => {
  const form = document.querySelector("[data-count-what]");
  function show() {
    form.querySelectorAll("[data-for]").forEach((part) => {
      part.hidden = part.dataset.for !== form.elements.what.value;
    });
  }
  form.elements.what.addEventListener("change", show);
  show();
})();
