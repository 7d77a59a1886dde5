// Saving that tells the truth: a form that saves itself, and a queue of posts that survives a lost network.
import { forget, keep, kept } from "./store.js";
import { clock, say } from "./texts.js";
import { csrf } from "./toasts.js";

const PAUSE = 1200;
const RETRY = 15000;
const MAX_AGE = 7 * 24 * 3600 * 1000;
const waiting = new Set();

/** Write the state of saving (saving, saved, offline, failed) where the page shows it. */
export function showState(state, key = null) {
  const text = say(state, { time: clock() });
  for (const line of document.querySelectorAll("[data-save-state]")) {
    if (key && line.dataset.saveState && line.dataset.saveState !== key) continue;
    line.dataset.state = state;
    line.querySelector("[data-save-text]").textContent = text;
  }
}

const readQueue = () => JSON.parse(kept("queue") || "[]");
const person = () => document.querySelector('meta[name="person"]')?.content ?? "";

/**
 * Send `body` (plain data) to `url` as JSON, or keep it on this device and try again until the server has it. A newer
 * post with the same `key` replaces the one that waits. Answers the server's JSON, or null when it is kept for later.
 */
export async function queuePost(url, body, key) {
  showState("saving", key);
  const entry = { url, body, key, at: Date.now(), person: person() };
  const others = readQueue().filter((one) => one.key !== key);
  const stored = keep("queue", JSON.stringify([...others, entry]));
  waiting.add(key);
  const answer = await send(entry);
  if (answer === null) showState(stored ? "offline" : "failed", key);
  return answer;
}

/** One try. Gone from the queue when the server has taken it or will never take it (4xx but 401, 403, 408, 429). */
async function send(entry) {
  try {
    const answer = await fetch(entry.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
      body: JSON.stringify(entry.body),
      keepalive: JSON.stringify(entry.body).length < 60000,
      redirect: "error",
    });
    const later = [401, 403, 408, 429].includes(answer.status) || answer.status >= 500;
    if (later) return null;
    leaveQueue(entry);
    showState(answer.ok ? "saved" : "failed", entry.key);
    return answer.ok ? await answer.json().catch(() => ({})) : { error: answer.status };
  } catch {
    return null;
  }
}

function leaveQueue(entry) {
  waiting.delete(entry.key);
  const rest = readQueue().filter((one) => !(one.key === entry.key && one.at === entry.at));
  if (rest.length) keep("queue", JSON.stringify(rest));
  else forget("queue");
}

/** Try everything that waits, in order; what another account left on this device stays for that account. */
export async function flushQueue() {
  for (const entry of readQueue()) {
    if (Date.now() - entry.at > MAX_AGE) leaveQueue(entry);
    else if (entry.person === person() && (await send(entry)) === null) return;
  }
}

export function setUpSaving() {
  addEventListener("online", flushQueue);
  setInterval(() => { if (navigator.onLine && readQueue().length) flushQueue(); }, RETRY);
  if (readQueue().length) flushQueue();
  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-autosave][data-dirty]")) event.preventDefault();
  });
}

/**
 * <form data-autosave="URL">: posts itself a moment after the last change (to the URL, else its action) and says when it was
 * kept. The server answers 2xx; 422 means that something must be corrected before it can be kept.
 */
function autosave(form) {
  let timer = null;
  let running = Promise.resolve();
  const save = async () => {
    form.removeAttribute("data-dirty");
    showState("saving");
    try {
      const answer = await fetch(form.dataset.autosave || form.action, {
        method: "POST",
        headers: { "X-CSRFToken": csrf(), "X-Autosave": "1" },
        body: new FormData(form),
        redirect: "error",
      });
      // somebody else has written since: the page says so and offers to compare
      if (answer.status === 409) form.dispatchEvent(new CustomEvent("autosave-stale", { bubbles: true }));
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = answer.headers.get("X-Revision");
      if (fresh && form.elements.revision) form.elements.revision.value = fresh;
      if (!form.hasAttribute("data-dirty")) showState("saved");
      form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
    } catch {
      form.setAttribute("data-dirty", "");
      showState("failed");
    }
  };
  const later = () => {
    form.setAttribute("data-dirty", "");
    clearTimeout(timer);
    timer = setTimeout(() => { running = running.then(save); }, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { clearTimeout(timer); form.removeAttribute("data-dirty"); });
}
