// Runs before the first paint: "as the device" and the narrow menu are known only to the browser.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  root.dataset.scripted = "";
  if (document.cookie.split("; ").includes("sidebar=slim")) root.dataset.sidebar = "slim";
})();
