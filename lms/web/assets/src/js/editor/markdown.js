// The Markdown side: the front matter stays as it is, and what is written follows the habits of the course files.

/** [front matter with its fences, rest]: only the rest is edited. */
export function splitFrontMatter(text) {
  const found = /^---\r?\n[\s\S]*?\r?\n---[ \t]*(\r?\n|$)(\r?\n)*/.exec(text);
  return found ? [found[0], text.slice(found[0].length)] : ["", text];
}

export const STRINGIFY = { bullet: "-", emphasis: "*", strong: "*", fence: "`", fences: true, rule: "-", listItemIndent: "one", incrementListMarker: true, resourceLink: true };

/** Remark escapes more than needed: an underscore inside a word or a lone bracket changes nothing. */
export function tidy(markdown) {
  return markdown.replace(/\n{3,}/g, "\n\n").replace(/(\p{L})\\_(?=\p{L})/gu, "$1_");
}
