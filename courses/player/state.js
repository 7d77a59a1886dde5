// What a learner has done, and its short written form. Everything is keyed by a hash of a stable id, never by a
// position, so that a later version of the course reads what an earlier one wrote and keeps what still exists.
//
// Written form, all of it in A-Z a-z 0-9 - _ . , : ! + = % ?
//   B1 ! course ids hash ! seen ids ! quiz . quiz ... ! quiz under way . quiz under way ... !   (the last sign proves it whole)
// a quiz is   id(4) attempts(2) then question id(4) score(2) for each question of its best attempt;
// a quiz under way is the same with ":" and the answer after each score, and "," between questions.

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SCORE_UNITS = 2520; // divisible by 1..10: a part of a few choices comes back exact

function shortHash(text) {
  let hash = 0x811c9dc5; // FNV-1a, 32 bits, of the UTF-8 bytes; 24 bits of it are kept
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  hash = (hash ^ (hash >>> 24)) >>> 0;
  return DIGITS[(hash >>> 18) & 63] + DIGITS[(hash >>> 12) & 63] + DIGITS[(hash >>> 6) & 63] + DIGITS[hash & 63];
}

function twoDigits(number) {
  const bounded = Math.max(0, Math.min(4095, Math.round(number)));
  return DIGITS[bounded >> 6] + DIGITS[bounded & 63];
}

function readTwoDigits(text) {
  return DIGITS.indexOf(text[0]) * 64 + DIGITS.indexOf(text[1]);
}

function emptyState() {
  return { ids: "", seen: new Set(), quizzes: new Map(), current: new Map() };
}

function plainEscape(text) {
  return encodeURIComponent(text).replace(/[!'()*~.]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
}

function writeResponse(type, response) {
  if (response === null || response === undefined) return "?";
  if (type === "multiple" || type === "ordering") return response.join("+");
  if (type === "matching") return Object.entries(response).map(([left, right]) => `${left}=${right}`).join("+");
  return plainEscape(String(response));
}

function readResponse(type, text) {
  if (text === "?") return null;
  if (type === "multiple" || type === "ordering") return text === "" ? [] : text.split("+");
  if (type === "matching") return Object.fromEntries(text.split("+").map((pair) => pair.split("=")));
  return decodeURIComponent(text);
}

function encodeState(state, withAnswers = true) {
  const quizzes = [...state.quizzes].map(
    ([id, quiz]) => id + twoDigits(quiz.attempts) + [...quiz.best].map(([q, ratio]) => q + twoDigits(ratio * SCORE_UNITS)).join("")
  );
  const current = [...state.current].map(
    ([id, answers]) =>
      id + [...answers].map(([q, a]) => q + twoDigits(a.ratio * SCORE_UNITS) + (withAnswers && a.written !== undefined ? ":" + a.written : "")).join(",")
  );
  return ["B1", state.ids, [...state.seen].join(""), quizzes.join("."), current.join("."), ""].join("!");
}

function decodeState(text) {
  const state = emptyState();
  const parts = String(text || "").split("!");
  if (parts[0] !== "B1" || parts.length !== 6 || parts[5] !== "") return state; // cut on the way: nothing of it is sure
  state.ids = parts[1];
  for (const id of parts[2].match(/.{4}/g) || []) state.seen.add(id);
  for (const quiz of parts[3].split(".").filter(Boolean)) {
    const best = new Map();
    for (const one of quiz.slice(6).match(/.{6}/g) || []) best.set(one.slice(0, 4), readTwoDigits(one.slice(4)) / SCORE_UNITS);
    state.quizzes.set(quiz.slice(0, 4), { attempts: readTwoDigits(quiz.slice(4, 6)), best });
  }
  for (const quiz of parts[4].split(".").filter(Boolean)) {
    const answers = new Map();
    for (const one of quiz.slice(4).split(",").filter(Boolean)) {
      const answer = { ratio: readTwoDigits(one.slice(4, 6)) / SCORE_UNITS };
      if (one[6] === ":") answer.written = one.slice(7);
      answers.set(one.slice(0, 4), answer);
    }
    state.current.set(quiz.slice(0, 4), answers);
  }
  return state;
}

// The fullest form that fits: {text, lost: "" | "answers" | "all"}. Nothing is ever cut in the middle.
function fitState(state, limit) {
  const full = encodeState(state);
  if (full.length <= limit) return { text: full, lost: "" };
  const short = encodeState(state, false);
  if (short.length <= limit) return { text: short, lost: "answers" };
  return { text: "", lost: "all" };
}

// Drops what this version of the course no longer has; true when the course changed since the state was written.
function adoptState(state, course) {
  const known = new Set(course.activities.flatMap((a) => [a.id, ...a.blocks, ...(a.quiz ? a.quiz.questions.map((q) => q.id) : [])]).map(shortHash));
  const ids = shortHash(course.activities.map((a) => [a.id, ...a.blocks, ...(a.quiz ? a.quiz.questions.map((q) => q.id) : [])].join(" ")).join("\n"));
  const changed = state.ids !== "" && state.ids !== ids;
  state.ids = ids;
  for (const id of [...state.seen]) if (!known.has(id)) state.seen.delete(id);
  for (const map of [state.quizzes, state.current]) for (const id of [...map.keys()]) if (!known.has(id)) map.delete(id);
  for (const quiz of state.quizzes.values()) for (const id of [...quiz.best.keys()]) if (!known.has(id)) quiz.best.delete(id);
  for (const answers of state.current.values()) for (const id of [...answers.keys()]) if (!known.has(id)) answers.delete(id);
  return changed;
}
