// Offline pages alone: what was done is also kept answer by answer, and handed back as a signed file.
// The signature (HMAC-SHA256, RFC 2104) is computed here: a page opened from a disk is no place to count on WebCrypto.

const ROUND = [...primes(64)].map((p) => fraction(Math.cbrt(p)));

function* primes(count) {
  for (let n = 2, found = 0; found < count; n++) {
    let whole = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) whole = false;
    if (whole) {
      found += 1;
      yield n;
    }
  }
}

function fraction(number) {
  return Math.floor((number - Math.floor(number)) * 2 ** 32) >>> 0;
}

// FIPS 180-4, 6.2: bytes in, 32 bytes out.
function sha256(bytes) {
  const state = [...primes(8)].map((p) => fraction(Math.sqrt(p)));
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const w = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    let [a, b, c, d, e, f, g, k] = state;
    for (let i = 0; i < 64; i++) {
      const one = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) >>> 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      [k, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + two) >>> 0];
    }
    [a, b, c, d, e, f, g, k].forEach((value, i) => (state[i] = (state[i] + value) >>> 0));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setUint32(i * 4, value));
  return new Uint8Array(out.buffer);
}

function toHex(bytes) {
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function signText(text, keyHex) {
  const key = new Uint8Array(64);
  key.set(keyHex.match(/../g).map((pair) => parseInt(pair, 16)));
  const join = (pad, rest) => new Uint8Array([...key.map((b) => b ^ pad), ...rest]);
  return toHex(sha256(join(0x5c, sha256(join(0x36, new TextEncoder().encode(text))))));
}

// What was done on this device: pages seen, time spent, each finished try with its answers.
class Journal {
  constructor(course) {
    this.course = course;
    this.name = "bouquet:journal:" + course.id;
    this.kept = { run: "", seen: [], seconds: {}, open: {}, attempts: [] };
    try {
      Object.assign(this.kept, JSON.parse(localStorage.getItem(this.name) || "{}"));
    } catch {
      // nothing kept
    }
    if (!this.kept.run) this.kept.run = toHex(crypto.getRandomValues(new Uint8Array(16)));
  }

  keep() {
    try {
      localStorage.setItem(this.name, JSON.stringify(this.kept));
    } catch {
      // the player says elsewhere that this browser keeps nothing
    }
  }

  saw(ids) {
    this.kept.seen = [...new Set([...this.kept.seen, ...ids])];
    this.keep();
  }

  spent(id, seconds) {
    this.kept.seconds[id] = Math.round((this.kept.seconds[id] || 0) + Math.min(seconds, 1800));
    this.keep();
  }

  answered(quiz, question, response, seconds) {
    const answers = this.kept.open[quiz] || (this.kept.open[quiz] = []);
    answers.push({ question, response, seconds: Math.round(seconds * 10) / 10 });
    this.keep();
  }

  finished(quiz, number) {
    this.kept.attempts.push({ quiz, number, answers: this.kept.open[quiz] || [] });
    delete this.kept.open[quiz];
    this.keep();
  }

  get worth() {
    return this.kept.seen.length > 0 || this.kept.attempts.length > 0;
  }

  // The file: what is signed travels as text, so that no reader has to write it again the same way.
  file() {
    const { run, seen, seconds, attempts } = this.kept;
    const { handBack, id, version } = this.course;
    const made = new Date().toISOString();
    const result = JSON.stringify({ format: 1, package: handBack.package, course: id, version, run, made, seen, seconds, attempts });
    return JSON.stringify({ about: this.course.title, result, signature: signText(result, handBack.key) }, null, 1);
  }

  give() {
    const day = localStamp(new Date()).slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
    const link = h("a", { download: `resultat-${this.course.id.replace(/[^a-z0-9]+/g, "-")}-${day}.json`, href: URL.createObjectURL(new Blob([this.file()], { type: "application/json" })) });
    document.body.append(link);
    link.click();
    link.remove();
  }
}
