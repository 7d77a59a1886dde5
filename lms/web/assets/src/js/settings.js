// The reader's own settings: theme, text size, spacing, contents and focus of the player.
import { keep, kept } from "./store.js";

const root = document.documentElement;

export function setUpSettings() {
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-switch], [data-setting], [data-print], [data-contents-switch], [data-focus-switch]");
    if (!target) return;
    if (target.matches("[data-theme-switch]")) switchTheme();
    else if (target.matches("[data-print]")) window.print();
    else if (target.matches("[data-contents-switch]")) switchContents();
    else if (target.matches("[data-focus-switch]")) switchFocus(target);
    else choose(target.dataset.setting, target.dataset.value);
  });
  showChoices();
}

function switchTheme() {
  const theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
  root.setAttribute("data-bs-theme", theme);
  keep("theme", theme);
  document.dispatchEvent(new CustomEvent("theme-changed"));
}

function choose(name, value) {
  root.toggleAttribute(`data-${name}`, value !== "normal");
  if (value !== "normal") root.setAttribute(`data-${name}`, value);
  keep(name, value);
  showChoices();
}

function showChoices() {
  for (const button of document.querySelectorAll("[data-setting]")) {
    button.setAttribute("aria-pressed", String((kept(button.dataset.setting) || "normal") === button.dataset.value));
  }
  showContents();
}

const wide = matchMedia("(min-width: 62em)");
const contentsOpen = () => (wide.matches ? root.dataset.contents !== "closed" : root.dataset.contents === "open");

function showContents() {
  if (!wide.matches && root.dataset.contents !== "open") root.removeAttribute("data-contents");
  document.querySelector("[data-contents-switch]")?.setAttribute("aria-expanded", String(contentsOpen()));
}

function switchContents() {
  const open = !contentsOpen();
  root.dataset.contents = open ? "open" : "closed";
  if (wide.matches) keep("contents", open ? "normal" : "closed");
  showContents();
  if (open && !wide.matches) document.querySelector("#contents a[aria-current]")?.focus();
}

function switchFocus(button) {
  const on = root.dataset.focus !== "on";
  root.dataset.focus = on ? "on" : "off";
  button.setAttribute("aria-pressed", String(on));
}
