// Says on the application's page what the package's frame tells of saving. Only its own origin and frame are believed,
// and only a state among the known ones is shown: words are the page's own.
const box = document.querySelector("[data-package]");
if (box) {
  const frame = box.querySelector("iframe");
  const line = box.querySelector("[data-package-state]");
  const words = JSON.parse(box.querySelector("[data-package-words]").textContent);
  let before = "";
  addEventListener("message", (event) => {
    if (event.origin !== box.dataset.origin || event.source !== frame.contentWindow) return;
    const state = event.data?.from === "bouquet-package" ? String(event.data.state) : "";
    if (!Object.hasOwn(words, state)) return;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    line.textContent = words[state].replace("{time}", time);
    // closed and left are said at the opening too, when nothing was asked to be saved
    const refused = before === "saving" ? "failed" : "";
    const shown = { saving: "saving", saved: "saved", offline: "offline", failed: "failed", elsewhere: "failed", closed: refused, left: refused }[state];
    before = state;
    if (shown) window.bouquet?.showState(shown);
    if (state === "saved" && event.data.completion === "completed") {
      const link = document.querySelector("#contents a[aria-current]");
      link?.parentElement.classList.replace("is-started", "is-done");
      const use = link?.querySelector("use");
      if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#circle-check"));
    }
  });
}
