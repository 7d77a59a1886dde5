// The directives of the course format as nodes of the editor: what is written comes back as it was, attributes included.
import { $node, $remark } from "@milkdown/kit/utils";
import { directiveFromMarkdown, directiveToMarkdown } from "mdast-util-directive";
import { directive } from "micromark-extension-directive";

/** The syntax of remark-directive; attributes are written without quotes where they need none, as authors do. */
export const directiveSyntax = $remark("courseDirectives", () => function courseDirectives() {
  const data = this.data();
  (data.micromarkExtensions ??= []).push(directive());
  (data.fromMarkdownExtensions ??= []).push(directiveFromMarkdown());
  (data.toMarkdownExtensions ??= []).push(directiveToMarkdown({ preferUnquoted: true }));
});

/** "note:important" is text: the course format asks for a label or attributes, so the editor must not see a directive. */
export const plainColons = $remark("plainColons", () => () => (tree) => restoreColons(tree));

function restoreColons(node) {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => {
    restoreColons(child);
    const bare = child.type === "textDirective" && !child.children.length && !Object.keys(child.attributes ?? {}).length;
    return bare ? [{ type: "text", value: `:${child.name}` }] : [child];
  });
  // neighbours become one text again, so that the serializer escapes it as one
  node.children = node.children.reduce((kept, child) => {
    const last = kept.at(-1);
    if (last?.type === "text" && child.type === "text") last.value += child.value;
    else kept.push(child);
    return kept;
  }, []);
}

const attrs = {
  name: { default: "callout", validate: "string" },
  attributes: { default: {} },
  label: { default: "", validate: "string" },
  labelNodes: { default: null },
};

const plain = (nodes) => nodes.map((node) => node.value ?? plain(node.children ?? [])).join("");
const clean = (nodes) => JSON.parse(JSON.stringify(nodes, (key, value) => (key === "position" ? undefined : value)));
const given = (node, label) => ({ name: node.name, attributes: { ...node.attributes }, label: plain(label), labelNodes: label.length ? clean(label) : null });
const labelOf = (node) => (node.attrs.labelNodes && plain(node.attrs.labelNodes) === node.attrs.label ? node.attrs.labelNodes : node.attrs.label ? [{ type: "text", value: node.attrs.label }] : []);
const written = (node) => ({ name: node.attrs.name, attributes: { ...node.attrs.attributes } });

export const containerNode = $node("containerDirective", () => ({
  group: "block",
  content: "block+",
  defining: true,
  isolating: true,
  attrs,
  parseDOM: [],
  toDOM: (node) => ["section", { "data-directive": node.attrs.name }, 0],
  parseMarkdown: {
    match: (node) => node.type === "containerDirective",
    runner: (state, node, type) => {
      const [first, ...rest] = node.children;
      const labelled = first?.data?.directiveLabel;
      state.openNode(type, given(node, labelled ? first.children : []));
      state.next(labelled ? rest : node.children);
      state.closeNode();
    },
  },
  toMarkdown: {
    match: (node) => node.type.name === "containerDirective",
    runner: (state, node) => {
      state.openNode("containerDirective", undefined, written(node));
      const label = labelOf(node);
      if (label.length) state.addNode("paragraph", label, undefined, { data: { directiveLabel: true } });
      state.next(node.content);
      state.closeNode();
    },
  },
}));

const atom = (type, inline) => $node(type, () => ({
  group: inline ? "inline" : "block",
  inline,
  atom: true,
  selectable: true,
  draggable: !inline,
  attrs,
  parseDOM: [],
  toDOM: (node) => [inline ? "span" : "div", { "data-directive": node.attrs.name }, node.attrs.label],
  parseMarkdown: {
    match: (node) => node.type === type,
    runner: (state, node, nodeType) => state.addNode(nodeType, given(node, node.children)),
  },
  toMarkdown: {
    match: (node) => node.type.name === type,
    runner: (state, node) => state.addNode(type, labelOf(node), undefined, written(node)),
  },
}));

export const leafNode = atom("leafDirective", false);
export const textNode = atom("textDirective", true);

/** What can be set on each kind, in the order of the dialog. `label` is the text between square brackets. */
export const FIELDS = {
  callout: ["label", "kind"],
  activity: ["label", "id", "minutes", "mode", "objectives", "competencies"],
  tab: ["label"],
  panel: ["label"],
  tabs: [],
  accordion: [],
  figure: ["src", "label", "decorative", "caption", "credit"],
  video: ["src", "label", "captions", "transcript", "poster"],
  download: ["src", "label"],
  quiz: ["ref", "label"],
  term: ["label", "id"],
};

export const CHOICES = {
  kind: ["tip", "key", "warning", "example", "quote"],
  mode: ["individual", "pairs", "group", "plenary", "workplace"],
};
