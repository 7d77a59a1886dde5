// The page editor: every text area with data-markdown-editor gets the view of its page; it stays the form's value.
import "../../css/editor.css";
import { defaultValueCtx, Editor, editorViewCtx, editorViewOptionsCtx, remarkStringifyOptionsCtx, rootCtx, serializerCtx } from "@milkdown/kit/core";
import { clipboard } from "@milkdown/kit/plugin/clipboard";
import { history } from "@milkdown/kit/plugin/history";
import { commonmark, linkSchema, remarkPreserveEmptyLinePlugin, syncHeadingIdPlugin } from "@milkdown/kit/preset/commonmark";
import { gfm } from "@milkdown/kit/preset/gfm";
import { Plugin } from "@milkdown/kit/prose/state";
import { Decoration, DecorationSet } from "@milkdown/kit/prose/view";
import { $prose, replaceAll } from "@milkdown/kit/utils";
import { containerNode, directiveSyntax, leafNode, plainColons, textNode } from "./directives.js";
import { splitFrontMatter, STRINGIFY, tidy } from "./markdown.js";
import { editLink, makeToolbar } from "./toolbar.js";
import { pictureDrops } from "./upload.js";
import { directiveViews, setMediaBase } from "./views.js";
import { el, loadWords, setSprite, word } from "./words.js";

const PAUSE = 200;
// an empty line is not worth raw HTML, which the course format refuses
const unwanted = new Set([...remarkPreserveEmptyLinePlugin, syncHeadingIdPlugin].flat());
// the link comes first, thus outside: a link with one word in italics stays one link
const link = [linkSchema].flat();
const base = [...link, ...commonmark.filter((plugin) => !unwanted.has(plugin) && !link.includes(plugin))];

/** The {#id} at the end of a title is kept and shown small: evidence refers to it. */
function dimIds(doc) {
  const marks = [];
  doc.descendants((node, at) => {
    const found = node.type.name === "heading" && /\s*\{#[^}]*\}\s*$/.exec(node.textContent);
    if (found) marks.push(Decoration.inline(at + 1 + found.index, at + node.nodeSize - 1, { class: "heading-id" }));
    return !node.isTextblock;
  });
  return DecorationSet.create(doc, marks);
}

async function mount(area) {
  loadWords(area.dataset.markdownEditor);
  setSprite(area.dataset.icons);
  setMediaBase(area.dataset.mediaBase ?? "");
  const body = el("div", { class: "md-body prose" });
  const box = el("div", { class: "md-editor", "data-upload-url": area.dataset.uploadUrl ?? null }, body);
  let [front, text] = splitFrontMatter(area.value);
  let baseline = null;
  let original = area.value;
  let timer = null;
  let editor = null;
  const view = () => editor.ctx.get(editorViewCtx);
  const read = () => editor.action((ctx) => tidy(ctx.get(serializerCtx)(ctx.get(editorViewCtx).state.doc)));

  const write = () => {
    clearTimeout(timer);
    timer = null;
    if (box.dataset.source !== undefined) return;
    const now = read();
    // what was opened and not changed goes back byte for byte
    const value = now === baseline ? original : front + now;
    if (value === area.value) return;
    area.value = value;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const toggleSource = () => {
    const toSource = box.dataset.source === undefined;
    if (toSource) {
      write();
      box.dataset.source = "";
    } else {
      delete box.dataset.source;
      [front, text] = splitFrontMatter(area.value);
      original = area.value;
      editor.action(replaceAll(text));
      baseline = read();
    }
    area.hidden = !toSource;
    body.hidden = toSource;
    if (toSource) area.focus();
    else view().focus();
    return toSource;
  };

  const toolbar = makeToolbar({ view, uploadUrl: area.dataset.uploadUrl, toggleSource });
  const watch = $prose(() => new Plugin({
    view: () => ({
      update: (now, before) => {
        if (editor) toolbar.update(now);
        if (baseline === null || now.state.doc.eq(before.doc)) return;
        clearTimeout(timer);
        timer = setTimeout(write, PAUSE);
      },
    }),
    props: {
      decorations: (state) => dimIds(state.doc),
      handleKeyDown: (now, event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
          editLink(now);
          return true;
        }
        const { $from, empty } = now.state.selection;
        if (event.key !== "/" || !empty || $from.parent.content.size || $from.parent.type.name !== "paragraph") return false;
        toolbar.openInsert();
        return true;
      },
    },
  }));

  area.before(box);
  box.prepend(toolbar.bar);
  box.append(area, el("div", { class: "md-foot" }, el("span", {}, word("help"))));
  area.classList.add("md-source");
  area.hidden = true;
  const label = area.labels?.[0] ?? null;

  editor = await Editor.make()
    .config((ctx) => {
      ctx.set(rootCtx, body);
      ctx.set(defaultValueCtx, text);
      ctx.update(remarkStringifyOptionsCtx, (options) => ({ ...options, ...STRINGIFY }));
      ctx.update(editorViewOptionsCtx, (options) => ({
        ...options,
        attributes: { "aria-label": label?.textContent.trim() || word("editor"), "aria-multiline": "true", role: "textbox", tabindex: "0", spellcheck: "true", lang: area.lang || document.documentElement.lang },
      }));
    })
    .use(base)
    .use(gfm)
    .use(history)
    .use(clipboard)
    .use([directiveSyntax, plainColons, containerNode, leafNode, textNode].flat())
    .use(directiveViews)
    .use(pictureDrops)
    .use(watch)
    .create();
  baseline = read();
  toolbar.update(view());
  label?.addEventListener("click", () => view().focus());
  area.form?.addEventListener("submit", write, { capture: true });
  area.bouquetEditor = { read: () => front + read(), view, write };
  box.dataset.ready = "";
}

for (const area of document.querySelectorAll("textarea[data-markdown-editor]")) {
  mount(area).catch((error) => {
    // the text itself can always be edited
    area.closest(".md-editor")?.replaceWith(area);
    area.hidden = false;
    throw error;
  });
}
