// A quiz, one question at a time: the six question types with native controls, feedback that teaches, a review by
// competency at the end.

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "html") node.innerHTML = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// The same seed gives the same order: coming back to a question shows it as it was left.
function shuffled(items, seed) {
  const list = [...items];
  let value = 0;
  for (const letter of seed) value = (Math.imul(value, 31) + letter.charCodeAt(0)) >>> 0;
  for (let i = list.length - 1; i > 0; i--) {
    value = (Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const j = value % (i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

function feedbackOf(choice) {
  return choice.feedback ? h("div", { class: "choice-feedback", html: choice.feedback }) : null;
}

function choiceControl(question, t, seed) {
  const many = question.type === "multiple";
  const options = (question.shuffle ? shuffled(question.choices, seed) : question.choices).map((choice) => {
    const input = h("input", { type: many ? "checkbox" : "radio", name: question.id, value: choice.id, id: `${question.id}-${choice.id}` });
    return { choice, input, row: h("div", { class: "choice" }, input, h("label", { for: input.id, html: choice.html })) };
  });
  return {
    node: h("div", { class: "choices" }, h("p", { class: "quiet" }, many ? t("several") : t("one")), options.map((o) => o.row)),
    read() {
      const picked = options.filter((o) => o.input.checked).map((o) => o.choice.id);
      if (!picked.length) return { problem: t("answerFirst") };
      return { response: many ? question.choices.map((c) => c.id).filter((id) => picked.includes(id)) : picked[0] };
    },
    lock(response, explain) {
      const picked = many ? response || [] : [response];
      for (const o of options) {
        o.input.checked = picked.includes(o.choice.id);
        o.input.disabled = true;
        if (!explain) continue;
        if (o.choice.correct) o.row.classList.add("is-right");
        else if (o.input.checked) o.row.classList.add("is-wrong");
        if (o.input.checked) o.row.append(h("span", { class: "mark" }, `${o.choice.correct ? "✓" : "✗"} ${t("yourAnswer")}`));
        else if (o.choice.correct) o.row.append(h("span", { class: "mark" }, "✓ " + t("expected")));
        if (o.input.checked || o.choice.correct) o.row.append(feedbackOf(o.choice) || "");
      }
    },
  };
}

function orderingControl(question, t, seed, say) {
  const list = h("ol", { class: "ordering" });
  const help = h("p", { class: "quiet" }, t("orderHelp"));
  let start = shuffled(question.choices, seed);
  if (start.every((c, n) => c === question.choices[n])) start = [...start.slice(1), start[0]];
  let touched = false;
  const move = (row, step, button) => {
    const rows = [...list.children];
    const to = rows.indexOf(row) + step;
    if (to < 0 || to >= rows.length) return;
    if (step < 0) list.insertBefore(row, rows[to]);
    else rows[to].after(row);
    touched = true;
    refresh();
    const target = button.getAttribute("aria-disabled") === "true" ? row.querySelector("button:not([aria-disabled=true])") : button;
    target.focus();
    say(t("moved", { what: row.dataset.text, n: to + 1, total: rows.length }));
  };
  const refresh = () => {
    const rows = [...list.children];
    rows.forEach((row, n) => {
      const [up, down] = row.querySelectorAll("button");
      up.setAttribute("aria-disabled", String(n === 0));
      down.setAttribute("aria-disabled", String(n === rows.length - 1));
    });
  };
  for (const choice of start) {
    const label = h("span", { class: "ordering-text", html: choice.html });
    const button = (name, sign, step) =>
      h("button", { type: "button", class: "small", "aria-label": `${t(name)} : ${choice.text}`, onclick: (event) => move(row, step, event.currentTarget) }, sign);
    const handle = h("span", { class: "handle", "aria-hidden": "true", title: t("drag") }, "⠿");
    const row = h("li", { "data-id": choice.id, "data-text": choice.text }, handle, label, button("up", "↑", -1), button("down", "↓", 1));
    dragBy(handle, row, list, () => {
      touched = true;
      refresh();
    });
    list.append(row);
  }
  refresh();
  return {
    node: h("div", {}, help, list),
    read: () => ({ response: [...list.children].map((row) => row.dataset.id), untouched: !touched }),
    lock(response, explain) {
      for (const id of response || []) list.append(list.querySelector(`[data-id="${id}"]`));
      for (const [n, row] of [...list.children].entries()) {
        row.querySelectorAll("button, .handle").forEach((control) => control.remove());
        if (!explain || !response) continue;
        const good = question.choices[n].id === row.dataset.id;
        row.classList.add(good ? "is-right" : "is-wrong");
        row.append(h("span", { class: "mark", role: "img", "aria-label": good ? t("right") : t("wrong") }, good ? "✓" : "✗"));
      }
      help.remove();
      if (!explain) return;
      list.after(
        h("p", { class: "quiet" }, t("expectedOrder")),
        h("ol", { class: "expected" }, question.choices.map((c) => h("li", {}, h("span", { html: c.html }), feedbackOf(c))))
      );
    },
  };
}

// Dragging a row by its handle with a mouse, a finger or a pen; the buttons do the same without dragging.
function dragBy(handle, row, list, done) {
  handle.addEventListener("pointerdown", (down) => {
    down.preventDefault();
    handle.setPointerCapture(down.pointerId);
    row.classList.add("dragged");
    const follow = (event) => {
      const over = [...list.children].find((other) => {
        const box = other.getBoundingClientRect();
        return other !== row && event.clientY > box.top && event.clientY < box.bottom;
      });
      if (!over) return;
      const rows = [...list.children];
      const [from, to] = [rows.indexOf(row), rows.indexOf(over)];
      // the others move around the row: one that is moved itself loses the pointer
      if (to < from) row.after(...rows.slice(to, from));
      else row.before(...rows.slice(from + 1, to + 1));
    };
    const stop = () => {
      row.classList.remove("dragged");
      handle.removeEventListener("pointermove", follow);
      done();
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", stop, { once: true });
    handle.addEventListener("pointercancel", stop, { once: true });
  });
}

function matchingControl(question, t, seed) {
  const targets = shuffled(question.choices.filter((c) => firstOwner(question, c.id) === c.id), seed);
  const rows = question.choices.map((choice) => {
    const select = h("select", { id: `${question.id}-${choice.id}` }, h("option", { value: "" }, t("choose")), targets.map((c) => h("option", { value: c.id }, c.match)));
    return { choice, select, row: h("div", { class: "match" }, h("label", { for: select.id, html: choice.html }), select) };
  });
  return {
    node: h("div", { class: "matching" }, rows.map((r) => r.row)),
    read() {
      if (rows.some((r) => r.select.value === "")) return { problem: t("answerAll"), focus: rows.find((r) => r.select.value === "").select };
      return { response: Object.fromEntries(rows.map((r) => [r.choice.id, r.select.value])) };
    },
    lock(response, explain) {
      for (const r of rows) {
        const picked = response && response[r.choice.id];
        r.select.value = picked ? firstOwner(question, picked) : "";
        r.select.disabled = true;
        if (!explain) continue;
        const good = r.select.value === firstOwner(question, r.choice.id);
        r.row.classList.add(good ? "is-right" : "is-wrong");
        r.row.append(h("span", { class: "mark" }, good ? "✓ " + t("right") : `✗ ${t("expected")} : ${r.choice.match}`), feedbackOf(r.choice) || "");
      }
    },
  };
}

function typedControl(question, t) {
  const numeric = question.type === "numeric";
  const id = question.id + "-in";
  const input = h("input", { id, type: "text", inputmode: numeric ? "decimal" : null, maxlength: 250, autocomplete: "off", class: numeric ? "short" : "" });
  const unit = numeric && question.numeric.unit ? h("span", { class: "unit" }, " " + question.numeric.unit) : null;
  return {
    node: h("div", { class: "typed" }, h("label", { for: id }, numeric ? t("decimal") : t("text")), input, unit),
    read() {
      const text = input.value.trim();
      if (text === "") return { problem: t("answerFirst"), focus: input };
      if (!numeric) return { response: text };
      return readNumber(text, question.numeric.unit) === null ? { problem: t("answerNumber"), focus: input } : { response: text };
    },
    lock(response, explain) {
      input.value = response === null || response === undefined ? "" : String(response);
      input.disabled = true;
      if (!explain) return;
      const expected = numeric ? `${question.numeric.value} ${question.numeric.unit || ""}`.trim() : question.accepted[0] || "";
      input.parentNode.append(h("p", { class: "mark" }, `${t("expected")} : ${expected}`));
    },
  };
}

function controlFor(question, t, seed, say) {
  if (question.type === "single" || question.type === "multiple") return choiceControl(question, t, seed);
  if (question.type === "ordering") return orderingControl(question, t, seed, say);
  if (question.type === "matching") return matchingControl(question, t, seed);
  return typedControl(question, t);
}

function verdict(question, response, ratio, t) {
  const kind = response === null ? "unknown" : ratio === 1 ? "right" : ratio > 0 ? "partly" : "wrong";
  const sign = { right: "✓", partly: "≈", wrong: "✗", unknown: "?" }[kind];
  const word = { right: t("right"), partly: t("partly"), wrong: t("wrong"), unknown: t("notKnown") }[kind];
  const text = ratio === 1 ? question.ok : question.ko;
  return h("div", { class: `verdict is-${kind}`, tabindex: "-1" }, h("p", {}, h("strong", {}, `${sign} ${word}`)), text ? h("div", { html: text }) : null);
}

// Runs one quiz inside `place`. `book` keeps what is answered: answers(), answer(question, response, seconds),
// finish(), result(), attemptsLeft(); `say` speaks to assistive technology.
class QuizView {
  constructor(activity, book, place, t, say, competencyTitle) {
    Object.assign(this, { activity, quiz: activity.quiz, book, place, t, say, competencyTitle });
    this.intro();
  }

  get order() {
    const { questions, shuffle } = this.quiz;
    return shuffle ? shuffled(questions, this.activity.id + this.book.attempts()) : questions;
  }

  show(...nodes) {
    this.place.replaceChildren(...nodes.filter(Boolean));
  }

  percent(ratio) {
    return Math.round(ratio * 100);
  }

  number(value) {
    return value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
  }

  intro() {
    const { t, quiz, book } = this;
    const answered = book.answers().size;
    const result = book.result();
    const left = book.attemptsLeft();
    const label = answered ? t("quizResume", { n: answered + 1 }) : result ? t("quizAgain") : t("quizStart");
    const facts = [t("questions", { n: quiz.questions.length })];
    if (quiz.feedback !== "none" && quiz.purpose !== "positioning") facts.push(t("passAt", { n: this.percent(quiz.pass) }));
    this.show(
      quiz.intro ? h("div", { html: quiz.intro }) : null,
      h("p", { class: "quiet" }, facts.join(" · ")),
      result ? this.summary(result) : null,
      left === 0
        ? h("p", {}, t("noAttempt"))
        : h("p", {}, h("button", { type: "button", class: "primary", onclick: () => this.next(true) }, label), left > 0 && left < Infinity ? h("span", { class: "quiet" }, " " + t("attemptsLeft", { n: left })) : null)
    );
  }

  summary(result) {
    if (this.quiz.feedback === "none") return h("p", {}, this.t("recorded"));
    const passed = result.ratio >= this.quiz.pass;
    const judged = this.quiz.purpose !== "positioning";
    return h("p", { class: "summary" },
      this.t("best", { n: this.percent(result.ratio) }) + " ",
      judged ? h("strong", { class: passed ? "good" : "warn" }, passed ? "✓ " + this.t("passed") : this.t("notPassed", { n: this.percent(this.quiz.pass) })) : null);
  }

  next(focus) {
    const answers = this.book.answers();
    const question = this.order.find((q) => !answers.has(q.id));
    if (question) this.ask(question, answers.size + 1, focus);
    else this.end();
  }

  ask(question, rank, focus) {
    const { t, quiz } = this;
    const started = Date.now();
    const control = controlFor({ ...question, shuffle: quiz.shuffle }, t, question.id + this.book.attempts(), this.say);
    const problem = h("p", { class: "problem", role: "alert" });
    const foot = h("div", { class: "buttons" });
    const title = h("h2", { tabindex: "-1", class: "rank" }, t("question", { n: rank, total: quiz.questions.length }));
    const prompt = h("div", { class: "prompt", id: question.id + "-p", html: question.prompt });
    const group = h("div", { role: "group", "aria-labelledby": prompt.id }, prompt, question.hint ? h("details", { class: "hint" }, h("summary", {}, t("hint")), h("div", { html: question.hint })) : null, control.node);
    const give = (response) => {
      const ratio = this.book.answer(question, response, (Date.now() - started) / 1000, started);
      control.lock(response, quiz.feedback === "immediate");
      problem.textContent = "";
      const last = this.book.answers().size === quiz.questions.length;
      const on = h("button", { type: "button", class: "primary", onclick: () => this.next(true) }, last ? t("finish") : t("nextQuestion"));
      if (quiz.feedback !== "immediate") {
        this.next(true);
        return;
      }
      const said = verdict(question, response, ratio, t);
      foot.replaceChildren(said, h("p", {}, on));
      said.focus();
    };
    const check = (event) => {
      event.preventDefault();
      if (foot.querySelector(".verdict")) return;
      const { response, problem: text, focus: where } = control.read();
      if (text) {
        problem.textContent = text;
        if (where) where.focus();
        return;
      }
      give(response);
    };
    foot.append(h("button", { type: "submit", class: "primary" }, t("check")));
    if (quiz.dontKnow) foot.append(h("button", { type: "button", onclick: () => give(null) }, t("dontKnow")));
    this.show(h("form", { class: "question", onsubmit: check, novalidate: true }, title, h("progress", { max: quiz.questions.length, value: rank - 1, "aria-label": t("question", { n: rank, total: quiz.questions.length }) }), group, problem, foot));
    if (focus) title.focus();
  }

  end() {
    const { t, quiz } = this;
    const answers = new Map(this.book.answers());
    const result = this.book.finish();
    const title = h("h2", { tabindex: "-1" }, t("result"));
    const silent = quiz.feedback === "none";
    const passed = result.ratio >= quiz.pass;
    const left = this.book.attemptsLeft();
    this.show(
      title,
      silent ? h("p", {}, t("recorded")) : h("p", { class: "big" }, t("resultLine", { got: this.number(result.got), total: this.number(result.total), n: this.percent(result.ratio) })),
      !silent && quiz.purpose !== "positioning" ? h("p", { class: passed ? "good" : "warn" }, passed ? "✓ " + t("passed") : t("notPassed", { n: this.percent(quiz.pass) })) : null,
      silent ? null : this.competencies(answers),
      silent ? null : this.reviewOf(answers),
      left > 0 ? h("p", {}, h("button", { type: "button", onclick: () => this.next(true) }, t("quizAgain"))) : null
    );
    title.focus();
  }

  competencies(answers) {
    const sums = new Map();
    for (const question of this.quiz.questions) {
      for (const id of question.objectives) {
        const sum = sums.get(id) || { got: 0, total: 0 };
        sum.got += answers.get(question.id).ratio * question.points;
        sum.total += question.points;
        sums.set(id, sum);
      }
    }
    if (!sums.size) return null;
    const rows = [...sums].map(([id, sum]) => {
      const ratio = sum.total ? sum.got / sum.total : 0;
      return h("tr", {}, h("th", { scope: "row" }, this.competencyTitle(id)), h("td", {}, h("span", { class: "bar", "aria-hidden": "true" }, h("span", { style: `width:${this.percent(ratio)}%` })), ` ${this.percent(ratio)} %`));
    });
    return h("table", { class: "by-competency" }, h("caption", {}, this.t("byCompetency")), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, this.t("competency")), h("th", { scope: "col" }, this.t("score")))), h("tbody", {}, rows));
  }

  reviewOf(answers) {
    const items = this.quiz.questions.map((question) => {
      const answer = answers.get(question.id);
      const response = answer.response;
      const control = controlFor({ ...question, id: "review-" + question.id }, this.t, question.id, () => {});
      const node = h("div", { class: "reviewed" }, h("div", { class: "prompt", html: question.prompt }), control.node, verdict(question, response === undefined ? "" : response, answer.ratio, this.t));
      control.lock(response === undefined ? null : response, true);
      return node;
    });
    return h("details", { class: "review", open: this.quiz.feedback === "end" }, h("summary", {}, this.t("review")), items);
  }
}
