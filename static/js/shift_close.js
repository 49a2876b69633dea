// Counting the drawer: adds up while it is typed, and says what closing will do.
// What is shown here is for the eye only; the server counts again.
(() => {
  const form = document.querySelector("[data-shift-count]");
  if (!form) return;
  const said = form.dataset;
  const fields = [...form.querySelectorAll("[data-value]")];
  const note = form.elements.note;
  const button = form.querySelector("button.btn-primary");
  const expected = hundredths(said.expected);
  const style = { minimumFractionDigits: Number(said.decimals), maximumFractionDigits: 2 };
  const numbers = new Intl.NumberFormat(document.documentElement.lang, style);

  // Whole hundredths: a sum of decimals would drift.
  function hundredths(text) {
    return Math.round(Number(text) * 100);
  }
  function written(amount) {
    return numbers.format(amount / 100).replace("-", "−");
  }
  function pieces(field) {
    return /^\d+$/.test(field.value.trim()) ? Number(field.value) : 0;
  }

  // --- The sum ----------------------------------------------------------------
  function difference() {
    return fields.reduce((sum, field) => sum + hundredths(field.dataset.value) * pieces(field), 0) - expected;
  }
  function inWords(amount) {
    if (amount === 0) return said.exact;
    return (amount > 0 ? said.over : said.short).replace("{amount}", written(Math.abs(amount)));
  }
  function show() {
    fields.forEach((field) => {
      const amount = hundredths(field.dataset.value) * pieces(field);
      field.closest(".shift-row").querySelector("[data-amount]").textContent = amount ? written(amount) : "";
    });
    const left = difference();
    const isTyped = fields.some((field) => field.value.trim());
    const place = form.querySelector("[data-difference]");
    form.querySelector("[data-counted]").textContent = written(expected + left);
    place.textContent = isTyped ? inWords(left) : "–";
    place.classList.toggle("is-good", isTyped && left === 0);
    place.classList.toggle("is-watch", isTyped && left !== 0);
    prepareQuestion(left);
  }

  // A count that differs and has no note is refused anyway: then there is nothing to ask first.
  function prepareQuestion(left) {
    said.confirmBody = said.body
      .replace("{counted}", written(expected + left))
      .replace("{expected}", written(expected))
      .replace("{difference}", inWords(left));
    if (left === 0 || note.value.trim()) said.confirmTitle = said.title;
    else delete said.confirmTitle;
  }

  // --- Hands --------------------------------------------------------------------
  function move(field, step) {
    const following = fields[fields.indexOf(field) + step];
    if (following) following.focus();
    else if (step > 0) (difference() === 0 ? button : note).focus();
  }
  form.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !fields.includes(event.target)) return;
    event.preventDefault();
    move(event.target, step);
  });
  form.addEventListener("focusin", (event) => {
    if (fields.includes(event.target)) event.target.select();
  });
  form.addEventListener("input", show);

  show();
  if (!document.querySelector("[data-error-summary]")) fields[0].focus();
})();
