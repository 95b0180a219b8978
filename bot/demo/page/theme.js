// Light, dark, or as the system has it. Loaded before the page is drawn, so that nothing flashes.

(() => {
  const KEY = "chat-page.theme";
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const NAMES = { auto: "wie das System", light: "hell", dark: "dunkel" };
  const root = document.documentElement;

  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  const apply = (theme) => {
    root.dataset.theme = theme in NEXT ? theme : "auto";
    const button = document.querySelector("[data-testid=theme-switch]");
    button?.setAttribute("aria-label", `Farben: ${NAMES[root.dataset.theme]}. Umschalten`);
    button?.setAttribute("title", `Farben: ${NAMES[root.dataset.theme]}`);
  };

  apply(remembered());
  document.addEventListener("DOMContentLoaded", () => {
    apply(root.dataset.theme);
    document.querySelector("[data-testid=theme-switch]").addEventListener("click", () => {
      apply(NEXT[root.dataset.theme]);
      try {
        localStorage.setItem(KEY, root.dataset.theme);
      } catch {
        // A browser without storage forgets the choice; the switch works all the same.
      }
    });
  });
})();
