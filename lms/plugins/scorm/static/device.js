// What this device keeps for an attempt, and which of its windows has it in hand. Storage of our own where the browser
// gives frames some; otherwise the application's page keeps an opaque text for us, and it always tells windows apart.
const PATIENCE = 3000;

export class Device {
  constructor(run) {
    this.run = run;
    this.local = run.key && run.keeps ? localOrNone() : null;
    this.page = false; // does the application's page keep for us?
    this.text = "";
    this.tab = "ours";
    this.lost = () => {};
    this.answered = null;
    addEventListener("message", (event) => {
      if (event.origin === run.parent && event.source === parent && event.data?.to === "bouquet-package") this.hear(event.data);
    });
  }

  hear(data) {
    if (data.tab === "lost") return this.lost();
    if (!("tab" in data)) return;
    this.tab = data.tab;
    this.page = data.keeps === true;
    this.text = typeof data.kept === "string" ? data.kept : "";
    this.answered?.();
  }

  /** Ask the page which window has the attempt; true when it is this one. `take`: have it in any case. */
  async hold(take) {
    const heard = new Promise((answer) => { this.answered = answer; });
    const ask = () => parent.postMessage({ from: "bouquet-package", state: take ? "take" : "ask" }, this.run.parent);
    ask();
    const again = setInterval(ask, 250); // the page's own script may still be on its way
    await Promise.race([heard, new Promise((done) => { setTimeout(done, PATIENCE); })]);
    clearInterval(again);
    return this.tab === "ours";
  }

  get name() {
    return `bouquet-${this.run.key}`;
  }

  /** True when this device can keep something. */
  get keeps() {
    return this.local !== null || this.page;
  }

  read() {
    const texts = [this.local?.getItem(this.name), this.text];
    for (const text of texts) {
      try {
        const found = JSON.parse(text || "[]");
        if (Array.isArray(found) && found.length) return found;
      } catch { /* not ours, or cut: the next */ }
    }
    return [];
  }

  /** Keep this text instead of the former one; false when the device cannot. */
  write(text) {
    if (this.local) {
      try {
        if (text) this.local.setItem(this.name, text);
        else this.local.removeItem(this.name);
        return true;
      } catch { /* full */ }
    }
    if (!this.page) return false;
    parent.postMessage({ from: "bouquet-package", state: "keep", kept: text }, this.run.parent);
    return true;
  }
}

function localOrNone() {
  try {
    localStorage.setItem("bouquet-try", "1");
    localStorage.removeItem("bouquet-try");
    return localStorage;
  } catch {
    return null;
  }
}
