// The player itself: contents, pages, search, glossary, display settings, and when to tell the LMS what.

class Player {
  constructor(course) {
    this.course = course;
    this.t = speaker(course.language);
    this.record = new Record(course, this.t, (text, problem) => this.status(text, problem), () => this.moved());
    this.lms = this.record.lms;
    this.main = document.getElementById("view");
    this.foot = document.getElementById("foot");
    this.live = document.getElementById("live");
    this.frame();
    displayPanel(document.getElementById("display"), course.language, this.t);
    window.addEventListener("hashchange", () => this.open(true));
    document.getElementById("skip").addEventListener("click", (event) => {
      event.preventDefault();
      this.main.focus();
      this.main.scrollIntoView();
    });
    this.track();
    if (!location.hash && this.record.bookmark) history.replaceState(null, "", "#/" + this.record.bookmark);
    this.open(false);
  }

  get activities() {
    return this.course.activities;
  }

  stateOf(activity) {
    if (this.record.isDone(activity)) return "done";
    return this.record.isStarted(activity) ? "started" : "todo";
  }

  status(text, problem) {
    const place = document.getElementById("saved");
    const banner = document.getElementById("banner");
    place.textContent = problem ? "" : text;
    if (problem && banner.textContent !== text) banner.textContent = text;
    else if (!problem && !this.standing) banner.textContent = "";
    banner.hidden = banner.textContent === "";
  }

  // Something to say for as long as the page stays open.
  stand(text) {
    this.standing = true;
    const banner = document.getElementById("banner");
    banner.textContent = text;
    banner.hidden = false;
  }

  track() {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.record.pause();
    });
    window.addEventListener("pagehide", () => {
      this.spend();
      this.lms.close();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && this.lms.closed) this.stand(this.t("closed"));
    });
    if (this.course.format !== "html" && !this.lms.present) this.stand(this.t("noLms"));
    else if (this.lms.readOnly) this.stand(this.t("reviewMode"));
    else if (this.record.changed) this.stand(this.t("updated"));
    else if (this.course.format === "html") this.record.tellBrowser();
    let waiting = false;
    const look = () => {
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        this.lookAtPage();
      }, 250);
    };
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    document.addEventListener("keydown", (event) => {
      if (!event.altKey || !event.shiftKey || (event.key !== "ArrowRight" && event.key !== "ArrowLeft")) return;
      const link = this.foot.querySelector(event.key === "ArrowRight" ? ".next" : ".previous");
      if (link) {
        event.preventDefault();
        link.click();
      }
    });
  }

  // A block is seen when its end has been on the screen; the page, when its own end has.
  lookAtPage() {
    const activity = this.current;
    if (!activity || activity.quiz || document.visibilityState === "hidden" || Date.now() - this.shownAt < 700) return;
    const end = this.main.querySelector(".page-end");
    if (!end) return;
    const wasDone = this.record.isDone(activity);
    const marks = activity.blocks.map((id) => document.getElementById(id));
    const bottom = window.innerHeight + 1;
    const reached = (mark) => mark.getBoundingClientRect().top <= bottom;
    const seen = activity.blocks.filter((_, n) => reached(marks.slice(n + 1).find(Boolean) || end));
    if (!this.record.see(reached(end) ? [activity.id, ...activity.blocks] : seen)) return;
    clearTimeout(this.later);
    if (!wasDone && this.record.isDone(activity)) this.record.save();
    else this.later = setTimeout(() => this.record.save(), 2000);
    this.drawProgress();
  }

  // After each change: what shows progress follows, the rest of the page stays.
  moved() {
    this.drawProgress();
    const states = this.activities.map((a) => this.stateOf(a)).join();
    if (states === this.shownStates) return;
    this.drawContents();
    this.drawFoot();
  }

  open(moved) {
    const { t } = this;
    const [, id = "", anchor = ""] = /^#\/([^/#]*)[/#]?(.*)$/.exec(decodeURIComponent(location.hash)) || [];
    const activity = this.record.find(id);
    this.spend();
    this.current = activity || null;
    this.shownAt = Date.now();
    this.closeContents();
    if (activity) this.drawActivity(activity);
    else if (id === "glossaire" && this.course.glossary.length) this.drawGlossary(anchor);
    else if (id === "recherche") drawSearch(this.main, this.course, anchor, t);
    else this.drawHome(id !== "");
    const title = this.main.querySelector("h1");
    document.title = activity || id ? `${title.textContent} – ${this.course.title}` : this.course.title;
    if (activity) {
      this.record.place = activity.id;
      this.record.save();
    }
    this.drawContents();
    this.drawProgress();
    this.drawFoot();
    const target = anchor && document.getElementById(anchor);
    if (target) target.scrollIntoView();
    else if (moved) window.scrollTo(0, 0);
    if (moved && id !== "recherche") title.focus({ preventScroll: true });
    setTimeout(() => this.lookAtPage(), 900);
  }

  // Time on the page that is left, when it is kept here (an LMS counts its own).
  spend() {
    if (this.record.journal && this.current && this.shownAt) this.record.journal.spent(this.current.id, (Date.now() - this.shownAt) / 1000);
    this.shownAt = Date.now();
  }

  drawActivity(activity) {
    const { t } = this;
    const module = this.course.modules[activity.module];
    const kind = t(activity.kind === "page" ? "page" : activity.quiz ? "quiz" : "inLms");
    const facts = [kind, activity.minutes ? this.duration(activity.minutes) : "", activity.required ? "" : t("optional")].filter(Boolean);
    const body = h("div", { class: "prose", html: activity.html || "" });
    const first = this.record.missing(activity);
    this.main.replaceChildren(
      h("p", { class: "eyebrow" }, module.title),
      h("h1", { tabindex: "-1" }, activity.title),
      h("p", { class: "quiet" }, facts.join(" · ")),
      first.length ? h("p", { class: "callout callout-warning" }, t("before", { what: first.join(", ") })) : "",
      body
    );
    this.wire(body);
    if (activity.quiz) {
      const place = h("div", { class: "quiz" });
      this.main.append(place);
      new QuizView(activity, this.record.bookOf(activity), place, t, (text) => this.say(text), (id) => this.objectiveTitle(id));
    } else {
      this.main.append(h("div", { class: "page-end" }));
    }
  }

  // In-page links scroll instead of changing page; tabs get a tab list.
  wire(body) {
    for (const link of body.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      if (href.startsWith("#/") && !this.record.find(href.slice(2)) && href !== "#/glossaire") link.replaceWith(...link.childNodes); // in another part
      else if (href.startsWith("#") && !href.startsWith("#/")) {
        link.addEventListener("click", (event) => {
          const target = document.getElementById(decodeURIComponent(href.slice(1)));
          if (!target) return;
          event.preventDefault();
          target.setAttribute("tabindex", "-1");
          target.scrollIntoView();
          target.focus({ preventScroll: true });
        });
      }
    }
    for (const track of body.querySelectorAll("track")) {
      const text = this.course.captions[track.getAttribute("src")];
      if (text) track.src = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
    }
    body.querySelectorAll("[data-tabs]").forEach((tabs, n) => tabsOf(tabs, `${this.current.id}-tabs-${n}`));
  }

  objectiveTitle(id) {
    const found = this.course.objectives.find((o) => o.id === id);
    return found ? found.title : id;
  }

  drawHome(lost) {
    const { course, t } = this;
    const open = this.activities.filter((a) => this.stateOf(a) !== "done");
    const next = open.find((a) => a.required) || open[0];
    const begun = this.activities.some((a) => this.stateOf(a) !== "todo");
    const card = next
      ? h("p", {}, h("a", { class: "primary", href: "#/" + next.id }, begun ? t("resumeAt", { title: next.title }) : t("start")))
      : h("p", { class: "good" }, "✓ " + t("finished"));
    this.main.replaceChildren(
      h("h1", { tabindex: "-1" }, course.title),
      lost ? h("p", { class: "warn" }, t("notFound")) : "",
      h("p", { class: "lead" }, course.summary),
      card,
      this.record.journal && this.record.journal.worth ? this.handBack() : "",
      course.goals.length ? h("h2", {}, t("objectives")) : "",
      course.goals.length ? h("ul", {}, course.goals.map((text) => h("li", {}, text))) : "",
      h("div", { class: "narrow-contents" }, h("h2", {}, t("contents")), this.contentsList()),
      this.record.journal && !this.record.journal.worth ? this.handBack() : "",
      h("p", { class: "quiet colophon" }, [course.authors.length ? `${t("authors")} : ${course.authors.join(", ")}` : "", course.licence ? `${t("licence")} : ${course.licence}` : "", course.version ? t("version", { n: course.version }) : ""].filter(Boolean).join(" · ")),
      course.basedOn.length ? h("p", { class: "quiet" }, `${t("basedOn")} : ${course.basedOn.join(" ; ")}`) : ""
    );
  }

  // Offline: how what was done here reaches the platform.
  handBack() {
    const { t, course } = this;
    const where = course.handBack.address;
    const give = h("button", { type: "button", onclick: () => {
      this.record.journal.give();
      this.say(t("handedBack"));
    } }, t("handBack"));
    return h("section", { class: "hand-back" }, h("h2", {}, t("handBackTitle")),
      h("p", {}, t(this.record.journal.worth ? "handBackHow" : "handBackLater")),
      this.record.journal.worth ? h("p", {}, give) : "",
      where ? h("p", { class: "quiet" }, t("handBackWhere") + " ", h("span", { class: "address" }, where)) : "",
      h("p", { class: "quiet" }, t("handBackWhat")));
  }

  drawGlossary(anchor) {
    const entries = this.course.glossary.map((entry) => h("div", { id: entry.id }, h("dt", {}, entry.term), h("dd", { html: entry.definition })));
    this.main.replaceChildren(h("h1", { tabindex: "-1" }, this.t("glossary")), h("dl", { class: "glossary" }, entries));
    const target = anchor && document.getElementById(anchor);
    if (target) target.classList.add("aimed");
  }

  say(text) {
    this.live.textContent = "";
    setTimeout(() => {
      this.live.textContent = text;
    }, 50);
  }

  frame() {
    const { t } = this;
    document.getElementById("skip").textContent = t("skip");
    document.getElementById("course-title").textContent = this.course.title;
    const button = document.getElementById("contents-button");
    button.append(t("contents"));
    button.addEventListener("click", () => this.openContents());
    const aside = document.getElementById("contents");
    aside.setAttribute("aria-label", t("contents"));
    aside.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeContents(true);
    });
    document.getElementById("veil").addEventListener("click", () => this.closeContents(true));
    const search = document.getElementById("search-link");
    search.append(t("searchShort"));
  }

  openContents() {
    document.body.classList.add("drawer");
    for (const id of ["main", "top"]) document.getElementById(id).inert = true;
    document.getElementById("contents-button").setAttribute("aria-expanded", "true");
    document.getElementById("contents").querySelector("button, a").focus();
  }

  closeContents(back) {
    document.body.classList.remove("drawer");
    for (const id of ["main", "top"]) document.getElementById(id).inert = false;
    const button = document.getElementById("contents-button");
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  }

  contentsList() {
    const { t } = this;
    return h("ol", { class: "modules" }, this.course.modules.map((module, n) =>
      h("li", {}, h("p", { class: "module" }, module.title), h("ul", {}, this.activities.filter((a) => a.module === n).map((activity) => {
        const state = this.stateOf(activity);
        const sign = { done: "✓", started: "◐", todo: "○" }[state];
        return h("li", { class: state }, h("a", { href: "#/" + activity.id, "aria-current": this.current === activity ? "page" : null },
          h("span", { class: "sign", "aria-hidden": "true" }, sign), h("span", { class: "name" }, activity.title, h("span", { class: "hidden" }, ` (${t(state)})`)),
          activity.minutes ? h("span", { class: "time" }, this.duration(activity.minutes)) : null));
      })))));
  }

  drawContents() {
    const aside = document.getElementById("contents");
    const at = aside.scrollTop;
    const held = aside.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    this.shownStates = this.activities.map((a) => this.stateOf(a)).join();
    const close = h("button", { type: "button", class: "only-narrow", onclick: () => this.closeContents(true) }, this.t("close"));
    const home = h("a", { href: "#/", "aria-current": location.hash === "" || location.hash === "#/" ? "page" : null }, this.t("home"));
    const glossary = this.course.glossary.length ? h("a", { href: "#/glossaire" }, this.t("glossary")) : null;
    aside.replaceChildren(close, h("p", { class: "aside-links" }, home, glossary || ""), this.contentsList());
    aside.scrollTop = at;
    if (held) [...aside.querySelectorAll("a")].find((link) => link.getAttribute("href") === held).focus({ preventScroll: true });
    const here = aside.querySelector("[aria-current=page]");
    if (here && (here.offsetTop < at || here.offsetTop + 60 > at + aside.clientHeight)) aside.scrollTop = here.offsetTop - aside.clientHeight / 3;
  }

  duration(minutes) {
    const h = Math.floor(minutes / 60);
    const n = minutes % 60;
    if (!h) return this.t("minutes", { n });
    return n ? this.t("hoursMinutes", { h, n: String(n).padStart(2, "0") }) : this.t("hours", { n: h });
  }

  drawProgress() {
    const { t } = this;
    const ratio = this.record.progress;
    const percent = this.record.complete ? 100 : Math.min(99, Math.round(ratio * 100));
    document.getElementById("line").style.width = percent + "%";
    const left = this.activities.filter((a) => a.required && !this.record.isDone(a)).reduce((sum, a) => sum + a.minutes, 0);
    document.getElementById("progress").textContent = t("progress", { n: percent });
    document.getElementById("left").textContent = left ? "· " + t("timeLeft", { n: this.duration(left) }) : "";
  }

  drawEnd() {
    if (this.lms.canContinue) return h("p", {}, h("button", { type: "button", class: "primary", onclick: () => this.lms.goOn() }, this.t("nextPart")));
    return h("p", { class: "good" }, `✓ ${this.t("finished")} ${this.t("allRead")}`);
  }

  drawFoot() {
    const { t } = this;
    const n = this.activities.indexOf(this.current);
    const before = n > 0 ? this.activities[n - 1] : null;
    const after = n >= 0 && n < this.activities.length - 1 ? this.activities[n + 1] : null;
    const link = (activity, kind) => h("a", { class: kind, href: "#/" + activity.id }, h("span", { class: "quiet" }, t(kind)), h("span", {}, activity.title));
    this.foot.replaceChildren(
      before ? link(before, "previous") : h("span", {}),
      after ? link(after, "next") : n >= 0 && this.record.complete ? this.drawEnd() : h("span", {})
    );
  }
}
