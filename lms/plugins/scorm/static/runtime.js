// The SCORM API as the lesson finds it, for one visit of one part at a time.
const CORE = { "1.2": "cmi.core.", "2004": "cmi." };
const CALLS = {
  "1.2": { API: ["LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic"] },
  "2004": { API_1484_11: ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"] },
};

const TOLD = /status$|score\.|location$|suspend_data$|progress_measure$|objectives\.\d|interactions\.\d/;

/** Seconds of a CMITimespan or an ISO 8601 duration; 0 for anything else. */
export function secondsOf(text) {
  const clock = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text ?? "");
  if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const span = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text ?? "");
  if (!span) return 0;
  const units = [365 * 86400, 30 * 86400, 86400, 3600, 60, 1];
  return units.reduce((sum, unit, at) => sum + Number(span[at + 1] ?? 0) * unit, 0);
}

function durationText(standard, seconds) {
  const total = Math.round(Math.max(seconds, 0) * 100) / 100;
  const hours = Math.floor(total / 3600), minutes = Math.floor((total % 3600) / 60);
  const rest = (total % 60).toFixed(2);
  if (standard !== "1.2") return `PT${hours}H${minutes}M${Number(rest)}S`;
  return `${String(hours).padStart(4, "0")}:${String(minutes).padStart(2, "0")}:${rest.padStart(5, "0")}`;
}

export class Runtime {
  /** `options`: standard, scos, tree, onCommit(data, ends), onNavigation events of the sequencing, onChange(element). */
  constructor(options) {
    this.options = options;
    this.is12 = options.standard === "1.2";
    this.core = CORE[options.standard];
    this.scos = new Map(options.scos.map((sco) => [sco.id, sco]));
    this.last = new Map(); // what each part said last, in this window
    this.sco = null;
    this.guarded = false;
    this.told = false;
    const settings = {
      lmsCommitUrl: "/", dataCommitFormat: "flattened", sendFullCommit: true, autocommit: true, autocommitSeconds: 15,
      logLevel: 5, mastery_override: false,
      httpService: { processHttpRequest: (_url, data, ends) => this.commit(data, Boolean(ends)), updateSettings() {} },
    };
    if (options.tree) {
      settings.sequencing = { activityTree: options.tree, eventListeners: options.listeners, logLevel: "error", hideLmsUi: [] };
    }
    this.api = this.is12 ? new Scorm12API(settings) : new Scorm2004API(settings);
    this.expose();
  }

  /** Only the eight calls of the standard, under its name: a lesson has no business with more. */
  expose() {
    const [name, calls] = Object.entries(CALLS[this.options.standard])[0];
    const face = {};
    for (const call of calls) face[call] = (...given) => this.call(call, given);
    window[name] = face;
  }

  call(name, given) {
    if (name === "GetValue") {
      const asked = /^adl\.nav\.request_valid\.(choice|jump)\.\{target=(.+)\}$/.exec(given[0] ?? "");
      if (asked && this.isOpen()) return this.options.mayGo(asked[1], asked[2]);
    }
    // the learner's own choice of where to go comes before what a lesson asks for while it is being closed
    if (name === "SetValue" && this.guarded && given[0] === "adl.nav.request") return "true";
    const result = this.api[name](...given);
    if (name.endsWith("SetValue") && TOLD.test(given[0])) this.told = true;
    if (name.endsWith("SetValue") || name.endsWith("Commit")) this.options.onChange(given[0]);
    return result;
  }

  commit(data, ends) {
    const said = ends && this.saysNothing() ? { ...data, ...this.doneWord() } : { ...data };
    if (this.sco) this.last.set(this.sco.id, said);
    const safe = this.options.onCommit(said, ends);
    return { result: safe, errorCode: safe ? 0 : 101 };
  }

  doneWord() {
    return this.is12 ? { "cmi.core.lesson_status": "completed" } : { "cmi.completion_status": "completed" };
  }

  /** A lesson that only begins and ends has been gone through (1.2 RTE 3.4.4; 2004 SN 3.13.3); one that keeps a place or
      a score knows how to say that it is done, and is not said to be when it does not. */
  saysNothing() {
    return !this.told;
  }

  isOpen() {
    return this.api.isInitialized();
  }

  isOver() {
    return this.api.isTerminated();
  }

  /** Everything that the lesson has said so far in this visit, saved or not. */
  snapshot() {
    const data = this.api.getFlattenedCMI();
    if (this.sco) this.last.set(this.sco.id, data);
    return data;
  }

  /** Make ready for a part; `resumed` false: it begins again, and what it had kept is over. */
  load(id, resumed) {
    this.sco = this.scos.get(id);
    if (this.is12) this.api.reset();
    else this.api.reset(undefined, { resetTotalTime: true });
    const elements = this.elements(this.sco, resumed);
    this.told = Object.entries(elements).some(([element, value]) => TOLD.test(element) && this.sco.fresh[element] !== value);
    this.api.loadFromFlattenedJSON(elements);
    return this.sco;
  }

  /** What the part is given: as the server said at the opening, or as it left itself in this window. */
  elements(sco, resumed) {
    if (!resumed) return sco.fresh;
    const said = this.last.get(sco.id);
    if (!said) return sco.elements;
    const core = this.core, left = said[`${core}exit`] ?? "";
    const kept = Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== "" && value !== null && !name.startsWith("adl.") && !name.endsWith("_count") && !name.endsWith("_children")));
    delete kept[`${core}exit`];
    delete kept[`${core}session_time`];
    const given = { ...sco.fresh };
    if (this.is12) delete given["cmi.core.lesson_status"];
    const goesOn = this.is12 ? left === "suspend" : true;
    const total = secondsOf(said[`${core}total_time`]) + secondsOf(said[`${core}session_time`]);
    return { ...kept, ...given, [`${core}entry`]: goesOn ? "resume" : "", [`${core}total_time`]: durationText(this.options.standard, total) };
  }

  /** Close what a lesson left open when it went away without a word. */
  close() {
    if (this.isOpen()) this.is12 ? this.api.LMSFinish("") : this.api.Terminate("");
  }

  /** Seconds that are left of the time a part allows; Infinity without a limit. */
  timeLeft() {
    const given = this.sco?.fresh ?? {};
    const most = secondsOf(given[this.is12 ? "cmi.student_data.max_time_allowed" : "cmi.max_time_allowed"]);
    const spent = secondsOf(this.api.getFlattenedCMI()[`${this.core}total_time`]);
    return most ? most - spent : Infinity;
  }

  timeAction() {
    const given = this.sco?.fresh ?? {};
    return given[this.is12 ? "cmi.student_data.time_limit_action" : "cmi.time_limit_action"] || "continue,no message";
  }
}
