// Lists put in order by dragging or by buttons: [data-sortable="URL"] whose children have data-id.
import Sortable from "sortablejs";

const { csrf, say, showState, toast } = window.bouquet;

for (const list of document.querySelectorAll("[data-sortable]")) {
  Sortable.create(list, {
    handle: list.querySelector(".drag-handle") ? ".drag-handle" : undefined,
    group: list.dataset.group || undefined,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
    onEnd: (event) => { send(event.to); if (event.from !== event.to) send(event.from); },
  });
}

// <button data-move="-1"> in an item moves it up, data-move="1" down; the focus follows and the place is said
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  const list = button?.closest("[data-sortable]");
  if (!list) return;
  const item = [...list.children].find((child) => child.contains(button));
  const up = Number(button.dataset.move) < 0;
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (up) other.before(item);
  else other.after(item);
  button.focus();
  const place = [...list.children].indexOf(item) + 1;
  toast(say("moved", { name: item.dataset.name || item.dataset.id, place, total: list.children.length }));
  send(list);
});

/** Without an address the form around keeps the order: its hidden fields have moved along. */
async function send(list) {
  list.dispatchEvent(new Event("change", { bubbles: true }));
  if (!list.dataset.sortable) return;
  showState("saving");
  const order = [...list.children].map((item) => item.dataset.id).filter(Boolean);
  const answer = await fetch(list.dataset.sortable, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify({ order, list: list.dataset.listId || null }),
  }).catch(() => null);
  showState(answer?.ok ? "saved" : "failed");
}
