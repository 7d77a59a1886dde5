// The conversation with the LMS: SCORM 1.2 (RTE 1.2 section 3) and SCORM 2004 (RTE 4th edition sections 3 and 4) behind
// the same few calls; without an API everything answers quietly and `present` is false.

const STANDARDS = {
  "scorm12": {
    api: "API", prefix: "LMS", start: "LMSInitialize", end: "LMSFinish", limit: 4096,
    location: "cmi.core.lesson_location", exit: "cmi.core.exit", time: "cmi.core.session_time", mode: "cmi.core.lesson_mode",
    mastery: "cmi.student_data.mastery_score", score: "cmi.core.score",
    response: "student_response", moment: "time", wrong: "wrong",
  },
  "scorm2004": {
    api: "API_1484_11", prefix: "", start: "Initialize", end: "Terminate", limit: 64000,
    location: "cmi.location", exit: "cmi.exit", time: "cmi.session_time", mode: "cmi.mode",
    mastery: "cmi.scaled_passing_score", score: "cmi.score",
    response: "learner_response", moment: "timestamp", wrong: "incorrect",
  },
};

// "true", true, 1 and "1" are all met; anything else is a refusal.
function agreed(answer) {
  return /^(true|1)$/i.test(String(answer));
}

// Parents first, then openers, then the parents of those; another origin's window is passed over.
function findApi(name, start, entry) {
  const queue = [start];
  const known = new Set();
  for (let level = 0; queue.length && level <= 500; level++) {
    const current = queue.shift();
    if (known.has(current)) continue;
    known.add(current);
    try {
      if (current[name] && typeof current[name][entry] === "function") return current[name];
    } catch {
      // another origin
    }
    try {
      if (current.opener) queue.push(current.opener);
    } catch {
      // another origin
    }
    if (current.parent && current.parent !== current) queue.unshift(current.parent);
  }
  return null;
}

function pad(number) {
  return String(Math.floor(number)).padStart(2, "0");
}

function clock12(seconds) {
  const bounded = Math.min(seconds, 9999 * 3600);
  const hundredths = Math.round(bounded * 100);
  const whole = Math.floor(hundredths / 100);
  return `${String(Math.floor(whole / 3600)).padStart(4, "0")}:${pad((whole / 60) % 60)}:${pad(whole % 60)}.${pad(hundredths % 100)}`;
}

function duration2004(seconds) {
  return `PT${(Math.round(seconds * 100) / 100).toString()}S`;
}

function localStamp(date) {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

class Lms {
  constructor(format) {
    this.is12 = format === "scorm12";
    this.names = STANDARDS[format];
    this.api = this.names ? findApi(this.names.api, window, this.names.start) : null;
    this.present = false;
    this.closed = false;
    this.written = new Map();
    this.refused = new Set();
    this.objectives = null;
    this.interactions = null; // how many there are
    this.checked = 0; // the longest text that was read back
    this.proven = new Set(); // elements that were read back once
    this.opened = Date.now();
  }

  call(name, ...values) {
    try {
      return String(this.api[this.names.prefix + name](...values));
    } catch {
      return "";
    }
  }

  open() {
    if (!this.api) return false;
    // some LMSs answer nothing, or have opened the session themselves: what counts is that they then give a value
    this.present = agreed(this.call(this.names.start.slice(this.names.prefix.length), ""));
    if (!this.present && /\w/.test(this.call("GetValue", this.names.mode).replace(/^(null|undefined|false)$/, ""))) this.present = true;
    const mode = this.present ? this.get(this.names.mode) : "";
    this.readOnly = mode === "review" || mode === "browse";
    return this.present;
  }

  get live() {
    return this.present && !this.closed && !this.readOnly;
  }

  get(element) {
    if (!this.present || this.closed) return "";
    const value = this.call("GetValue", element);
    return value === "null" || value === "undefined" ? "" : value;
  }

  // Writes one element unless it already has this value; false when the LMS refused.
  set(element, value) {
    if (!this.live) return false;
    const text = String(value);
    if (this.written.get(element) === text) return true;
    if (!agreed(this.call("SetValue", element, text))) return false;
    this.written.set(element, text);
    return true;
  }

  commit() {
    if (!this.live) return false;
    if (typeof this.api[this.names.prefix + "Commit"] !== "function") return true; // what is read back then tells
    return agreed(this.call("Commit", ""));
  }

  get location() {
    return this.get(this.names.location);
  }

  get suspendData() {
    return this.get("cmi.suspend_data");
  }

  // The pass mark the LMS asks for, 0..1, or null when it says nothing.
  get mastery() {
    const text = this.get(this.names.mastery);
    const value = Number(text);
    if (text === "" || Number.isNaN(value)) return null;
    return this.is12 ? value / 100 : value;
  }

  get status() {
    return this.is12
      ? { completion: this.get("cmi.core.lesson_status"), success: this.get("cmi.core.lesson_status") }
      : { completion: this.get("cmi.completion_status"), success: this.get("cmi.success_status") };
  }

  // complete: boolean; success: "passed" | "failed" | "". What the LMS already holds as passed or completed is kept.
  writeStatus(complete, success) {
    const before = this.status;
    if (this.is12) {
      const wanted = complete ? success || "completed" : "incomplete";
      const rank = { passed: 3, completed: 2, failed: 2 };
      if ((rank[wanted] || 0) >= (rank[before.completion] || 0)) this.set("cmi.core.lesson_status", wanted);
      return;
    }
    if (before.completion !== "completed") this.set("cmi.completion_status", complete ? "completed" : "incomplete");
    if (success && before.success !== "passed") this.set("cmi.success_status", success);
  }

  writeScore(ratio) {
    const percent = Math.round(ratio * 10000) / 100;
    if (!this.is12) this.set("cmi.score.scaled", Math.round(ratio * 1e6) / 1e6);
    this.set(this.names.score + ".raw", percent);
    this.set(this.names.score + ".min", 0);
    this.set(this.names.score + ".max", 100);
  }

  writeProgress(ratio) {
    if (!this.is12 && !this.refused.has("progress")) {
      if (!this.set("cmi.progress_measure", Math.round(ratio * 1e4) / 1e4)) this.refused.add("progress");
    }
  }

  objectiveIndex(id) {
    if (!this.objectives) {
      this.objectives = new Map();
      const count = Number(this.get("cmi.objectives._count")) || 0;
      for (let n = 0; n < count; n++) this.objectives.set(this.get(`cmi.objectives.${n}.id`), n);
    }
    if (!this.objectives.has(id)) {
      const next = this.objectives.size;
      if (!this.set(`cmi.objectives.${next}.id`, id)) return -1;
      this.objectives.set(id, next);
    }
    return this.objectives.get(id);
  }

  // An objective that sequencing reads; the LMS has made it from the manifest.
  writePassed(id) {
    const n = this.live ? this.objectiveIndex(id) : -1;
    if (n >= 0) this.set(`cmi.objectives.${n}.success_status`, "passed");
  }

  // Whether the LMS can go on to the next part (2004 SN 5.6.4), and asking it to.
  get canContinue() {
    return !this.is12 && this.live && this.get("adl.nav.request_valid.continue") === "true";
  }

  goOn() {
    this.set("adl.nav.request", "continue");
    this.close();
  }

  writeObjective(id, title, ratio, success) {
    if (!this.live || this.refused.has("objectives")) return;
    const n = this.objectiveIndex(id);
    if (n < 0) {
      this.refused.add("objectives");
      return;
    }
    const at = `cmi.objectives.${n}.`;
    const percent = Math.round(ratio * 10000) / 100;
    if (!this.is12) this.set(at + "score.scaled", Math.round(ratio * 1e6) / 1e6);
    this.set(at + "score.raw", percent);
    this.set(at + "score.min", 0);
    this.set(at + "score.max", 100);
    if (this.is12) {
      this.set(at + "status", success);
      return;
    }
    this.set(at + "success_status", success);
    if (!this.refused.has("description") && !this.set(at + "description", title.slice(0, 250))) this.refused.add("description");
  }

  // One answer, appended: `item` comes from interactionOf().
  writeInteraction(item) {
    if (!this.live || this.refused.has("interactions")) return;
    if (this.interactions === null) this.interactions = Number(this.get("cmi.interactions._count")) || 0;
    const at = `cmi.interactions.${this.interactions}.`;
    if (!this.set(at + "id", item.id)) {
      this.refused.add("interactions");
      return;
    }
    this.interactions += 1;
    this.set(at + "type", item.type);
    item.objectives.forEach((id, n) => this.set(`${at}objectives.${n}.id`, id));
    this.set(at + this.names.moment, this.is12 ? item.moment.slice(11) : item.moment);
    item.patterns.forEach((pattern, n) => this.set(`${at}correct_responses.${n}.pattern`, pattern));
    this.set(at + "weighting", item.weighting);
    if (item.response !== null) this.set(at + this.names.response, item.response);
    this.set(at + "result", item.result === "incorrect" ? this.names.wrong : item.result);
    this.set(at + "latency", this.is12 ? clock12(item.latency) : duration2004(item.latency));
    if (!this.is12 && item.description) this.set(at + "description", item.description.slice(0, 250));
  }

  // "": kept; "answers" or "all": what had to be left out; "cut": the LMS kept something else than what it was given,
  // which many 1.2 LMSs do silently: each longer text than before is read back once.
  writeState(state, location) {
    this.set(this.names.location, location);
    const limit = this.limit || this.names.limit;
    const { text, lost } = fitState(state, limit);
    if (lost === "all") return this.limit ? "cut" : lost;
    if (!this.set("cmi.suspend_data", text)) return "cut";
    if (this.is12 && text.length > this.checked) {
      this.checked = text.length;
      const back = this.suspendData;
      if (back !== text) {
        this.limit = back.length;
        if (back) this.writeState(state, location); // a shorter form may fit
        return "cut";
      }
    }
    return lost;
  }

  // Elements that the LMS accepted and does not give back, each asked once after a commit; written again next time.
  // On 1.2 alone: LMSs of that age answer "true" to everything.
  unkept() {
    if (!this.is12 || !this.live) return [];
    const same = {
      "cmi.core.lesson_status": (back, put) => back === put || /^(passed|failed|completed)$/.test(back),
      "cmi.core.score.raw": (back, put) => back !== "" && Number(back) === Number(put),
      "cmi.core.lesson_location": (back, put) => back === put,
    };
    return Object.keys(same).filter((element) => {
      const put = this.written.get(element);
      const key = `${element}=${put}`;
      if (!put || this.proven.has(key)) return false;
      if (!same[element](this.get(element), put)) return this.written.delete(element);
      this.proven.add(key);
      return false;
    });
  }

  writeTime() {
    const seconds = (Date.now() - this.opened) / 1000;
    this.set(this.names.time, this.is12 ? clock12(seconds) : duration2004(seconds));
    this.set(this.names.exit, "suspend");
  }

  close() {
    if (!this.present || this.closed) return;
    this.writeTime();
    this.commit();
    this.closed = true;
    this.call(this.names.end.slice(this.names.prefix.length), "");
  }
}

// The record of one answer in the format of each standard. 1.2 wants one letter a choice: its rank in the file.
function interactionOf(question, response, grade, latency, started, format) {
  const is12 = format === "scorm12";
  const letter = (id) => (is12 ? "abcdefghijklmnopqrstuvwxyz0123456789"[question.choices.findIndex((c) => c.id === id)] : id);
  const join = is12 ? "," : "[,]";
  const pair = is12 ? "." : "[.]";
  const owner = (id) => firstOwner(question, id);
  const pairs = (map) => question.choices.filter((c) => map[c.id]).map((c) => letter(c.id) + pair + letter(owner(map[c.id]))).join(join);
  const said = (text) => (text.startsWith("{") && !is12 ? "{lang=fr}" + text : text);
  const kinds = {
    single: () => ["choice", (r) => letter(r), [question.choices.filter((c) => c.correct).map((c) => letter(c.id)).join(join)]],
    multiple: () => ["choice", (r) => r.map(letter).join(join), [question.choices.filter((c) => c.correct).map((c) => letter(c.id)).join(join)]],
    ordering: () => ["sequencing", (r) => r.map(letter).join(join), [question.choices.map((c) => letter(c.id)).join(join)]],
    matching: () => ["matching", pairs, [pairs(Object.fromEntries(question.choices.map((c) => [c.id, c.id])))]],
    numeric: () => {
      const { value, tolerance } = question.numeric;
      return ["numeric", (r) => String(round9(readNumber(r, question.numeric.unit))), [is12 ? String(value) : `${round9(value - tolerance)}[:]${round9(value + tolerance)}`]];
    },
    text: () => {
      const fits = question.accepted.filter((text) => text.length <= 250);
      return ["fill-in", said, fits.map((text) => (is12 ? text : "{case_matters=false}" + text)).slice(0, is12 ? 10 : 5)];
    },
  };
  const [type, write, patterns] = kinds[question.type]();
  const result = grade === 1 ? "correct" : grade === 0 ? "incorrect" : String(Math.round(grade * 1e4) / 1e4);
  return {
    id: question.id, type, objectives: question.objectives, moment: localStamp(new Date(started)), patterns,
    weighting: question.points, response: response === null ? null : write(response), result, latency, description: question.text,
  };
}

// Two choices may share a match: it is always recorded under the first of them.
function firstOwner(question, id) {
  const { match } = question.choices.find((c) => c.id === id);
  return question.choices.find((c) => c.match === match).id;
}

function round9(number) {
  return Math.round(number * 1e9) / 1e9;
}
