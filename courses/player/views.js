// Parts of the screen that stand by themselves: display settings, tabs, search.

function displayPanel(panel, language, t) {
  const kept = displaySettings();
  const apply = () => {
    const root = document.documentElement;
    root.dataset.theme = kept.theme;
    root.dataset.size = kept.size;
    root.dataset.spacing = kept.spacing;
    try {
      localStorage.setItem("bouquet:display", JSON.stringify(kept));
    } catch {
      // a browser that keeps nothing: the choice lasts as long as the page
    }
  };
  const select = (name, label, options) => {
    const field = h("select", { id: "set-" + name, onchange: (event) => { kept[name] = event.target.value; apply(); } }, options.map(([value, text]) => h("option", { value, selected: kept[name] === value }, text)));
    return h("p", {}, h("label", { for: field.id }, label), field);
  };
  const spaced = h("input", { type: "checkbox", id: "set-spacing", checked: kept.spacing === "wide", onchange: (event) => { kept.spacing = event.target.checked ? "wide" : "normal"; apply(); } });
  panel.append(
    h("summary", {}, t("display")),
    h("div", { class: "panel" },
      select("theme", t("theme"), [["auto", t("themeAuto")], ["light", t("themeLight")], ["dark", t("themeDark")]]),
      select("size", t("size"), wordList(language, "sizes").map((text, n) => [String(n), text])),
      h("p", { class: "check" }, spaced, h("label", { for: "set-spacing" }, t("spacing"))),
      h("p", {}, h("button", { type: "button", onclick: () => window.print() }, t("print"))),
      h("p", { class: "quiet" }, t("keys")))
  );
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (panel.open && !panel.contains(event.target)) panel.open = false;
  });
  apply();
}

function displaySettings() {
  const kept = { theme: "auto", size: "0", spacing: "normal" };
  try {
    const found = JSON.parse(localStorage.getItem("bouquet:display") || "{}");
    if (["auto", "light", "dark"].includes(found.theme)) kept.theme = found.theme;
    if (["0", "1", "2", "3"].includes(found.size)) kept.size = found.size;
    if (found.spacing === "wide") kept.spacing = "wide";
  } catch {
    // nothing kept
  }
  return kept;
}

// Sections one under the other become tabs (WAI-ARIA tabs pattern: arrows move and open).
function tabsOf(place, name) {
  const panels = [...place.querySelectorAll(":scope > [data-tab]")];
  const list = h("div", { role: "tablist", class: "tablist" });
  const tabs = panels.map((panel, n) => h("button", { type: "button", role: "tab", id: `${name}-${n}`, "aria-controls": `${name}-panel-${n}`, onclick: () => show(n) }, panel.querySelector(".tab-title").textContent));
  const show = (n) => {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === n));
      tab.tabIndex = i === n ? 0 : -1;
      panels[i].classList.toggle("folded", i !== n);
    });
  };
  panels.forEach((panel, n) => {
    panel.id = `${name}-panel-${n}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tabs[n].id);
    panel.tabIndex = 0;
    panel.querySelector(".tab-title").classList.add("tab-printed");
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const n = (to + tabs.length) % tabs.length;
    show(n);
    tabs[n].focus();
  });
  list.append(...tabs);
  place.prepend(list);
  if (tabs.length) show(0);
}

function textOf(activity) {
  if (activity.text === undefined) {
    const words = new DOMParser().parseFromString(activity.html || "", "text/html").body;
    activity.text = `${activity.title} — ${words.textContent.replace(/\s+/g, " ")}`;
  }
  return activity.text;
}

function drawSearch(place, course, query, t) {
  const field = h("input", { type: "search", id: "query", value: query, autocomplete: "off" });
  const list = h("ul", { class: "results" });
  const count = h("p", { role: "status", class: "quiet" });
  const run = () => {
    const q = plain(field.value.trim());
    list.replaceChildren();
    if (q.length < 2) {
      count.textContent = "";
      return;
    }
    const found = course.activities.filter((a) => plain(textOf(a)).includes(q));
    const terms = course.glossary.filter((g) => plain(g.term).includes(q));
    const n = found.length + terms.length;
    count.textContent = n ? t("results", { n, q: field.value.trim() }) : t("noResult", { q: field.value.trim() });
    for (const term of terms) list.append(h("li", {}, h("a", { href: "#/glossaire/" + term.id }, term.term), h("p", { class: "quiet" }, t("glossary"))));
    for (const activity of found) {
      const text = textOf(activity);
      const at = plain(text).indexOf(q);
      const from = Math.max(0, at - 60);
      const extract = [text.slice(from, at), h("mark", {}, text.slice(at, at + q.length)), text.slice(at + q.length, at + q.length + 90)];
      list.append(h("li", {}, h("a", { href: "#/" + activity.id }, activity.title), h("p", {}, from ? "…" : "", ...extract, "…")));
    }
  };
  field.addEventListener("input", run);
  place.replaceChildren(h("h1", { tabindex: "-1" }, t("searchShort")), h("p", { role: "search" }, h("label", { for: "query" }, t("search")), field), count, list);
  run();
  field.focus();
}

function plain(text) {
  return [...text].map((c) => c.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()[0] || c).join("");
}
