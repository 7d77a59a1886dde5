// Writing a course: panes on a phone, competencies chosen by search, what to do when two people write at once.
import "../css/authoring.css";

const { say } = window.bouquet;

// -- outline, page, debts: side by side on a screen, one at a time on a phone
for (const box of document.querySelectorAll("[data-panes]")) {
  const buttons = [...box.querySelectorAll("[data-pane-switch]")];
  const show = (name) => {
    box.dataset.pane = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.paneSwitch === name));
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.paneSwitch));
  show(location.hash.startsWith("#line-") ? "outline" : "main");
}
document.querySelector(".outline-line.is-here")?.scrollIntoView({ block: "nearest" });

// a part that the address names is opened, whatever holds it
function openTarget() {
  const part = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let holder = part; holder; holder = holder.parentElement?.closest("details")) if (holder.matches("details")) holder.open = true;
  if (part) part.querySelector("textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
}
addEventListener("hashchange", openTarget);
openTarget();

// -- somebody else has saved the same file
document.addEventListener("autosave-stale", (event) => {
  const note = event.target.querySelector("[data-stale]");
  if (note?.hidden) {
    note.hidden = false;
    note.querySelector("button").focus();
  }
});

// -- the right panel follows what is saved
document.addEventListener("autosaved", () => window.htmx.trigger(document.body, "draft-saved"));

// -- competencies
let count = 0;
for (const box of document.querySelectorAll("[data-picker]")) setUpPicker(box);

function setUpPicker(box) {
  const input = box.querySelector("[data-picker-search]");
  if (!input) return;
  const list = box.querySelector("[role=listbox]");
  const status = box.querySelector("[data-picker-status]");
  list.id = `picker-${++count}`;
  input.setAttribute("aria-controls", list.id);
  let timer = null;
  let asked = 0;
  let active = -1;
  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (place) => {
    active = (place + options().length) % options().length;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === active)));
    input.setAttribute("aria-activedescendant", options()[active].id);
    options()[active].scrollIntoView({ block: "nearest" });
  };
  const search = async () => {
    const text = input.value.trim();
    const turn = ++asked;
    if (text.length < 2) return close();
    const answer = await fetch(`${box.dataset.picker}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (turn !== asked) return;
    const found = answer?.ok ? await answer.json() : [];
    list.replaceChildren(...found.slice(0, 12).map((one, n) => optionOf(one, `${list.id}-${n}`)));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    active = -1;
    status.textContent = answer?.ok ? (found.length ? status.dataset.some.replace("{n}", Math.min(found.length, 12)) : status.dataset.none) : say("network");
  };
  const choose = (option) => {
    add(box, option.dataset);
    input.value = "";
    status.textContent = status.dataset.added.replace("{code}", option.dataset.code);
    close();
    input.focus();
  };
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(search, 180);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) choose(options()[active]);
    } else if (event.key === "Escape") close();
    else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      point(active < 0 && event.key === "ArrowUp" ? options().length - 1 : active + (event.key === "ArrowDown" ? 1 : -1));
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("blur", close);
}

function optionOf(one, id) {
  const option = document.createElement("li");
  option.id = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  Object.assign(option.dataset, { ref: one.ref, code: one.code, statement: one.statement, framework: one.framework });
  option.append(words(one));
  return option;
}

function words(one) {
  const box = document.createElement("span");
  const code = document.createElement("strong");
  const from = document.createElement("small");
  code.textContent = one.code;
  from.textContent = one.framework;
  box.append(code, ` ${one.statement} `, from);
  return box;
}

/** A box that is ticked already: unticking it takes the competency out. */
function add(box, one) {
  const known = [...box.querySelectorAll("input[type=checkbox]")].find((input) => input.value === one.ref);
  const input = known ?? document.createElement("input");
  if (!known) {
    Object.assign(input, { type: "checkbox", name: box.dataset.name, value: one.ref });
    const label = document.createElement("label");
    const line = document.createElement("li");
    label.className = "choice";
    label.append(input, words(one));
    line.append(label);
    box.querySelector("[data-picker-list]").append(line);
  }
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
