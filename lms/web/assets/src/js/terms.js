// A glossary term: a link to its definition at the foot of the page, or <button class="term" data-term="Definition…">.
export function setUpTerms() {
  let card = null;
  const close = (focus) => {
    if (!card) return;
    card.term.setAttribute("aria-expanded", "false");
    if (focus) card.term.focus();
    card.box.remove();
    card = null;
  };
  document.addEventListener("click", (event) => {
    const term = event.target.closest("button[data-term], a[data-term][href^='#']");
    const again = term && card?.term === term;
    if (card && !event.target.closest(".term-card")) close(false);
    if (!term || again) return;
    event.preventDefault();
    card = { term, box: open(term) };
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && card) close(true);
  });
  addEventListener("scroll", () => close(false), { passive: true });
}

function open(term) {
  const box = document.createElement("div");
  box.className = "term-card";
  box.setAttribute("role", "note");
  box.tabIndex = -1;
  const name = document.createElement("strong");
  name.textContent = term.dataset.title || term.textContent;
  const words = document.createElement("span");
  words.textContent = definition(term);
  box.append(name, words);
  term.setAttribute("aria-expanded", "true");
  document.body.append(box);
  const at = term.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = at.bottom + 8 + size.height < innerHeight;
  box.style.left = `${Math.max(16, Math.min(at.left, innerWidth - size.width - 16))}px`;
  box.style.top = `${below ? at.bottom + 8 : Math.max(16, at.top - size.height - 8)}px`;
  box.focus({ preventScroll: true });
  return box;
}

/** In a list of definitions the words stand in the <dd> after the <dt> that the link names. */
function definition(term) {
  if (!term.hash) return term.dataset.term;
  const place = document.getElementById(decodeURIComponent(term.hash.slice(1)));
  return (place?.matches("dt") ? place.nextElementSibling : place)?.textContent ?? "";
}
