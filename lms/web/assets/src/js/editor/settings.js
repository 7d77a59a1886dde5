// The dialog that sets a directive: its label and attributes, the text alternative of a picture not to be forgotten.
import { CHOICES, FIELDS } from "./directives.js";
import { el, icon, word } from "./words.js";

let count = 0;

/** Ask for the settings of a directive; resolves to {label, attributes} or null when it is cancelled. */
export function askSettings({ name, label, attributes }) {
  const fields = FIELDS[name] ?? ["label", ...Object.keys(attributes)];
  const inputs = new Map(fields.map((field) => [field, makeInput(field, name, field === "label" ? label : attributes[field])]));
  const problem = el("p", { class: "field-error", role: "alert", hidden: true });
  const form = el("form", { method: "dialog", class: "dialog-form" }, ...[...inputs.values()].map((input) => input.row), problem);
  const check = () => {
    const needs = name === "figure" && !inputs.get("decorative").read() && !inputs.get("label").read();
    problem.hidden = !needs;
    problem.textContent = needs ? word("alt_needed") : "";
    return !needs;
  };
  inputs.get("decorative")?.control.addEventListener("change", (event) => { inputs.get("label").control.disabled = event.target.checked; });
  if (inputs.get("decorative")?.read()) inputs.get("label").control.disabled = true;
  return openDialog(word(`kind_${name}`), form, () => {
    if (!check()) return undefined;
    const result = { ...attributes };
    let text = label;
    for (const [field, input] of inputs) {
      const value = input.read();
      if (field === "label") text = input.control.disabled ? "" : value;
      else if (field === "decorative") value ? (result.decorative = "") : delete result.decorative;
      else if (value) result[field] = value;
      else delete result[field];
    }
    return { label: text, attributes: result };
  });
}

/** Ask for the address (and words) of a link. */
export function askLink({ href, text, needsText }) {
  const address = makeInput("link_address", "", href, "url");
  const words = needsText ? makeInput("link_text", "", text) : null;
  const form = el("form", { method: "dialog", class: "dialog-form" }, address.row, words?.row);
  return openDialog(word("link"), form, () => ({ href: address.read(), text: words?.read() || text }));
}

/** A modal dialog round a form; `read` gives the result, or undefined to stay open. */
function openDialog(title, form, read) {
  return new Promise((resolve) => {
    const back = document.activeElement;
    const id = `md-dialog-${++count}`;
    let result = null;
    const dialog = el("dialog", { class: "dialog", "aria-labelledby": id },
      el("div", { class: "dialog-head" }, el("h2", { id }, title), el("button", { type: "button", class: "tool", "aria-label": word("close"), onclick: () => dialog.close() }, icon("x"))),
      form);
    form.append(el("div", { class: "actions" },
      el("button", { class: "btn btn-primary" }, word("apply")),
      el("button", { type: "button", class: "btn btn-quiet", onclick: () => dialog.close() }, word("cancel"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const answer = read();
      if (answer === undefined) return;
      result = answer;
      dialog.close();
    });
    dialog.addEventListener("close", () => { dialog.remove(); back?.focus?.(); resolve(result); });
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("input, select, textarea")?.focus();
  });
}

function makeInput(field, name, value, type = null) {
  const id = `md-field-${++count}`;
  const specific = word(`attr_${field}_${name}`);
  const text = field.startsWith("link_") ? word(field) : specific === `attr_${field}_${name}` ? word(`attr_${field}`) : specific;
  if (field === "decorative") {
    const control = el("input", { type: "checkbox", id, checked: value !== undefined });
    return { control, read: () => control.checked, row: el("div", { class: "field" }, el("label", { class: "choice", for: id }, control, el("span", {}, text.replace(/^attr_/, "")))) };
  }
  const control = CHOICES[field]
    ? el("select", { class: "form-select", id }, el("option", { value: "" }, "—"), ...CHOICES[field].map((one) => el("option", { value: one, selected: one === value }, word(`${field === "kind" ? "callout" : field}_${one}`))))
    : field === "label" && name === "figure"
      ? el("textarea", { class: "form-control", id, rows: "3" })
      : el("input", { class: "form-control", id, type: field === "minutes" ? "number" : (type ?? "text"), min: field === "minutes" ? "0" : null });
  if (!CHOICES[field]) control.value = value ?? "";
  return { control, read: () => control.value.trim(), row: el("div", { class: "field" }, el("label", { class: "form-label", for: id }, text.replace(/^attr_/, "")), control) };
}
