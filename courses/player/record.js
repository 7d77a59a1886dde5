// What the learner has done in this course, what follows from it (progress, completion, score), and the telling of it
// to the LMS or to the browser.

class Record {
  // `tell(text, problem)` shows how saving went; `moved()` is called after each change.
  constructor(course, t, tell, moved) {
    Object.assign(this, { course, t, tell, moved });
    this.place = "";
    this.journal = course.handBack ? new Journal(course) : null;
    this.keptLocation = "";
    this.scored = this.scoredQuizzes();
    this.connect();
  }

  get activities() {
    return this.course.activities;
  }

  find(id) {
    return this.activities.find((a) => a.id === id);
  }

  // The package says which quizzes make the score: in one of several SCOs there may be none.
  scoredQuizzes() {
    return this.activities.filter((a) => this.course.scored.includes(a.id));
  }

  quizKept(activity) {
    return this.state.quizzes.get(shortHash(activity.id));
  }

  isDone(activity) {
    if (activity.quiz) {
      const kept = this.quizKept(activity);
      return Boolean(kept) && activity.quiz.questions.every((q) => kept.best.has(shortHash(q.id)));
    }
    return [activity.id, ...activity.blocks].every((id) => this.state.seen.has(shortHash(id)));
  }

  isStarted(activity) {
    const ids = activity.blocks.map(shortHash);
    return ids.some((id) => this.state.seen.has(id)) || this.state.current.has(shortHash(activity.id));
  }

  get progress() {
    const counted = this.activities.filter((a) => a.required);
    const list = counted.length ? counted : this.activities;
    const weight = (a) => a.minutes || 1;
    const total = list.reduce((sum, a) => sum + weight(a), 0);
    const part = (a) => {
      if (this.isDone(a)) return 1;
      if (a.quiz) return (this.state.current.get(shortHash(a.id)) || new Map()).size / (a.quiz.questions.length + 1);
      return a.blocks.filter((id) => this.state.seen.has(shortHash(id))).length / (a.blocks.length + 1);
    };
    return total ? list.reduce((sum, a) => sum + weight(a) * part(a), 0) / total : 1;
  }

  get complete() {
    return this.activities.every((a) => !a.required || this.isDone(a));
  }

  earned(quizzes, objective = null) {
    const sum = { got: 0, total: 0 };
    for (const activity of quizzes) {
      const kept = this.quizKept(activity);
      for (const question of activity.quiz.questions) {
        if (objective !== null && !question.objectives.includes(objective)) continue;
        sum.total += question.points;
        sum.got += question.points * ((kept && kept.best.get(shortHash(question.id))) || 0);
      }
    }
    return { ...sum, ratio: sum.total ? sum.got / sum.total : 0 };
  }

  get mastery() {
    const asked = this.lms.present ? this.lms.mastery : null;
    return asked === null ? this.course.mastery : asked;
  }

  connect() {
    this.lms = new Lms(this.course.format);
    this.lms.open();
    const text = this.lms.present ? this.lms.suspendData : this.fromBrowser();
    this.state = decodeState(text);
    this.changed = adoptState(this.state, this.course);
    if (this.lms.live && !/^(passed|failed|completed)$/.test(this.lms.status.completion)) {
      this.lms.writeStatus(false, "");
      this.lms.commit();
    }
  }

  get browserKey() {
    return "bouquet:" + this.course.id;
  }

  fromBrowser() {
    if (this.course.format !== "html") return "";
    try {
      const [place, text] = (localStorage.getItem(this.browserKey) || "").split("\n");
      this.keptLocation = place;
      this.browserKeeps = true;
      return text;
    } catch {
      this.browserKeeps = false;
      return "";
    }
  }

  // Called after each thing that matters; `scored` after an answer or a quiz, when results may have moved.
  save(scored = false) {
    if (this.course.format === "html") {
      this.toBrowser();
    } else if (this.lms.live) {
      const lost = this.lms.writeState(this.state, this.place);
      this.writeResults(scored);
      this.told(this.lms.commit(), lost);
    }
    this.moved();
  }

  toBrowser() {
    try {
      localStorage.setItem(this.browserKey, this.place + "\n" + encodeState(this.state));
      this.browserKeeps = true;
    } catch {
      this.browserKeeps = false;
    }
    this.tellBrowser();
  }

  tellBrowser() {
    this.tell(this.browserKeeps ? this.t("savedHere") : this.t("notSavedHere"), !this.browserKeeps);
  }

  // A score is given only when every quiz that makes it is done (and on 1.2, where an LMS may turn a score into a
  // status by itself, only when the whole is complete), so that closing early never passes or fails anyone.
  writeResults(scored) {
    const complete = this.complete;
    const known = this.scored.length > 0 && this.scored.every((a) => this.isDone(a));
    const { ratio } = this.earned(this.scored);
    const success = known && (complete || !this.lms.is12) ? (ratio >= this.mastery - 1e-9 ? "passed" : "failed") : "";
    if (success) this.lms.writeScore(ratio);
    this.lms.writeProgress(complete ? 1 : Math.min(this.progress, 0.99));
    if (scored) this.writeObjectives();
    this.writeSignals(complete);
    this.lms.writeStatus(complete, success);
  }

  writeObjectives() {
    const done = this.activities.filter((a) => a.quiz && a.quiz.purpose !== "positioning" && this.isDone(a));
    for (const objective of this.course.objectives) {
      const sum = this.earned(done, objective.id);
      if (sum.total) this.lms.writeObjective(objective.id, objective.title, sum.ratio, sum.ratio >= this.mastery - 1e-9 ? "passed" : "failed");
    }
  }

  // What the sequencing of the package hears: this part is done; a pre-test shows that another one is known.
  writeSignals(complete) {
    if (complete && this.course.done) this.lms.writePassed(this.course.done);
    for (const check of this.course.known) {
      const quizzes = this.activities.filter((a) => a.quiz && this.isDone(a));
      const asked = quizzes.flatMap((a) => a.quiz.questions.filter((q) => check.questions.includes(q.id)).map((q) => [a, q]));
      const total = asked.reduce((sum, [, q]) => sum + q.points, 0);
      const got = asked.reduce((sum, [a, q]) => sum + q.points * (this.quizKept(a).best.get(shortHash(q.id)) || 0), 0);
      if (total && got / total >= check.mark - 1e-9) check.ids.forEach((id) => this.lms.writePassed(id));
    }
  }

  // The titles of the modules that should be done before this one and are not.
  missing(activity) {
    const undone = (n) => this.activities.some((a) => a.module === n && a.required && !this.isDone(a));
    return this.course.modules[activity.module].requires.filter(undone).map((n) => this.course.modules[n].title);
  }

  told(committed, lost) {
    if (this.lms.unkept().length) {
      this.tell(this.t("notKept"), true);
      return;
    }
    const problem = { answers: "answersDropped", all: "tooBig", cut: "cut" }[lost];
    if (!committed) this.tell(this.t("saveFailed"), true);
    else if (problem) this.tell(this.t(problem), true);
    else {
      const time = new Date().toLocaleTimeString(this.course.language, { hour: "2-digit", minute: "2-digit" });
      this.tell(this.t("savedAt", { time }), false);
    }
  }

  // Leaving the screen, perhaps for good.
  pause() {
    if (!this.lms.live) return;
    this.lms.writeState(this.state, this.place);
    this.lms.writeTime();
    this.lms.commit();
  }

  // Where the learner stopped, when it still exists.
  get bookmark() {
    const kept = this.lms.present ? this.lms.location : this.keptLocation;
    return this.find(kept) ? kept : "";
  }

  // The blocks (or the page) whose end has just been on the screen; true when something new was seen.
  see(ids) {
    const before = this.state.seen.size;
    for (const id of ids) this.state.seen.add(shortHash(id));
    if (this.journal && this.state.seen.size > before) this.journal.saw(ids);
    return this.state.seen.size > before;
  }

  // What the view of one quiz reads and writes.
  bookOf(activity) {
    const key = shortHash(activity.id);
    const { state } = this;
    const typed = new Map(activity.quiz.questions.map((q) => [shortHash(q.id), q]));
    const attempts = () => (state.quizzes.get(key) || { attempts: 0 }).attempts;
    return {
      attempts,
      attemptsLeft: () => (activity.quiz.maxAttempts ? Math.max(0, activity.quiz.maxAttempts - attempts()) : Infinity),
      answers: () => {
        const found = new Map();
        for (const [hash, answer] of state.current.get(key) || []) {
          const question = typed.get(hash);
          if (!question) continue;
          const known = answer.written === undefined ? {} : { response: readResponse(question.type, answer.written) };
          found.set(question.id, { ratio: answer.ratio, ...known });
        }
        return found;
      },
      answer: (question, response, latency, started) => {
        const ratio = gradeAnswer(question, response);
        if (!state.current.has(key)) state.current.set(key, new Map());
        state.current.get(key).set(shortHash(question.id), { ratio, written: writeResponse(question.type, response) });
        if (this.journal) this.journal.answered(activity.id, question.id, response, latency);
        this.lms.writeInteraction(interactionOf(question, response, ratio, latency, started, this.course.format));
        this.save();
        return ratio;
      },
      finish: () => {
        const got = new Map([...(state.current.get(key) || [])].map(([hash, answer]) => [hash, answer.ratio]));
        const total = (scores) => activity.quiz.questions.reduce((sum, q) => sum + q.points * (scores.get(shortHash(q.id)) || 0), 0);
        const kept = state.quizzes.get(key);
        const whole = kept && this.isDone(activity);
        state.quizzes.set(key, { attempts: attempts() + 1, best: whole && total(kept.best) > total(got) ? kept.best : got });
        state.current.delete(key);
        if (this.journal) this.journal.finished(activity.id, attempts());
        this.save(true);
        const points = activity.quiz.questions.reduce((sum, q) => sum + q.points, 0);
        return { got: total(got), total: points, ratio: points ? total(got) / points : 0 };
      },
      result: () => (this.isDone(activity) ? this.earned([activity]) : null),
    };
  }
}
