// The frame: menu, keys, and the token that fragments post with.
(() => {
  const root = document.documentElement;
  const sidebar = document.getElementById("sidebar");

  function isTyping(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  // --- Menu ---------------------------------------------------------------
  const toggle = document.querySelector("[data-sidebar-toggle]");
  function showWidth() {
    const slim = root.dataset.sidebar === "slim";
    if (toggle) toggle.setAttribute("aria-expanded", String(!slim));
    document.querySelectorAll("[data-tip]").forEach((link) => {
      if (slim) link.title = link.dataset.tip;
      else link.removeAttribute("title");
    });
  }
  if (toggle) {
    showWidth();
    toggle.addEventListener("click", () => {
      root.dataset.sidebar = root.dataset.sidebar === "slim" ? "" : "slim";
      document.cookie = `sidebar=${root.dataset.sidebar}; path=/; max-age=31536000; samesite=lax`;
      showWidth();
    });
  }

  sidebar?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });

  const opener = document.querySelector("[data-sidebar-open]");
  function openMenu(open) {
    if (!sidebar || !opener) return;
    sidebar.classList.toggle("is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) sidebar.querySelector("a").focus();
  }
  if (opener) {
    opener.addEventListener("click", (event) => {
      event.stopPropagation();
      openMenu(!sidebar.classList.contains("is-open"));
    });
    document.addEventListener("click", (event) => {
      if (!sidebar.contains(event.target)) openMenu(false);
    });
  }

  // --- Keys ---------------------------------------------------------------
  const keys = document.getElementById("keys");
  document.querySelectorAll("[data-keys-open]").forEach((button) => {
    button.addEventListener("click", () => keys.showModal());
  });
  keys?.querySelector("[data-keys-close]").addEventListener("click", () => keys.close());

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sidebar?.classList.contains("is-open")) {
      openMenu(false);
      opener.focus();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "?" && keys && !keys.open) {
      event.preventDefault();
      keys.showModal();
    }
  });

  // --- Selects that act at once ---------------------------------------------
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // --- Tables that fit keep their heading at the top of the window ----------------
  // One that does not fit can be scrolled with the arrow keys too.
  const fit = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => {
      const fits = target.scrollWidth <= target.clientWidth;
      target.classList.toggle("fits", fits);
      if (fits) target.removeAttribute("tabindex");
      else target.tabIndex = 0;
    });
  });
  const boxes = ".table-wrap, .table-scroll, .panel:has(> .data-table)";
  const watchTables = (root) => root.querySelectorAll(boxes).forEach((box) => fit.observe(box));
  watchTables(document);
  document.addEventListener("htmx:afterSettle", () => watchTables(document));

  // --- Fragments --------------------------------------------------------------
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A bell that somebody reads is left as it is until it is closed.
    if (event.detail.target.querySelector("#bell .dropdown-menu.show")) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:configRequest", (event) => {
    // An empty filter says nothing, so it does not stand in the address.
    if (event.detail.elt.matches("[data-tidy]")) {
      for (const [name, value] of Object.entries(event.detail.parameters)) {
        if (value === "") delete event.detail.parameters[name];
      }
    }
    event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
  });
})();
