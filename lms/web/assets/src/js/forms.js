// Small helps of forms: shown passwords, dropped files, copied codes, dialogs, no double sending, focus on the errors.
import { say } from "./texts.js";
import { toast } from "./toasts.js";

export function setUpForms() {
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-reveal], [data-copy], [data-dialog-open], [data-dialog-close]");
    if (!target) return;
    if (target.dataset.reveal) reveal(target);
    else if (target.dataset.copy) copy(target);
    else if (target.dataset.dialogOpen) document.getElementById(target.dataset.dialogOpen)?.showModal();
    else target.closest("dialog")?.close();
  });
  document.addEventListener("submit", guard);
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-dropzone] input[type=file]")) listFiles(event.target);
    if (event.target.matches("[data-submit-on-change]")) event.target.form?.requestSubmit();
  });
  for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, drag);
  document.addEventListener("toggle", closeOthers, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.querySelector("[data-focus-first]")?.focus();
}

/** A form is sent once; the button says so and comes back when the page does. Opt out with data-resend. */
function guard(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.method === "get" || form.hasAttribute("data-resend")) return;
  if (form.querySelector("[hx-post], [hx-put]") || form.matches("[hx-post], [hx-put], [hx-get], [hx-delete]")) return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("data-sent", "");
  event.submitter?.setAttribute("aria-busy", "true");
  // a download answers without leaving the page
  setTimeout(() => release(form), 8000);
}

function release(form) {
  form.removeAttribute("data-sent");
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
  button.querySelector("span").textContent = say(shown ? "show" : "hide");
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const text = source ? (source.value ?? source.textContent.trim()) : button.dataset.copy;
  await navigator.clipboard.writeText(text);
  toast(say("copied"));
}

function drag(event) {
  const zone = event.target.closest?.("[data-dropzone]");
  if (!zone) return;
  event.preventDefault();
  zone.classList.toggle("is-over", event.type === "dragover");
  if (event.type !== "drop") return;
  const input = zone.querySelector("input[type=file]");
  const files = new DataTransfer();
  for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function listFiles(input) {
  const list = input.closest("[data-dropzone]").querySelector("[data-dropzone-list]");
  list?.replaceChildren(
    ...[...input.files].map((file) => {
      const line = document.createElement("li");
      const large = file.size >= 1e6;
      const size = (file.size / (large ? 1e6 : 1e3)).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
      line.textContent = say("size", { name: file.name, size: `${size} ${say(large ? "MB" : "kB")}` });
      return line;
    }),
  );
}

function closeOthers(event) {
  if (!event.target.matches?.("details[data-menu]") || !event.target.open) return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== event.target) menu.open = false;
}
