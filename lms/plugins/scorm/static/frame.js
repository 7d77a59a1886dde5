// Runs a package on the content origin: opens the run, delivers parts as the way through it says, and tells the
// application's page what is saved. That page is told words only, and asked only for a new address.
import { Bar } from "./bar.js";
import { Device } from "./device.js";
import { Keeper } from "./keeper.js";
import { Runtime } from "./runtime.js";
import { SequencedWay } from "./sequenced.js";
import { FreeWay } from "./ways.js";
import { words } from "./words.js";

const run = JSON.parse(document.getElementById("run").textContent);
const lesson = document.getElementById("lesson");
const bar = new Bar((request, id) => go(request, id));
const device = new Device(run);
const keeper = new Keeper(run, device, tell);
let given, way, runtime;
let visit = 0;
let fresh = false;
let here = "";
let moving = false;
let loaded = false;
let leaving = false;
let rootSaid = "";
let clock = 0;
let changed = 0;

function tell(state, more = {}) {
  parent.postMessage({ from: "bouquet-package", state, ...more }, run.parent);
  if (state === "offline" || state === "waiting") bar.note(words[state]);
  if (state === "saved") bar.note("");
  if (["elsewhere", "closed", "left"].includes(state)) takenOver(state);
}

/** Another window, or the end of the right to act: what was not sent stays on the device. */
function takenOver(state) {
  if (state !== "elsewhere") return;
  lesson.src = "about:blank";
  here = "";
  bar.bar.hidden = true;
  bar.toc.hidden = true;
  bar.say(words.elsewhere, words.here, () => location.reload());
}

// --- opening -------------------------------------------------------------------------------------------------------

async function start() {
  bar.say(words.loading);
  device.lost = lose;
  if (await device.hold(false)) return open();
  tell("othertab");
  bar.say(words.otherTab, words.here, async () => { await device.hold(true); open(); });
}

/** Another tab took the attempt over: what this one still has is sent first, or stays on the device. */
function lose() {
  save(true);
  keeper.leave();
  keeper.stop("elsewhere");
  tell("elsewhere");
}

async function open() {
  let answer = null;
  try {
    answer = await fetch(run.open, {
      method: "POST", headers: { "Content-Type": "application/json" }, credentials: "omit", cache: "no-store",
      body: JSON.stringify({ pending: device.read() }),
    });
  } catch { /* said below */ }
  if (!answer?.ok) {
    const said = await answer?.json().catch(() => null);
    const why = said?.error?.[document.documentElement.lang] ?? words.unreachable;
    tell(said?.state === "expired" ? "expired" : "unreachable");
    bar.say(why, words.retry, () => location.reload());
    return;
  }
  given = await answer.json();
  keeper.begin(given.launch, given.silent);
  prepare();
  tell(given.silent || "ready");
  way.begin(deliver);
}

function prepare() {
  const is12 = given.standard === "1.2";
  way = is12 ? new FreeWay(given, partStatus) : new SequencedWay(given);
  runtime = new Runtime({
    standard: given.standard, scos: given.scos, tree: is12 ? null : given.tree ?? flatTree(given), listeners: way.listeners,
    onCommit: committed, onChange: noteChange,
    mayGo: (kind, id) => String(kind === "jump" ? way.mayJump(id) : way.mayChoose(id)),
  });
  way.attach?.(runtime);
  const contents = given.contents?.length ? given.contents : given.scos.map((sco) => ({ ...sco, visible: true, children: [] }));
  bar.show(contents, new Set(given.scos.map((sco) => sco.id)));
}

/** A package that was imported before its tree was read: all its parts, open. */
function flatTree({ title, scos }) {
  return { id: "package", title, children: scos.map((sco) => ({ id: sco.id, title: sco.title })) };
}

function partStatus(id) {
  const said = runtime?.last.get(id);
  const sco = given.scos.find((one) => one.id === id);
  const status = said?.["cmi.core.lesson_status"];
  return ["passed", "completed"].includes(sco.status) ? sco.status : status || sco.status;
}

// --- delivering ----------------------------------------------------------------------------------------------------

/** Open a part; without one, say where the learner is. */
function deliver(id, isFirst) {
  if (!id) return rest();
  way.forget?.();
  fresh = given.standard !== "1.2" && !isFirst && !way.isResumed(id);
  visit += 1;
  const sco = runtime.load(id, !fresh);
  here = id;
  way.here = id;
  bar.unsay();
  lesson.src = run.base + sco.url;
  lesson.title = sco.title;
  loaded = false;
  lesson.addEventListener("load", () => { loaded = true; if (!sco.is_sco) shown(); }, { once: true });
  keepWay();
  watchTime();
  refresh();
}

/** An asset calls no API: it is done once it is shown. */
function shown() {
  const data = runtime.doneWord();
  runtime.last.set(here, data);
  keeper.add({ sco: here, visit, fresh, end: true, data });
  refresh();
}

/** A lesson that never called the API is no more than an asset. */
function leaveMute() {
  const sco = runtime?.scos.get(here);
  if (sco?.is_sco && loaded && !runtime.isOpen() && !runtime.isOver()) shown();
}

/** No part is open: the package is over, or it is the learner's turn to choose. */
function rest() {
  here = "";
  keepWay();
  refresh();
  if (way.now?.paused) return bar.say(words.paused, words.resume, () => location.reload());
  if (way.now?.ended) return bar.say(words.finished, words.again, () => location.reload());
  if (way.can("continue")) return bar.say(words.partOver, words.goOn, () => go("continue"));
  bar.say(words.choose);
  if (bar.buttons.size > 1) bar.fold(true);
}

async function unload() {
  if (!here) return;
  leaveMute();
  const blank = new Promise((done) => {
    lesson.addEventListener("load", done, { once: true });
    setTimeout(done, 3000);
  });
  lesson.src = "about:blank";
  await blank;
}

/** What the learner asks for: the lesson is closed first, and says its last; then the way decides. */
async function go(request, id) {
  if (moving || (request === "choice" && id === here) || !way.can(request, id)) return;
  moving = true;
  try {
    await (given.standard === "1.2" ? goFreely(request, id) : goSequenced(request, id));
  } finally {
    moving = false;
    refresh();
  }
}

async function goFreely(request, id) {
  await unload();
  runtime.close();
  if (request === "leave") return pause();
  const target = way.target(request, id);
  if (target) deliver(target, false);
}

async function goSequenced(request, id) {
  if (runtime.isOpen()) way.look(runtime.snapshot());
  const wanted = request === "leave" ? (isWon() ? "exitAll" : "suspendAll") : request;
  const before = here;
  way.delivered = null;
  if (runtime.isOpen()) {
    runtime.api.adl.nav.request = wanted === "choice" ? `{target=${id}}choice` : wanted;
    runtime.guarded = true;
    await unload();
    runtime.close();
    runtime.guarded = false;
  } else {
    await unload();
    runtime.api.processNavigationRequest(wanted, id);
  }
  way.forget();
  // the engine judges a choice by what it knew before the lesson's end: ask again now that it knows
  if (request === "choice" && !way.delivered && !way.now.ended) way.choose(id);
  arrive(before, request);
}

/** After the engine has spoken: what it delivers, the end, or the part one came from when it refuses. */
function arrive(before, request) {
  const next = way.take();
  if (next) return deliver(next, false);
  way.over();
  if (request === "leave") return pause();
  if (!way.now.ended && request && before && way.ask("choice", before)) {
    deliver(way.take(), false);
    return bar.note(words.refused);
  }
  rest();
}

/** Leaving for good, or for a while: there is nothing left to do once the whole is completed or passed. */
function isWon() {
  const root = way.root();
  return root.completion === "completed" || root.success === "passed";
}

function pause() {
  here = "";
  keepWay();
  if (way.now?.ended && isWon()) return bar.say(words.finished, words.again, () => location.reload());
  bar.say(words.paused, words.resume, () => location.reload());
}

// --- saving --------------------------------------------------------------------------------------------------------

/** The lesson commits or ends; what its end leads to is opened once its call has returned. */
function committed(data, ends) {
  const entry = { sco: here, visit, fresh, end: ends, data, ...foreseen(data, ends) };
  if (ends && given.standard !== "1.2") setTimeout(ended, 0, visit);
  return here ? keeper.add(entry) : true;
}

/** The state of the whole package goes along as soon as it is another one. */
function foreseen(data, ends) {
  if (given.standard === "1.2" || given.silent || ends) return {};
  way.look(data);
  const root = JSON.stringify(way.root());
  if (root === rootSaid) return {};
  rootSaid = root;
  return { sequencing: way.keep() };
}

/** A lesson ended by itself. What ends because the learner goes on, or goes away, is followed elsewhere. */
async function ended(which) {
  if (moving || leaving || !here || which !== visit) return;
  way.forget();
  refresh();
  moving = true;
  try {
    const next = way.take();
    way.over();
    if (next || way.now.ended || way.now.paused) await unload();
    if (next) deliver((way.now.current = next), false);
    else if (way.now.ended || way.now.paused) rest();
    else keepWay(); // the lesson said it was over and stays on the screen: the learner goes on when they like
  } finally {
    moving = false;
    refresh();
  }
}

/** Tell the server where the way stands. */
function keepWay() {
  rootSaid = way.root ? JSON.stringify(way.root()) : "";
  if (given) keeper.add({ sco: null, data: null, visit, end: false, sequencing: way.keep() });
}

/** What the lesson said and did not commit. */
function save(ends) {
  if (!here || !runtime?.isOpen()) return;
  const data = runtime.snapshot();
  keeper.add({ sco: here, visit, fresh, end: ends, data, ...foreseen(data, false) });
}

function noteChange(element) {
  if (element && !/status|score|progress|objectives|^adl|^$/.test(element)) return;
  clearTimeout(changed);
  changed = setTimeout(refresh, 200);
}

function refresh() {
  if (!way) return;
  if (here && runtime.isOpen()) way.look?.(runtime.snapshot());
  const hidden = way.hidden();
  bar.update({
    here, hidden, can: (request, id) => !moving && way.can(request, id),
    statusOf: (id) => (given.standard === "1.2" ? partStatus(id) : way.status(id) || given.scos.find((sco) => sco.id === id)?.status),
    isHidden: (id) => Boolean(way.isHiddenFromChoice?.(id)),
  });
}

// --- time, and leaving ---------------------------------------------------------------------------------------------

/** A limit of time of the package's author (maxtimeallowed, attemptAbsoluteDurationLimit). */
function watchTime() {
  clearTimeout(clock);
  const left = runtime.timeLeft();
  if (left === Infinity || given.silent) return;
  const action = runtime.timeAction();
  const wait = (seconds, act) => { clock = setTimeout(act, Math.min(Math.max(seconds, 0) * 1000, 2 ** 31 - 1)); };
  const over = () => {
    if (action.includes("message") && !action.includes("no message")) bar.note(words.timeOver);
    if (action.startsWith("exit")) timeOut();
  };
  const warn = () => { bar.note(words.timeShort); wait(60, over); };
  if (left > 60 && !action.includes("no message")) wait(left - 60, warn);
  else wait(left, over);
}

async function timeOut() {
  if (runtime.isOpen()) runtime.api[given.standard === "1.2" ? "LMSSetValue" : "SetValue"](`${runtime.core}exit`, "time-out");
  await unload();
  runtime.close();
  way.over?.();
  here = "";
  keepWay();
  bar.say(words.timeOver);
}

document.addEventListener("visibilitychange", () => { if (document.hidden) save(false); });
addEventListener("freeze", () => save(false));
addEventListener("pagehide", () => {
  leaving = true;
  leaveMute();
  save(true);
  keeper.leave();
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

addEventListener("message", (event) => {
  if (event.origin !== run.parent || event.source !== parent || event.data?.to !== "bouquet-package") return;
  if (event.data.theme) document.documentElement.dataset.theme = event.data.theme === "dark" ? "dark" : "light";
  const address = /^\/t\/[A-Za-z0-9_.-]+$/.exec(String(event.data.address ?? ""));
  if (address) keeper.renew(`${address[0]}/commit`);
});

start();
