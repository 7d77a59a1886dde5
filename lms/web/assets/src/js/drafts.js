// <form data-draft="URL">: what is typed is kept on the server a moment after the last change, files aside. The form's
// revision follows, so that sending it afterwards is not taken for an older page.
import { queuePost } from "./saving.js";

const PAUSE = 1500;
const timers = new WeakMap();
const saving = new WeakMap();

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !["csrf_token", "revision", "do"].includes(name)) (fields[name] ??= []).push(value);
  }
  return fields;
}

async function save(form) {
  if (!form.isConnected) return;
  const url = form.dataset.draft;
  const body = { do: "save", revision: Number(form.elements.revision.value), fields: fieldsOf(form) };
  const answer = await queuePost(url, body, `draft:${url}`);
  if (Number.isInteger(answer?.revision)) form.elements.revision.value = answer.revision;
}

function saveNow(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  const run = (saving.get(form) ?? Promise.resolve()).then(() => save(form)).finally(() => {
    if (saving.get(form) === run) saving.delete(form);
  });
  saving.set(form, run);
}

function changed(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.target.type === "file") return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => saveNow(form), PAUSE));
}

export function setUpDrafts() {
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  // sending waits for the draft that is on its way: both carry the revision
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.delete(form);
    if (!saving.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    saving.get(form).finally(() => { saving.delete(form); form.requestSubmit(event.submitter); });
  }, true);
}
