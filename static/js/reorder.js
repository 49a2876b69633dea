// Ticked products: how many there are, and all of a page at once.
(() => {
  const panel = document.querySelector("[data-ticked]");
  if (!panel) return;
  const all = panel.querySelector("[data-tick-all]");
  const count = panel.querySelector("[data-ticked-count]");
  const boxes = () => [...document.querySelectorAll('input[name="pick"][form="ticked"]')];

  const show = () => {
    const found = boxes();
    const ticked = found.filter((box) => box.checked).length;
    count.textContent = ticked ? `${count.dataset.some} ${ticked}` : count.dataset.none;
    all.firstElementChild.firstElementChild.checked = ticked > 0 && ticked === found.length;
  };

  all.hidden = false;
  document.addEventListener("change", (event) => {
    if (all.contains(event.target)) {
      for (const box of boxes()) box.checked = event.target.checked;
    } else if (event.target.name === "pick") {
      if (event.target.checked) panel.open = true;
    } else {
      return;
    }
    show();
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
