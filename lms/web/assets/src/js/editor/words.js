// The editor's words, in the reader's language, from the JSON block that the page names.
let words = {};

export function loadWords(id) {
  words = JSON.parse(document.getElementById(id)?.textContent || "{}");
}

export function word(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

let sprite = "";

export function setSprite(url) {
  sprite = url;
}

export function icon(name) {
  const holder = document.createElement("span");
  holder.innerHTML = '<svg class="icon" aria-hidden="true" focusable="false"><use></use></svg>';
  holder.querySelector("use").setAttribute("href", `${sprite}#${name}`);
  return holder.firstChild;
}

/** An element from tag, properties and children; `class` and `data-…` are attributes. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.includes("-") && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}
