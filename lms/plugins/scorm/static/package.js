// Says on the application's page what the package's frame tells of saving, and gives it a new address when the former
// is too old. Only its own origin and frame are believed, and only known states: the words are the page's own.
const box = document.querySelector("[data-package]");
if (box) {
  const frame = box.querySelector("iframe");
  const line = box.querySelector("[data-package-state]");
  const words = JSON.parse(box.querySelector("[data-package-words]").textContent);
  const root = document.documentElement;
  const send = (data) => frame.contentWindow.postMessage({ to: "bouquet-package", ...data }, box.dataset.origin);
  let before = "";

  const sayTheme = () => {
    const chosen = root.dataset.bsTheme;
    send({ theme: chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches) ? "dark" : "light" });
  };
  new MutationObserver(sayTheme).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  frame.addEventListener("load", sayTheme);

  // The device: a text of the frame's own, never read here and given back to the same attempt only; and one window at
  // a time, told by a lock that goes with the window.
  const MOST = 2_000_000;
  const name = `bouquet-package-${box.dataset.attempt}`;
  let held = !navigator.locks || !box.dataset.attempt;

  function kept() {
    try { return localStorage.getItem(name) ?? ""; } catch { return null; }
  }

  function keep(text) {
    if (typeof text !== "string" || text.length > MOST || !box.dataset.attempt) return;
    try {
      if (text) localStorage.setItem(name, text);
      else localStorage.removeItem(name);
    } catch { /* full, or forbidden: the frame still has it in memory */ }
  }

  function hold(take) {
    if (held) return Promise.resolve(true);
    return new Promise((answer) => {
      navigator.locks.request(name, take ? { steal: true } : { ifAvailable: true }, (lock) => {
        held = lock !== null;
        answer(held);
        return held ? new Promise(() => {}) : null; // kept until the window goes
      }).catch(() => { held = false; send({ tab: "lost" }); });
    });
  }

  async function answer(take) {
    const ours = await hold(take), text = kept();
    send({ tab: ours ? "ours" : "theirs", keeps: text !== null && Boolean(box.dataset.attempt), kept: ours ? text ?? "" : "" });
  }

  /** This page is signed in; the frame is not. */
  async function renew() {
    const answer = await fetch(box.dataset.address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) {
      line.textContent = words.signin;
      return;
    }
    send({ address: (await answer.json()).address });
  }

  addEventListener("message", (event) => {
    if (event.origin !== box.dataset.origin || event.source !== frame.contentWindow) return;
    const state = event.data?.from === "bouquet-package" ? String(event.data.state) : "";
    if (state === "ask" || state === "take") return void answer(state === "take");
    if (state === "keep") return keep(event.data.kept);
    if (!Object.hasOwn(words, state)) return;
    const time = new Date().toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" });
    line.textContent = words[state].replace("{time}", time);
    line.dataset.state = state;
    if (state === "ready") sayTheme();
    if (state === "expired" && box.dataset.address) renew();
    // closed and left are said at the opening too, when nothing was asked to be saved
    const refused = before === "saving" ? "failed" : "";
    const shown = { saving: "saving", saved: "saved", offline: "offline", waiting: "offline", failed: "failed", elsewhere: "failed", closed: refused, left: refused }[state];
    before = state;
    if (shown) window.bouquet?.showState(shown);
    if (state === "saved" && event.data.completion === "completed") markDone();
  });

  function markDone() {
    const link = document.querySelector("#contents a[aria-current]");
    link?.parentElement.classList.replace("is-started", "is-done");
    const use = link?.querySelector("use");
    if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#circle-check"));
  }

  const wide = box.querySelector("[data-package-wide]");
  if (wide && frame.requestFullscreen) {
    wide.hidden = false;
    wide.addEventListener("click", () => frame.requestFullscreen().then(() => frame.focus()));
  }
}
