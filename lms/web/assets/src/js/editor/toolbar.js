// The toolbar: one line of named buttons, arrow keys inside, a menu of what can be inserted.
import { lift, setBlockType, toggleMark, wrapIn } from "@milkdown/kit/prose/commands";
import { redo, undo } from "@milkdown/kit/prose/history";
import { liftListItem, wrapInList } from "@milkdown/kit/prose/schema-list";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable } from "@milkdown/kit/prose/tables";
import { TextSelection } from "@milkdown/kit/prose/state";
import { askLink, askSettings } from "./settings.js";
import { placePictures } from "./upload.js";
import { el, icon, word } from "./words.js";

const node = (view, name) => view.state.schema.nodes[name];
const mark = (view, name) => view.state.schema.marks[name];
const run = (view, command) => { command(view.state, view.dispatch, view); view.focus(); };

function inside(view, name) {
  const { $from } = view.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type.name === name) return true;
  return false;
}

const hasMark = (view, name) => {
  const { from, to, empty, $from } = view.state.selection;
  const type = mark(view, name);
  return empty ? Boolean(type.isInSet(view.state.storedMarks || $from.marks())) : view.state.doc.rangeHasMark(from, to, type);
};
const block = (view, level) => view.state.selection.$from.parent.type.name === "heading" && view.state.selection.$from.parent.attrs.level === level;
const heading = (level) => ({
  on: (view) => block(view, level),
  act: (view) => run(view, block(view, level) ? setBlockType(node(view, "paragraph")) : setBlockType(node(view, "heading"), { level })),
});
const toggle = (name) => ({ on: (view) => hasMark(view, name), act: (view) => run(view, toggleMark(mark(view, name))) });
const list = (name) => ({
  on: (view) => inside(view, name),
  act: (view) => run(view, inside(view, name) ? liftListItem(node(view, "list_item")) : wrapInList(node(view, name))),
});

const BUTTONS = [
  { key: "h2", icon: "h-2", ...heading(2) },
  { key: "h3", icon: "h-3", ...heading(3) },
  { key: "h4", icon: "h-4", ...heading(4) },
  null,
  { key: "bold", icon: "bold", keys: "Ctrl+B", ...toggle("strong") },
  { key: "italic", icon: "italic", keys: "Ctrl+I", ...toggle("emphasis") },
  { key: "link", icon: "link", keys: "Ctrl+K", on: (view) => hasMark(view, "link"), act: editLink },
  null,
  { key: "bullets", icon: "list", ...list("bullet_list") },
  { key: "numbers", icon: "list-numbers", ...list("ordered_list") },
  { key: "quote", icon: "quote", on: (view) => inside(view, "blockquote"), act: (view) => run(view, inside(view, "blockquote") ? lift : wrapIn(node(view, "blockquote"))) },
  null,
  { key: "undo", icon: "arrow-back-up", act: (view) => run(view, undo) },
  { key: "redo", icon: "arrow-forward-up", act: (view) => run(view, redo) },
];
const TABLE = [["row_below", addRowAfter], ["column_right", addColumnAfter], ["delete_row", deleteRow], ["delete_column", deleteColumn], ["delete_table", deleteTable]];

export async function editLink(view) {
  const { from, to, empty, $from } = view.state.selection;
  const type = mark(view, "link");
  if (hasMark(view, "link")) {
    const found = type.isInSet($from.marks()) || type.isInSet(view.state.doc.nodeAt(from)?.marks ?? []);
    const chosen = await askLink({ href: found?.attrs.href ?? "", text: "" });
    if (!chosen) return;
    let [start, end] = [from, to];
    if (empty) {
      $from.parent.forEach((child, offset) => {
        const at = $from.start() + offset;
        if (at <= from && from <= at + child.nodeSize && type.isInSet(child.marks)) [start, end] = [at, at + child.nodeSize];
      });
    }
    const tr = view.state.tr.removeMark(start, end, type);
    view.dispatch(chosen.href ? tr.addMark(start, end, type.create({ href: chosen.href })) : tr);
  } else {
    const text = view.state.doc.textBetween(from, to);
    const chosen = await askLink({ href: "", text, needsText: empty });
    if (!chosen?.href) return;
    const link = type.create({ href: chosen.href });
    view.dispatch(empty ? view.state.tr.insert(from, view.state.schema.text(chosen.text || chosen.href, [link])) : view.state.tr.addMark(from, to, link));
  }
  view.focus();
}

/** Put a block where the caret is: in place of an empty paragraph, else after the block of the caret. */
function place(view, made) {
  const { $from } = view.state.selection;
  const empty = $from.parent.type.name === "paragraph" && !$from.parent.content.size;
  const at = empty ? $from.before() : $from.depth ? $from.after() : view.state.selection.to;
  const tr = empty ? view.state.tr.replaceWith(at, $from.after(), made) : view.state.tr.insert(at, made);
  const caret = TextSelection.findFrom(tr.doc.resolve(Math.min(at + 1, tr.doc.content.size)), 1);
  view.dispatch((caret ? tr.setSelection(caret) : tr).scrollIntoView());
  view.focus();
}

const paragraph = (view, text) => node(view, "paragraph").create(null, text ? view.state.schema.text(text) : null);
const container = (view, name, label, content, attributes = {}) => node(view, "containerDirective").create({ name, label, attributes }, content);

async function ask(view, type, name, attributes = {}) {
  const chosen = await askSettings({ name, label: "", attributes });
  if (!chosen) return;
  const made = node(view, type).create({ name, ...chosen });
  if (type === "textDirective") { view.dispatch(view.state.tr.replaceSelectionWith(made)); view.focus(); } else place(view, made);
}

function table(view) {
  const { table: type, table_header_row: top, table_header: th, table_row: row, table_cell: td } = view.state.schema.nodes;
  const cells = (cell) => [1, 2].map(() => cell.createAndFill());
  place(view, type.create(null, [top.create(null, cells(th)), row.create(null, cells(td)), row.create(null, cells(td))]));
}

const INSERTS = [
  ["kind_figure", "photo", (view, pick) => pick()],
  ["kind_callout", "bulb", (view) => place(view, container(view, "callout", word("callout_key"), paragraph(view, word("sample_callout")), { kind: "key" }))],
  ["kind_activity", "users", (view) => place(view, container(view, "activity", word("activity_title"), paragraph(view, word("sample_activity")), { minutes: "10", mode: "pairs" }))],
  ["kind_tabs", "layout-columns", (view) => place(view, container(view, "tabs", "", [word("first_tab"), word("second_tab")].map((label) => container(view, "tab", label, paragraph(view, word("sample_tab"))))))],
  ["kind_accordion", "chevron-down", (view) => place(view, container(view, "accordion", "", container(view, "panel", word("new_part"), paragraph(view, ""))))],
  ["table", "table", table],
  ["kind_video", "video", (view) => ask(view, "leafDirective", "video")],
  ["kind_download", "download", (view) => ask(view, "leafDirective", "download")],
  ["kind_quiz", "checkbox", (view) => ask(view, "leafDirective", "quiz")],
  ["kind_term", "book", (view) => ask(view, "textDirective", "term")],
];

/** The toolbar of one editor: `view()` answers the ProseMirror view; `toggleSource` swaps page and Markdown. */
export function makeToolbar({ view, uploadUrl, toggleSource }) {
  const chooser = el("input", { type: "file", accept: "image/*", hidden: true, tabindex: "-1", "aria-hidden": "true" });
  chooser.addEventListener("change", () => { placePictures(view(), [...chooser.files], uploadUrl); chooser.value = ""; });
  const pick = () => (uploadUrl ? chooser.click() : ask(view(), "leafDirective", "figure"));
  const buttons = BUTTONS.map((one) => one
    ? Object.assign(el("button", { type: "button", title: one.keys ? `${word(one.key)} (${one.keys})` : word(one.key), "aria-label": word(one.key), onclick: () => one.act(view()) }, icon(one.icon)), { about: one })
    : el("span", { class: "sep", "aria-hidden": "true" }));
  const menu = el("details", { class: "menu", "data-menu": "" },
    el("summary", { class: "tool" }, icon("plus"), word("insert")),
    el("div", { class: "menu-panel" }, ...INSERTS.map(([key, name, act]) => el("button", { type: "button", onclick: () => { menu.open = false; act(view(), pick); } }, icon(name), word(key)))));
  const inTable = el("details", { class: "menu", "data-menu": "", hidden: true },
    el("summary", { class: "tool" }, icon("table"), word("table")),
    el("div", { class: "menu-panel" }, ...TABLE.map(([key, command]) => el("button", { type: "button", onclick: () => { inTable.open = false; run(view(), command); } }, word(key)))));
  const source = el("button", { type: "button", "aria-pressed": "false", onclick: () => { const on = toggleSource(); source.setAttribute("aria-pressed", String(on)); for (const one of [...buttons, menu, inTable]) one.classList.toggle("invisible", on); } }, icon("markdown"), word("source"));
  const bar = el("div", { class: "md-toolbar", role: "toolbar", "aria-label": word("toolbar") }, menu, ...buttons, inTable, el("span", { class: "grow" }), source, chooser);
  bar.addEventListener("keydown", (event) => moveFocus(bar, event));
  const update = (now) => {
    for (const button of buttons) if (button.about?.on) button.setAttribute("aria-pressed", String(Boolean(button.about.on(now))));
    inTable.hidden = !isInTable(now.state);
  };
  return { bar, update, openInsert: () => { menu.open = true; menu.querySelector(".menu-panel button").focus(); } };
}

function moveFocus(bar, event) {
  const vertical = event.target.closest(".menu-panel");
  const step = (vertical ? { ArrowDown: 1, ArrowUp: -1 } : { ArrowRight: 1, ArrowLeft: -1 })[event.key];
  if (!step) return;
  const all = [...(vertical ?? bar).querySelectorAll("button, summary")].filter((one) => one.offsetParent && (vertical || !one.closest(".menu-panel")));
  event.preventDefault();
  all[(all.indexOf(event.target.closest("button, summary")) + step + all.length) % all.length]?.focus();
}
