// Test LMSs as poor as those met in the field: they say "true" to everything, lose what they were given, cut it, lack
// functions, throw. `how`: {answer, loses: [elements], limit, lacks: [functions], throws: [functions]}.

class PoorLms {
  constructor(standard, how) {
    this.how = { answer: "true", loses: [], limit: Infinity, lacks: [], throws: [], ...how };
    this.store = {};
    this.calls = [];
    const prefix = standard === "scorm12" ? "LMS" : "";
    const names = {
      [standard === "scorm12" ? "LMSInitialize" : "Initialize"]: () => this.how.answer,
      [standard === "scorm12" ? "LMSFinish" : "Terminate"]: () => this.how.answer,
      [prefix + "GetValue"]: (name) => (name in this.store ? this.store[name] : null),
      [prefix + "SetValue"]: (name, value) => {
        if (!this.how.loses.some((lost) => name.startsWith(lost))) this.store[name] = value.slice(0, this.how.limit);
        return this.how.answer;
      },
      [prefix + "Commit"]: () => this.how.answer,
    };
    this.api = {};
    for (const [name, act] of Object.entries(names)) {
      if (this.how.lacks.includes(name)) continue;
      this.api[name] = (...values) => {
        this.calls.push([name, ...values]);
        if (this.how.throws.includes(name)) throw new Error("poor");
        return act(...values);
      };
    }
    window[standard === "scorm12" ? "API" : "API_1484_11"] = this.api;
  }
}

function poorLms(standard, how) {
  return new PoorLms(standard, how);
}
