// The words that scripts write: the page carries them in the reader's language.
const block = document.getElementById("texts");
const texts = block ? JSON.parse(block.textContent) : {};

/** The text of a key, its {places} filled; the key itself when the page does not carry it. */
export function say(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

export function clock(date = new Date()) {
  return date.toLocaleTimeString(document.documentElement.lang || "fr", { hour: "2-digit", minute: "2-digit" });
}
