// What stands around a lesson: contents, previous and next, pause, notices, and what is said when no lesson is open.
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);

export class Bar {
  /** `act(request, id)`: what the learner asks for. */
  constructor(act) {
    this.act = act;
    this.bar = byId("bar");
    this.toc = byId("toc");
    this.panel = byId("panel");
    this.notice = byId("notice");
    this.buttons = new Map();
    for (const name of ["previous", "next", "leave"]) {
      byId(name).querySelector("span").textContent = words[name];
      byId(name).addEventListener("click", () => act({ previous: "previous", next: "continue", leave: "leave" }[name]));
    }
    byId("contents").querySelector("span").textContent = words.contents;
    byId("contents").addEventListener("click", () => this.fold(this.toc.hidden));
    this.toc.setAttribute("aria-label", words.parts);
    this.toc.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isNarrow()) return;
      this.fold(false);
      byId("contents").focus();
    });
  }

  isNarrow() {
    return matchMedia("(max-width: 720px)").matches;
  }

  fold(open) {
    this.toc.hidden = !open;
    byId("contents").setAttribute("aria-expanded", String(open));
  }

  /** The table of contents: headings, and a button for each part that can be chosen. */
  show(contents, launchable) {
    const list = this.lines(contents, launchable);
    if (this.buttons.size < 2) return;
    this.toc.replaceChildren(list);
    this.bar.hidden = false;
    this.fold(!this.isNarrow());
  }

  lines(contents, launchable) {
    const list = document.createElement("ol");
    for (const line of contents) {
      const under = this.lines(line.children ?? [], launchable);
      if (!line.visible) {
        list.append(...under.children); // hidden itself; what stands under it is not (CAM 3.4.1.3)
        continue;
      }
      const item = document.createElement("li");
      const isGroup = under.children.length > 0 && !launchable.has(line.id);
      item.append(isGroup ? heading(line.title) : this.button(line));
      if (under.children.length) item.append(under);
      list.append(item);
    }
    return list;
  }

  button(line) {
    const button = document.createElement("button");
    const title = document.createElement("span"), state = document.createElement("small");
    button.type = "button";
    button.dataset.part = line.id;
    title.textContent = line.title;
    button.append(title, state);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      if (this.isNarrow()) this.fold(false);
      this.act("choice", line.id);
    });
    this.buttons.set(line.id, button);
    return button;
  }

  /** Bring it in line with the way: `state` has here, can(request, id), statusOf(id), isHidden(id), hidden. */
  update(state) {
    let at = 0, count = 0;
    for (const [id, button] of this.buttons) {
      const isHere = id === state.here, status = state.statusOf(id);
      const open = isHere || state.can("choice", id);
      count += 1;
      if (isHere) at = count;
      button.parentElement.hidden = state.isHidden(id);
      button.setAttribute("aria-disabled", String(!open));
      button.toggleAttribute("aria-current", isHere);
      button.dataset.status = isHere ? "here" : ["completed", "passed"].includes(status) ? "done" : !open ? "closed" : status === "failed" ? "failed" : "open";
      button.querySelector("small").textContent = { done: words.done, failed: words.failed, here: words.current, closed: words.closed }[button.dataset.status] ?? "";
    }
    byId("where").textContent = at ? `${at} / ${count}` : "";
    for (const [name, request, token] of [["previous", "previous", "previous"], ["next", "continue", "continue"]]) {
      byId(name).hidden = state.hidden.includes(token);
      byId(name).disabled = !state.can(request);
    }
    byId("leave").hidden = state.hidden.includes("suspendAll");
    byId("leave").disabled = !state.here;
  }

  /** Say something in the place of the lesson, with at most one thing to do. */
  say(text, label = "", act = null) {
    const line = document.createElement("p");
    line.textContent = text;
    this.panel.replaceChildren(line);
    if (label) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "primary";
      button.textContent = label;
      button.addEventListener("click", act);
      this.panel.append(button);
    }
    this.panel.hidden = false;
    byId("lesson").hidden = true;
  }

  unsay() {
    this.panel.hidden = true;
    byId("lesson").hidden = false;
  }

  /** A line above the lesson, which goes on under it. */
  note(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
  }
}

function heading(title) {
  const text = document.createElement("strong");
  text.textContent = title;
  return text;
}
