// How directives look while one writes: a box with its kind, its label, a button to set it.
import { $view } from "@milkdown/kit/utils";
import { containerNode, leafNode, textNode } from "./directives.js";
import { askSettings } from "./settings.js";
import { el, word } from "./words.js";

const PARTS = { tabs: "tab", accordion: "panel" };
let mediaBase = "";

export function setMediaBase(base) {
  mediaBase = base;
}

/** Where the browser finds a file that a page names relative to itself. */
export function mediaUrl(src) {
  if (!src || /^(https?:|data:|blob:)/.test(src)) return src;
  return mediaBase ? mediaBase + src.replace(/^(\.\.?\/)*(media\/)?/, "") : src;
}

const kindOf = (attrs) => {
  const named = word(`kind_${attrs.name}`);
  return attrs.name === "callout" && attrs.attributes.kind ? word(`callout_${attrs.attributes.kind}`) : named === `kind_${attrs.name}` ? attrs.name : named;
};

/** Open the settings of the directive at `getPos` and write what was chosen. */
async function edit(view, getPos) {
  const node = view.state.doc.nodeAt(getPos());
  const chosen = await askSettings(node.attrs);
  const now = view.state.doc.nodeAt(getPos());
  if (chosen && now) view.dispatch(view.state.tr.setNodeMarkup(getPos(), undefined, { ...now.attrs, ...chosen }));
  view.focus();
}

function remove(view, getPos) {
  const at = getPos();
  view.dispatch(view.state.tr.delete(at, at + view.state.doc.nodeAt(at).nodeSize));
  view.focus();
}

function addPart(view, getPos, name) {
  const node = view.state.doc.nodeAt(getPos());
  const { containerDirective, paragraph } = view.state.schema.nodes;
  const part = containerDirective.create({ name, label: word("new_part"), attributes: {} }, paragraph.create());
  view.dispatch(view.state.tr.insert(getPos() + node.nodeSize - 1, part));
  view.focus();
}

function head(view, getPos) {
  const kind = el("span", { class: "dir-kind" });
  const label = el("span", { class: "dir-label" });
  const about = el("span", { class: "dir-attrs" });
  const set = el("button", { type: "button", onclick: () => edit(view, getPos) }, word("settings"));
  const part = el("button", { type: "button", hidden: true }, word("add_part"));
  const drop = el("button", { type: "button", onclick: () => remove(view, getPos) }, word("remove"));
  const box = el("div", { class: "dir-head", contenteditable: "false" }, kind, label, about, part, set, drop);
  const show = ({ attrs }) => {
    kind.textContent = kindOf(attrs);
    label.textContent = attrs.label;
    about.textContent = details(attrs);
    set.hidden = attrs.name in PARTS;
    set.setAttribute("aria-label", `${word("settings")} – ${kind.textContent} ${attrs.label}`.trim());
    drop.setAttribute("aria-label", `${word("remove")} – ${kind.textContent} ${attrs.label}`.trim());
    part.hidden = !(attrs.name in PARTS);
    part.onclick = () => addPart(view, getPos, PARTS[attrs.name]);
  };
  return { box, show };
}

function details({ name, attributes }) {
  const mode = attributes.mode && word(`mode_${attributes.mode}`);
  const parts = [attributes.minutes && `${attributes.minutes} min`, mode, attributes.competencies, name === "quiz" && attributes.ref, ["video", "download"].includes(name) && attributes.src];
  return parts.filter(Boolean).join(" · ");
}

const container = $view(containerNode, () => (node, view, getPos) => {
  const top = head(view, getPos);
  const contentDOM = el("div", { class: "dir-body" });
  const dom = el("section", {}, top.box, contentDOM);
  const show = (now) => {
    dom.className = `dir dir-${now.attrs.name}${now.attrs.attributes.kind === "warning" ? " dir-warning" : ""}`;
    top.show(now);
  };
  show(node);
  return {
    dom,
    contentDOM,
    update: (now) => now.type === node.type && (show(now), true),
    ignoreMutation: (change) => !contentDOM.contains(change.target),
    stopEvent: (event) => top.box.contains(event.target) && event.type !== "dragstart",
  };
});

const leaf = $view(leafNode, () => (node, view, getPos) => {
  const top = head(view, getPos);
  const dom = el("div", { class: "dir dir-leaf", contenteditable: "false" }, top.box);
  const picture = el("img", { alt: "" });
  const missing = el("p", { class: "dir-missing px-3" }, word("no_alt"));
  const show = (now) => {
    top.show(now);
    const figure = now.attrs.name === "figure" && now.attrs.attributes.src;
    picture.remove();
    missing.remove();
    if (!figure) return;
    const url = mediaUrl(now.attrs.attributes.src);
    if (picture.getAttribute("src") !== url) picture.src = url;
    picture.alt = now.attrs.label;
    dom.append(picture);
    if (!now.attrs.label && !("decorative" in now.attrs.attributes)) dom.append(missing);
  };
  show(node);
  return { dom, update: (now) => now.type === node.type && (show(now), true), ignoreMutation: () => true, stopEvent: (event) => event.target.closest?.("button") != null };
});

const inline = $view(textNode, () => (node, view, getPos) => {
  const dom = el("span", { class: "dir-text", contenteditable: "false", role: "button", tabindex: "0" });
  const show = ({ attrs }) => {
    dom.textContent = attrs.label || attrs.name;
    dom.title = `${kindOf(attrs)} ${attrs.attributes.id ?? ""}`.trim();
  };
  show(node);
  dom.addEventListener("dblclick", () => edit(view, getPos));
  dom.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); edit(view, getPos); } });
  return { dom, update: (now) => now.type === node.type && (show(now), true), ignoreMutation: () => true };
});

export const directiveViews = [container, leaf, inline].flat();
