// Short notes at the corner, with "Undo" where something can be taken back.
import { say } from "./texts.js";

const LIFE = 9000;

/** Show a note. `undo`: a function, or an address that is posted to. It stays while it has the focus or the pointer. */
export function toast(text, { undo = null, label = null } = {}) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "toast-note";
  const words = document.createElement("p");
  words.textContent = text;
  note.append(words);
  if (undo) note.append(button(label || say("undo"), async () => { note.remove(); await takeBack(undo); }));
  note.append(button("×", () => note.remove(), say("close")));
  place.append(note);
  let timer = setTimeout(() => note.remove(), LIFE);
  for (const name of ["focusin", "pointerenter"]) note.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["focusout", "pointerleave"]) note.addEventListener(name, () => { timer = setTimeout(() => note.remove(), LIFE); });
}

function button(text, act, name = null) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (name) made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}

async function takeBack(undo) {
  if (typeof undo === "function") return undo();
  const answer = await fetch(undo, { method: "POST", headers: { "X-CSRFToken": csrf() }, redirect: "follow" });
  if (answer.ok) location.reload();
  else toast(say("refused"));
}

export function csrf() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
