// Pictures that are pasted, dropped or chosen: sent to the course's media, then described before they are placed.
import { Plugin } from "@milkdown/kit/prose/state";
import { $prose } from "@milkdown/kit/utils";
import { askSettings } from "./settings.js";
import { word } from "./words.js";

const images = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

/** Send the files one after the other and place a figure for each at `at` (else at the selection). */
export async function placePictures(view, files, address, at = null) {
  for (const file of files) {
    const src = await send(file, address);
    if (!src) continue;
    const chosen = await askSettings({ name: "figure", label: "", attributes: { src } });
    if (!chosen) continue;
    const node = view.state.schema.nodes.leafDirective.create({ name: "figure", ...chosen });
    const tr = view.state.tr;
    view.dispatch((at === null ? tr.replaceSelectionWith(node) : tr.insert(Math.min(at, tr.doc.content.size), node)).scrollIntoView());
    view.focus();
  }
}

async function send(file, address) {
  const { csrf, toast } = window.bouquet;
  const body = new FormData();
  body.append("file", file, file.name || "image.png");
  toast(word("sending"));
  try {
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf(), Accept: "application/json" }, body });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && said.src) return said.src;
    toast(word("not_sent", { reason: said.error ?? answer.status }));
  } catch {
    toast(window.bouquet.say("network"));
  }
  return null;
}

export const pictureDrops = $prose(
  () =>
    new Plugin({
      props: {
        handlePaste: (view, event) => take(view, event, images(event.clipboardData), null),
        handleDrop: (view, event) => {
          const files = images(event.dataTransfer);
          const place = files.length ? view.posAtCoords({ left: event.clientX, top: event.clientY }) : null;
          return take(view, event, files, place?.pos ?? null);
        },
      },
    }),
);

function take(view, event, files, at) {
  const address = view.dom.closest("[data-upload-url]")?.dataset.uploadUrl;
  if (!files.length || !address) return false;
  event.preventDefault();
  placePictures(view, files, address, at);
  return true;
}
