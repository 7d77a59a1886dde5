// <div data-tabs><section data-tab="Name">…</section>…</div>: stacked parts that become tabs (WAI-ARIA pattern).
let count = 0;

export function setUpTabs(scope) {
  for (const box of scope.querySelectorAll("[data-tabs]:not([data-ready])")) makeTabs(box);
  // a bar that slides on a phone begins at the tab one is on
  for (const here of scope.querySelectorAll(".tabs-bar a[aria-current]")) here.closest(".tabs-bar").scrollLeft = here.offsetLeft - 40;
}

function makeTabs(box) {
  const panels = [...box.children].filter((child) => child.matches("[data-tab], section, .tab"));
  if (panels.length < 2) return;
  box.dataset.ready = "";
  const bar = document.createElement("div");
  bar.className = "tabs-bar";
  bar.setAttribute("role", "tablist");
  const tabs = panels.map((panel) => {
    const heading = panel.querySelector(":scope > :is(h2, h3, h4, .tab-title)");
    const tab = document.createElement("button");
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.textContent = panel.dataset.tab || heading?.textContent || "";
    if (heading) heading.hidden = true;
    panel.id ||= `tab-panel-${++count}`;
    tab.id = `${panel.id}-tab`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.tabIndex = 0;
    bar.append(tab);
    return tab;
  });
  const select = (index, focus) => {
    tabs.forEach((tab, n) => {
      tab.setAttribute("aria-selected", String(n === index));
      tab.tabIndex = n === index ? 0 : -1;
      panels[n].hidden = n !== index;
    });
    if (focus) tabs[index].focus();
  };
  bar.addEventListener("click", (event) => {
    const index = tabs.indexOf(event.target.closest("[role=tab]"));
    if (index >= 0) select(index);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = tabs.indexOf(document.activeElement);
    const next = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (here + step + tabs.length) % tabs.length : -1;
    if (next < 0) return;
    event.preventDefault();
    event.stopPropagation();
    select(next, true);
  });
  box.prepend(bar);
  const asked = location.hash ? panels.findIndex((panel) => panel.querySelector(`#${CSS.escape(location.hash.slice(1))}`)) : -1;
  select(Math.max(asked, 0));
}
