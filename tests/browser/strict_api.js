// Test LMSs that refuse everything their standard refuses, and keep a record of what they were told.
// SCORM 1.2: RTE 1.2 section 3.4. SCORM 2004 4th edition: RTE 3 and 4. `refused` must stay empty.

const T12 = {
  identifier: /^[\x21-\x7e]{1,255}$/,
  status: /^(passed|completed|failed|incomplete|browsed)$/,
  objective: /^(passed|completed|failed|incomplete|browsed|not attempted)$/,
  percent: /^(100(\.0+)?|\d{1,2}(\.\d+)?)$/,
  decimal: /^-?\d+(\.\d+)?$/,
  span: /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/,
  time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/,
  text255: /^[\s\S]{0,255}$/,
  text4096: /^[\s\S]{0,4096}$/,
  exit: /^(time-out|suspend|logout|)$/,
  type: /^(true-false|choice|fill-in|matching|performance|sequencing|likert|numeric)$/,
  result: /^(correct|wrong|unanticipated|neutral|-?\d+(\.\d+)?)$/,
};
const ELEMENTS12 = [
  [/^cmi\.core\.lesson_location$/, "rw", T12.text255],
  [/^cmi\.core\.lesson_status$/, "rw", T12.status],
  [/^cmi\.core\.score\.(raw|min|max)$/, "rw", T12.percent],
  [/^cmi\.core\.exit$/, "w", T12.exit],
  [/^cmi\.core\.session_time$/, "w", T12.span],
  [/^cmi\.core\.(lesson_mode|credit|entry|student_id|student_name|total_time)$/, "r"],
  [/^cmi\.student_data\.mastery_score$/, "r"],
  [/^cmi\.suspend_data$/, "rw", T12.text4096],
  [/^cmi\.(objectives|interactions)\._count$/, "r"],
  [/^cmi\.objectives\.\d+\.id$/, "rw", T12.identifier],
  [/^cmi\.objectives\.\d+\.score\.(raw|min|max)$/, "rw", T12.percent],
  [/^cmi\.objectives\.\d+\.status$/, "rw", T12.objective],
  [/^cmi\.interactions\.\d+\.id$/, "w", T12.identifier],
  [/^cmi\.interactions\.\d+\.objectives\.\d+\.id$/, "w", T12.identifier],
  [/^cmi\.interactions\.\d+\.time$/, "w", T12.time],
  [/^cmi\.interactions\.\d+\.type$/, "w", T12.type],
  [/^cmi\.interactions\.\d+\.correct_responses\.\d+\.pattern$/, "w", "response"],
  [/^cmi\.interactions\.\d+\.weighting$/, "w", T12.decimal],
  [/^cmi\.interactions\.\d+\.student_response$/, "w", "response"],
  [/^cmi\.interactions\.\d+\.result$/, "w", T12.result],
  [/^cmi\.interactions\.\d+\.latency$/, "w", T12.span],
];
const RESPONSES12 = {
  choice: /^[a-z0-9](,[a-z0-9])*$/,
  sequencing: /^[a-z0-9](,[a-z0-9])*$/,
  matching: /^[a-z0-9]\.[a-z0-9](,[a-z0-9]\.[a-z0-9])*$/,
  numeric: T12.decimal,
  "fill-in": T12.text255,
};

const T2004 = {
  identifier: /^(?!urn:$)\S{1,4000}$/,
  completion: /^(completed|incomplete|not attempted|unknown)$/,
  success: /^(passed|failed|unknown)$/,
  scaled: /^(-?(1(\.0+)?|0(\.\d+)?))$/,
  share: /^(1(\.0+)?|0(\.\d+)?)$/,
  real: /^-?\d+(\.\d+)?$/,
  span: /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/,
  stamp: /^(19[7-9]\d|20[0-3]\d)-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,2})?(Z|[+-]\d{2}(:\d{2})?)?$/,
  text250: /^[\s\S]{0,250}$/,
  text1000: /^[\s\S]{0,1000}$/,
  text64000: /^[\s\S]{0,64000}$/,
  exit: /^(time-out|suspend|logout|normal|)$/,
  type: /^(true-false|choice|fill-in|long-fill-in|matching|performance|sequencing|likert|numeric|other)$/,
  result: /^(correct|incorrect|unanticipated|neutral|-?\d+(\.\d+)?)$/,
};
const ELEMENTS2004 = [
  [/^cmi\.location$/, "rw", T2004.text1000],
  [/^cmi\.completion_status$/, "rw", T2004.completion],
  [/^cmi\.success_status$/, "rw", T2004.success],
  [/^cmi\.progress_measure$/, "rw", T2004.share],
  [/^cmi\.score\.scaled$/, "rw", T2004.scaled],
  [/^cmi\.score\.(raw|min|max)$/, "rw", T2004.real],
  [/^cmi\.exit$/, "w", T2004.exit],
  [/^cmi\.session_time$/, "w", T2004.span],
  [/^cmi\.(mode|credit|entry|learner_id|learner_name|scaled_passing_score)$/, "r"],
  [/^cmi\.suspend_data$/, "rw", T2004.text64000],
  [/^cmi\.(objectives|interactions)\._count$/, "r"],
  [/^cmi\.objectives\.\d+\.id$/, "rw", T2004.identifier],
  [/^cmi\.objectives\.\d+\.score\.scaled$/, "rw", T2004.scaled],
  [/^cmi\.objectives\.\d+\.score\.(raw|min|max)$/, "rw", T2004.real],
  [/^cmi\.objectives\.\d+\.success_status$/, "rw", T2004.success],
  [/^cmi\.objectives\.\d+\.description$/, "rw", T2004.text250],
  [/^cmi\.interactions\.\d+\.id$/, "rw", T2004.identifier],
  [/^cmi\.interactions\.\d+\.objectives\.\d+\.id$/, "rw", T2004.identifier],
  [/^cmi\.interactions\.\d+\.timestamp$/, "rw", T2004.stamp],
  [/^cmi\.interactions\.\d+\.type$/, "rw", T2004.type],
  [/^cmi\.interactions\.\d+\.correct_responses\.\d+\.pattern$/, "rw", "pattern"],
  [/^cmi\.interactions\.\d+\.weighting$/, "rw", T2004.real],
  [/^cmi\.interactions\.\d+\.learner_response$/, "rw", "response"],
  [/^cmi\.interactions\.\d+\.result$/, "rw", T2004.result],
  [/^cmi\.interactions\.\d+\.latency$/, "rw", T2004.span],
  [/^cmi\.interactions\.\d+\.description$/, "rw", T2004.text250],
  [/^adl\.nav\.request_valid\.(continue|previous)$/, "r"],
  [/^adl\.nav\.request$/, "rw", /^(continue|previous|exit|exitAll|suspendAll|_none_)$/],
];
const SHORT = "[A-Za-z0-9_.-]{1,250}?";
const RESPONSES2004 = {
  choice: new RegExp(`^${SHORT}(\\[,\\]${SHORT})*$`),
  sequencing: new RegExp(`^${SHORT}(\\[,\\]${SHORT})*$`),
  matching: new RegExp(`^${SHORT}\\[\\.\\]${SHORT}(\\[,\\]${SHORT}\\[\\.\\]${SHORT})*$`),
  numeric: T2004.real,
  "fill-in": T2004.text250,
};
const PATTERNS2004 = { ...RESPONSES2004, numeric: /^-?\d+(\.\d+)?\[:\]-?\d+(\.\d+)?$/, "fill-in": /^\{case_matters=(true|false)\}[\s\S]{0,250}$/ };

class StrictLms {
  constructor(elements, given, responses, patterns, cut) {
    Object.assign(this, { elements, responses, patterns, cut: cut || Infinity });
    this.store = { ...given };
    this.written = [];
    this.refused = [];
    this.opened = 0;
    this.ended = 0;
    this.commits = 0;
    this.error = "0";
  }
  fail(what, code) {
    this.refused.push(what);
    this.error = code;
    return "false";
  }
  open(parameter) {
    if (parameter !== "" || this.opened) return this.fail("initialize twice or with a parameter", "101");
    this.opened += 1;
    return "true";
  }
  end(parameter) {
    if (parameter !== "" || !this.live) return this.fail("terminate while not running", "112");
    this.ended += 1;
    return "true";
  }
  get live() {
    return this.opened === 1 && this.ended === 0;
  }
  element(name) {
    return this.elements.find(([shape]) => shape.test(name));
  }
  count(list) {
    return new Set(Object.keys(this.store).map((key) => key.match(new RegExp(`^${list}\\.(\\d+)\\.`))).filter(Boolean).map((found) => found[1])).size;
  }
  get(name) {
    this.error = "0";
    if (!this.live) return this.fail(`get ${name} while not running`, "122"), "";
    const found = this.element(name);
    if (!found || !found[1].includes("r")) return this.fail(`get ${name}`, "401"), "";
    if (name.endsWith("._count")) return String(this.count(name.replace(/\._count$/, "").replace(/\./g, "\\.")));
    return this.store[name] ?? "";
  }
  set(name, value) {
    this.error = "0";
    if (!this.live) return this.fail(`set ${name} while not running`, "132");
    const found = this.element(name);
    if (typeof value !== "string" || !found || !found[1].includes("w")) return this.fail(`set ${name}`, "402");
    const list = name.match(/^(.*?\.(?:objectives|interactions|correct_responses))\.(\d+)\./g);
    for (const part of list || []) {
      const [, base, n] = part.match(/^(.*)\.(\d+)\.$/);
      if (Number(n) > this.count(base.replace(/\./g, "\\."))) return this.fail(`${name}: out of order`, "351");
    }
    const row = name.match(/^cmi\.(interactions|objectives)\.\d+\./);
    if (row && name !== row[0] + "id" && !(row[0] + "id" in this.store)) return this.fail(`${name} before its id`, "408");
    let shape = found[2];
    if (shape === "response" || shape === "pattern") {
      const type = this.store[row[0] + "type"];
      if (!type) return this.fail(`${name} before its type`, "408");
      shape = (shape === "pattern" ? this.patterns : this.responses)[type];
    }
    if (!shape.test(value)) return this.fail(`${name} = ${value}`, "405");
    this.store[name] = name === "cmi.suspend_data" ? value.slice(0, this.cut) : value;
    this.written.push([name, value]);
    return "true";
  }
  commit(parameter) {
    if (parameter !== "" || !this.live) return this.fail("commit while not running", "142");
    this.commits += 1;
    return "true";
  }
}

function strictLms(standard, given, cut) {
  const is12 = standard === "scorm12";
  const start = is12
    ? { "cmi.core.lesson_status": "not attempted", "cmi.core.lesson_mode": "normal", "cmi.core.credit": "credit" }
    : { "cmi.completion_status": "unknown", "cmi.success_status": "unknown", "cmi.mode": "normal", "cmi.credit": "credit" };
  const lms = is12
    ? new StrictLms(ELEMENTS12, { ...start, ...given }, RESPONSES12, RESPONSES12, cut)
    : new StrictLms(ELEMENTS2004, { ...start, ...given }, RESPONSES2004, PATTERNS2004, cut);
  const names = is12
    ? { LMSInitialize: "open", LMSFinish: "end", LMSGetValue: "get", LMSSetValue: "set", LMSCommit: "commit" }
    : { Initialize: "open", Terminate: "end", GetValue: "get", SetValue: "set", Commit: "commit" };
  const api = {};
  for (const [name, method] of Object.entries(names)) api[name] = (...values) => lms[method](...values);
  const prefix = is12 ? "LMS" : "";
  api[prefix + "GetLastError"] = () => lms.error;
  api[prefix + "GetErrorString"] = () => "";
  api[prefix + "GetDiagnostic"] = () => "";
  window[is12 ? "API" : "API_1484_11"] = api;
  return lms;
}
