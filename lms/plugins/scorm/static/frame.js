// Runs a package: the SCORM API where the lesson looks for it, commits sent to the server that made this page, and a
// word to the application's page about what is saved. Nothing else is told to it, and nothing is taken from it.
const run = JSON.parse(document.getElementById("run").textContent);
const lesson = document.getElementById("lesson");
const is12 = run.standard === "1.2";
let current = null;
let waiting = null; // the last snapshot that the server does not have
let timer = null;
let leaving = false;

addEventListener("pagehide", () => { leaving = true; });

function tell(state, more = {}) {
  parent.postMessage({ from: "bouquet-package", state, ...more }, run.parent);
}

/** Send one snapshot, blocking as the standard asks; true when the server has it. */
function send(body) {
  if (run.silent) {
    tell(run.silent);
    return true;
  }
  const text = JSON.stringify(body);
  tell("saving");
  try {
    const request = new XMLHttpRequest();
    request.open("POST", run.commit, false);
    request.setRequestHeader("Content-Type", "application/json");
    request.send(text);
    if (request.status === 200) return accepted(JSON.parse(request.responseText));
    return refused(request);
  } catch {
    // a page that is going away may not block: hand the snapshot to the browser
    if (leaving && navigator.sendBeacon(run.commit, new Blob([text], { type: "application/json" }))) return true;
  }
  waiting = body;
  tell("offline");
  clearTimeout(timer);
  timer = setTimeout(retry, 8000);
  return false;
}

function accepted(answer) {
  waiting = null;
  tell("saved", { completion: answer.completion });
  return true;
}

function refused(request) {
  if (request.status >= 500 || request.status === 429) throw new Error("later");
  let state = "failed";
  try { state = JSON.parse(request.responseText).state ?? state; } catch { /* not ours */ }
  waiting = null;
  tell(state);
  return false;
}

function retry() {
  if (waiting) send(waiting);
}
addEventListener("online", retry);

function snapshot(data, end) {
  return { sco: run.scos[current].id, launch: run.launch, end, data };
}

const service = {
  processHttpRequest(_url, data, immediate) {
    const ok = send(snapshot(data, Boolean(immediate)));
    return { result: ok, errorCode: ok ? 0 : 101 };
  },
  updateSettings() {},
};

function makeApi(sco) {
  const settings = { lmsCommitUrl: run.commit, dataCommitFormat: "flattened", sendFullCommit: true, autocommit: true, autocommitSeconds: 30, logLevel: 5, mastery_override: false, httpService: service };
  const api = is12 ? new Scorm12API(settings) : new Scorm2004API(settings);
  api.loadFromFlattenedJSON(sco.elements);
  if (is12) window.API = api;
  else window.API_1484_11 = api;
  return api;
}

function open(at) {
  const sco = run.scos[at];
  if (current !== null) {
    // each opening is a run of its own on the server: let it close the former one and seed the next
    location.replace(`${location.pathname}#${at}`);
    location.reload();
    return;
  }
  current = at;
  makeApi(sco);
  for (const button of document.querySelectorAll("[data-sco]")) {
    if (Number(button.dataset.sco) === at) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.classList.toggle("is-done", run.scos[Number(button.dataset.sco)].done);
  }
  lesson.src = run.base + sco.url;
  if (!sco.is_sco) {
    // an asset calls no API: it is done once it is shown
    lesson.addEventListener("load", () => send(snapshot(is12 ? { "cmi.core.lesson_status": "completed" } : { "cmi.completion_status": "completed" }, true)), { once: true });
  }
}

for (const button of document.querySelectorAll("[data-sco]")) button.addEventListener("click", () => open(Number(button.dataset.sco)));
const asked = Number(location.hash.slice(1));
open(location.hash && asked < run.scos.length ? asked : run.first);
tell(run.silent || "ready");
