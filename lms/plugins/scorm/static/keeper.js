// Keeps what the package says until the server has it: numbered, in order, on the device while the network is away.
// Each entry is a whole snapshot, so that the last one of a visit says all that the former ones did.
const MOST = 2_000_000; // characters kept on the device; a browser gives some five million to an origin
const BEACON = 60_000; // bytes that a page that goes away may still hand over
const PATIENCE = 20_000; // milliseconds a request may take
const PAUSES = [3_000, 6_000, 12_000, 30_000];

export class Keeper {
  constructor(run, device, tell) {
    this.run = run;
    this.device = device;
    this.tell = tell;
    this.queue = [];
    this.sequence = 0;
    this.launch = 0;
    this.silent = "";
    this.stopped = "";
    this.busy = false;
    this.tries = 0;
    this.timer = 0;
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.flush(); });
  }

  /** Begin a launch: the server has taken what was pending. */
  begin(launch, silent) {
    this.launch = launch;
    this.silent = silent;
    if (!silent) this.device.write("");
  }

  /** Take one snapshot; true when it is safe: with the server, or on the device. */
  add(entry) {
    if (this.silent) return true;
    if (this.stopped) return false;
    this.sequence += 1;
    const body = { ...entry, launch: this.launch, sequence: this.sequence, at: new Date().toISOString() };
    this.queue = this.queue.filter((old) => !this.covers(body, old));
    this.queue.push(body);
    if (this.keep()) {
      this.flush();
      return true;
    }
    return this.sendAndWait();
  }

  /** A later snapshot of the same visit says all that an earlier one did; the one on its way is left alone. */
  covers(later, earlier) {
    if (earlier === this.sending || earlier.sco === null || earlier.sequencing) return false;
    return earlier.sco === later.sco && earlier.visit === later.visit;
  }

  keep() {
    const text = this.queue.length ? JSON.stringify(this.queue) : "";
    return text.length <= MOST && this.device.write(text);
  }

  async flush() {
    if (this.busy || this.stopped || !this.queue.length) return;
    this.busy = true;
    clearTimeout(this.timer);
    this.tell("saving");
    while (this.queue.length && !this.stopped) {
      this.sending = this.queue[0];
      let answer;
      try {
        answer = await fetch(this.run.commit, {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(this.sending),
          signal: AbortSignal.timeout(PATIENCE), credentials: "omit", cache: "no-store",
        });
      } catch {
        answer = null;
      }
      if (!(await this.take(answer))) break;
    }
    this.sending = null;
    this.busy = false;
  }

  /** What the server made of the entry that was sent; false when it must wait. */
  async take(answer) {
    if (!answer || answer.status >= 500 || answer.status === 429 || answer.status === 408) return this.later();
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.tries = 0;
      this.drop(this.sending);
      if (!this.queue.length) this.tell("saved", { completion: said.completion });
      return true;
    }
    return this.refused(answer.status, said.state);
  }

  refused(status, state) {
    if (state === "expired") { // the page around us can have a new address; until then all is kept
      this.tell("expired");
      this.later(true);
      return false;
    }
    if (["elsewhere", "closed", "left"].includes(state)) {
      this.stopped = state; // what was not sent stays on the device: the next window hands it over
      this.tell(state);
      return false;
    }
    this.drop(this.sending);
    this.tell("failed");
    return true;
  }

  drop(entry) {
    this.queue = this.queue.filter((one) => one !== entry);
    this.keep();
  }

  later(quiet = false) {
    const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    if (!quiet) this.tell(this.device.keeps ? "offline" : "waiting");
    this.timer = setTimeout(() => this.flush(), pause);
    return false;
  }

  /** No storage on this device: wait for the server, as the standard's blocking calls allow. */
  sendAndWait() {
    if (this.busy) return false;
    this.tell("saving");
    try {
      const request = new XMLHttpRequest();
      request.open("POST", this.run.commit, false);
      request.setRequestHeader("Content-Type", "application/json");
      request.send(JSON.stringify({ commits: this.queue }));
      const said = JSON.parse(request.responseText);
      if (request.status === 200) {
        this.queue = [];
        this.tell("saved", { completion: said.completion });
        return true;
      }
      if (request.status < 500 && request.status !== 429) {
        this.sending = this.queue[0];
        this.refused(request.status, said.state);
        return false;
      }
    } catch { /* no network: later */ }
    this.later();
    return false;
  }

  /** The page goes away: hand over what is left; what does not fit waits on the device. */
  leave() {
    if (this.silent || this.stopped || !this.queue.length) return;
    const text = JSON.stringify({ commits: this.queue });
    if (text.length < BEACON) navigator.sendBeacon(this.run.commit, new Blob([text], { type: "application/json" }));
  }

  /** A new address for the same attempt. */
  renew(address) {
    this.run.commit = address;
    this.tries = 0;
    this.flush();
  }

  stop(state) {
    this.stopped = state;
    clearTimeout(this.timer);
  }
}
