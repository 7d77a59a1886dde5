// The ways through a package. Both kinds answer the same questions: where to begin, what is open, what a request leads to.
// Free: SCORM 1.2, where the table of contents and prerequisites decide. Sequenced: SCORM 2004, where scorm-again's
// engine decides on the activity tree of the manifest.

/** SCORM 1.2: everything is open but what waits for its prerequisites (AICC script, 1.2 CAM 2.3.2.5.1). */
export class FreeWay {
  constructor(given, statusOf) {
    this.ids = given.scos.map((sco) => sco.id);
    this.needs = new Map(given.scos.map((sco) => [sco.id, sco.prerequisites]));
    this.done = new Map(given.scos.map((sco) => [sco.id, sco.done]));
    this.contents = given.contents ?? [];
    this.statusOf = statusOf;
    this.here = given.sequencing?.current || "";
  }

  begin(deliver) {
    const at = this.ids.includes(this.here) && !this.done.get(this.here) ? this.here : "";
    const first = at || this.ids.find((id) => !this.done.get(id) && this.isOpen(id)) || this.ids[0];
    this.here = first;
    deliver(first, true);
  }

  isOpen(id) {
    if (!this.ids.includes(id)) return false;
    return meets(this.needs.get(id), (name) => this.status(name));
  }

  /** The state of a part, or of a heading: complete when all that stands under it is. */
  status(name) {
    if (this.ids.includes(name)) return this.statusOf(name);
    const found = find(this.contents, name);
    const under = found ? leaves(found) : [];
    if (!under.length) return "not attempted";
    return under.every((id) => ["passed", "completed"].includes(this.status(id))) ? "completed" : "incomplete";
  }

  target(request, id) {
    if (request === "choice") return this.isOpen(id) ? id : "";
    const step = { continue: 1, previous: -1 }[request] ?? 0;
    for (let at = this.ids.indexOf(this.here) + step; step && at >= 0 && at < this.ids.length; at += step) {
      if (this.isOpen(this.ids[at])) return this.ids[at];
    }
    return "";
  }

  can(request, id) {
    return request === "leave" || Boolean(this.target(request, id));
  }

  hidden() {
    return [];
  }

  keep() {
    return { engine: "", current: this.here, ended: false, root: {} };
  }
}

function find(lines, id) {
  for (const line of lines) {
    const found = line.id === id ? line : find(line.children ?? [], id);
    if (found) return found;
  }
  return null;
}

function leaves(line) {
  return line.children?.length ? line.children.flatMap(leaves) : [line.id];
}

const FULL = { p: "passed", c: "completed", f: "failed", i: "incomplete", b: "browsed", n: "not attempted" };

/** Whether an AICC prerequisites script holds; a script that cannot be read locks nobody out. */
export function meets(script, statusOf) {
  const spelled = { and: "&", or: "|", not: "~" }; // not AICC's, yet written
  const words = ((script ?? "").match(/<>|[&|~=(){},*]|"[^"]*"|[^\s&|~=(){},*<>"]+/g) ?? []).map((word) => spelled[word.toLowerCase()] ?? word);
  if (!words.length) return true;
  let at = 0;
  const isDone = (id) => ["passed", "completed"].includes(statusOf(id));
  const expect = (word) => { if (words[at++] !== word) throw new Error("script"); };
  function either() {
    let value = both();
    while (words[at] === "|") { at++; value = both() || value; }
    return value;
  }
  function both() {
    let value = one();
    while (words[at] === "&") { at++; value = one() && value; }
    return value;
  }
  function one() {
    if (words[at] === "~") { at++; return !one(); }
    if (words[at] === "(") { at++; const value = either(); expect(")"); return value; }
    const word = words[at++];
    if (word === undefined || /^[&|=)}]/.test(word)) throw new Error("script");
    if (words[at] === "*") { at++; return among(Number(word)); }
    if (words[at] !== "=" && words[at] !== "<>") return isDone(word);
    const equal = words[at++] === "=";
    const said = (words[at++] ?? "").replaceAll('"', "").toLowerCase();
    return (statusOf(word) === (FULL[said] ?? said)) === equal;
  }
  function among(least) {
    expect("{");
    let count = 0;
    while (words[at] !== "}") {
      if (at >= words.length) throw new Error("script");
      if (words[at] === ",") { at++; continue; }
      count += either() ? 1 : 0;
    }
    at++;
    return count >= least;
  }
  try {
    const value = either();
    return at === words.length ? value : true;
  } catch {
    return true;
  }
}
