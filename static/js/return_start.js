// What was not found stands selected, so that the next scan replaces it.
(() => {
  const code = document.getElementById("code");
  code.focus();
  code.select();
})();
