// A page is read once its end was on screen for two seconds; the button says the same to who has no scripts.
const mark = document.querySelector("[data-seen]");
if (mark && mark.dataset.seenDone !== "yes" && "IntersectionObserver" in window) {
  const began = Date.now();
  let timer = null;
  const observer = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    if (entries.some((entry) => entry.isIntersecting)) timer = setTimeout(seen, 2000);
  });
  observer.observe(mark);

  async function seen() {
    observer.disconnect();
    const seconds = Math.round((Date.now() - began) / 1000);
    const answer = await window.bouquet.queuePost(mark.dataset.seen, { do: "seen", fields: { seconds: [String(seconds)] } }, `seen:${mark.dataset.seen}`);
    if (answer && answer.error) return;
    mark.querySelector("form")?.remove();
    mark.querySelector("[data-seen-word]").hidden = false;
    const line = document.querySelector("#contents a[aria-current]");
    line?.parentElement.classList.replace("is-todo", "is-done");
    line?.parentElement.classList.replace("is-started", "is-done");
    const use = line?.querySelector("use");
    if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#circle-check"));
  }
}
