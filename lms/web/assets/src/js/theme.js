// Runs before anything is painted: the theme and reading settings kept on this device.
(() => {
  const root = document.documentElement;
  root.classList.remove("no-js");
  const kept = (name) => {
    try {
      return localStorage.getItem(`bouquet.${name}`);
    } catch {
      return null;
    }
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => root.setAttribute("data-bs-theme", kept("theme") || (system.matches ? "dark" : "light"));
  paint();
  system.addEventListener("change", paint);
  for (const name of ["text-size", "spacing", "contents"]) {
    const value = kept(name);
    if (value && value !== "normal") root.setAttribute(`data-${name}`, value);
  }
})();
