// Large files sent in pieces: each piece is kept by the server, so that nothing is sent twice after an interruption.
const FIRST = 1 << 20;
const WANTED_SECONDS = 4; // a piece should last about this long: short enough to lose little, long enough to be few
const DAMAGED = 460; // on the way: the piece is sent again

const csrf = () => window.bouquet.csrf();

/** Send one piece with its place and its hash; `told` hears the bytes that have left. */
function sendPiece(url, offset, piece, digest, told, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", url);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.setRequestHeader("Upload-Offset", String(offset));
    if (digest) request.setRequestHeader("Content-Digest", `sha-256=:${digest}:`);
    request.upload.onprogress = (event) => told(event.loaded);
    request.onload = () => resolve({ status: request.status, said: parse(request.responseText) });
    request.onerror = request.ontimeout = () => reject(new TypeError("network"));
    request.onabort = () => reject(new DOMException("paused", "AbortError"));
    request.timeout = 300000;
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(piece);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** SHA-256 in base64; browsers hash on safe origins only, elsewhere the server goes without. */
async function digestOf(piece) {
  if (!window.crypto?.subtle) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
  return btoa(String.fromCharCode(...hash));
}

class Sending {
  constructor(form, file) {
    this.form = form;
    this.file = file;
    this.words = JSON.parse(form.querySelector("[data-upload-words]").textContent);
    this.find = (name) => form.querySelector(`[data-upload-${name}]`);
    this.offset = 0;
    this.chunk = FIRST;
    this.failures = 0;
    this.paused = false;
    this.milestone = 0;
    this.find("pause").addEventListener("click", () => this.pause());
    this.find("resume").addEventListener("click", () => this.run());
    this.find("cancel").addEventListener("click", () => this.cancel());
    addEventListener("online", () => { if (this.waiting && !this.paused) this.run(); });
    addEventListener("beforeunload", (event) => { if (this.running) event.preventDefault(); });
  }

  say(key, values = {}) {
    return (this.words[key] ?? key).replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  }

  state(key, values) {
    this.find("state").textContent = this.say(key, values);
  }

  show() {
    this.find("panel").hidden = false;
    this.find("actions").hidden = true;
    this.form.querySelector(".field").hidden = true;
    this.find("name").textContent = this.file.name;
    this.figures(0);
    this.find("pause").focus();
  }

  megabytes(bytes) {
    return (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 });
  }

  figures(leaving) {
    const done = Math.min(this.offset + leaving, this.file.size);
    const percent = Math.floor((done / this.file.size) * 100);
    this.find("bar").value = percent;
    const size = `${this.megabytes(this.file.size)} ${this.words.MB}`;
    this.find("figures").textContent = this.say("figures", { done: this.megabytes(done), size, percent });
    const speed = this.began && (done - this.from) / ((performance.now() - this.began) / 1000);
    const left = speed ? (this.file.size - done) / speed : null;
    this.find("left").textContent = left === null || this.paused ? "" : left < 60 ? this.say("left_seconds") : this.say("left_minutes", { n: Math.ceil(left / 60) });
    if (percent >= this.milestone + 25 && percent < 100) {
      this.milestone = percent - (percent % 25);
      this.state("milestone", { percent: this.milestone });
    }
  }

  buttons(running) {
    const had = [this.find("pause"), this.find("resume")].includes(document.activeElement);
    this.find("pause").hidden = !running;
    this.find("resume").hidden = running;
    if (had) this.find(running ? "pause" : "resume").focus();
  }

  async run() {
    clearTimeout(this.timer);
    if (this.running) return;
    Object.assign(this, { running: true, paused: false, waiting: false, abort: new AbortController() });
    this.buttons(true);
    this.state("sending");
    try {
      await this.begin();
      while (this.url && this.offset < this.file.size) await this.next();
      if (this.url) this.finish();
    } catch (error) {
      this.interrupted(error);
    } finally {
      this.running = false;
    }
  }

  /** Announce the file, or ask again where it stopped. */
  async begin() {
    const facts = JSON.parse(this.form.dataset.uploadFacts);
    const body = { ...facts, name: this.file.name, size: this.file.size, modified: String(this.file.lastModified) };
    const headers = { "X-CSRFToken": csrf(), "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch(this.form.dataset.upload, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual", signal: this.abort.signal });
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error("signin");
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      if (answer.status >= 500 && answer.status !== 507) throw new TypeError("server");
      throw Object.assign(new Error("refused"), { said: said.error ?? String(answer.status) });
    }
    if (said.offset && !this.url) this.state("resumed");
    Object.assign(this, { url: said.url, page: said.page, most: said.most, offset: said.offset, from: said.offset, began: performance.now() });
    this.figures(0);
  }

  async next() {
    const piece = this.file.slice(this.offset, this.offset + Math.min(this.chunk, this.most));
    const digest = await digestOf(piece);
    const began = performance.now();
    const { status, said } = await sendPiece(this.url, this.offset, piece, digest, (leaving) => this.figures(leaving), this.abort.signal);
    if (status === 401 || status === 403 || status === 0) throw new Error("signin");
    if (status === 410 || status === 404) this.url = null;
    if (!this.url || (status >= 500) || status === 429) throw new TypeError("server");
    if (status >= 400 && status !== 409 && status !== DAMAGED) throw Object.assign(new Error("refused"), { said: said.error ?? String(status) });
    this.failures = 0;
    this.offset = said.offset;
    const speed = piece.size / ((performance.now() - began) / 1000);
    this.chunk = Math.max(1 << 18, Math.min(speed * WANTED_SECONDS, this.chunk * 2, this.most));
    this.figures(0);
  }

  interrupted(error) {
    this.figures(0);
    if (error.message === "refused") {
      this.find("state").textContent = error.said;
      this.find("pause").hidden = this.find("resume").hidden = true;
      return;
    }
    this.buttons(false);
    if (this.paused) return this.state("paused");
    if (error.message === "signin") return this.state("signin");
    this.waiting = true;
    this.failures += 1;
    const seconds = Math.min(2 ** this.failures, 30);
    this.state(navigator.onLine ? "again" : "offline", { seconds });
    this.timer = setTimeout(() => this.run(), seconds * 1000);
  }

  pause() {
    this.paused = true;
    this.abort?.abort();
  }

  finish() {
    this.running = false;
    this.state("checking");
    location.assign(this.page);
  }

  async cancel() {
    this.pause();
    clearTimeout(this.timer);
    if (this.url) await fetch(this.url, { method: "DELETE", headers: { "X-CSRFToken": csrf() } }).catch(() => null);
    this.running = false;
    location.reload();
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    const input = form.querySelector("input[type=file]");
    const file = input.files[0];
    event.preventDefault();
    event.stopPropagation();
    const words = JSON.parse(form.querySelector("[data-upload-words]").textContent);
    const most = Number(form.dataset.uploadMost);
    const wrong = !file ? words.none : file.size > most ? words.too_large.replace("{size}", `${Math.round(file.size / 1e6)} ${words.MB}`).replace("{most}", `${Math.round(most / 1e6)} ${words.MB}`) : "";
    input.setCustomValidity(wrong);
    if (wrong) return input.reportValidity();
    const sending = new Sending(form, file);
    sending.show();
    sending.run();
  }, true);
  form.querySelector("input[type=file]").addEventListener("change", (event) => event.target.setCustomValidity(""));
}

for (const button of document.querySelectorAll("[data-upload-drop]")) {
  button.addEventListener("click", async () => {
    await fetch(button.dataset.uploadDrop, { method: "DELETE", headers: { "X-CSRFToken": csrf() } }).catch(() => null);
    location.reload();
  });
}
