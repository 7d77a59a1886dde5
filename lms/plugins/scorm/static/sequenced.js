// The way through a SCORM 2004 package: scorm-again's engine decides on the activity tree, we deliver what it says, ask
// it what is open, and keep its state. What it does not do, or does otherwise than a learner needs, is done here:
// - the first part is chosen for the learner when the tree allows no flow (an engine would show a table of contents);
// - a window that closed in the middle of a part goes on there, which is neither a suspension nor a new attempt;
// - ids with dots in `adl.nav.request_valid`, and `jump`, are answered from the tree;
// - what the contents and the result would be if the lesson ended now is worked out on a copy, while it is still open:
//   the engine takes a lesson's data in at its end only, and learners do not end lessons, they close windows;
// - a package that was left finished begins a new way through when it is opened again, its results kept.
const SILENT = { processHttpRequest: () => ({ result: true, errorCode: 0 }), updateSettings() {} };
const TOLD = /^cmi\.(completion_status|success_status|score\.|progress_measure|objectives\.\d+\.)/;
const QUIET = { saved: null, current: "", ended: false };

export class SequencedWay {
  constructor(given) {
    this.given = given;
    this.launchable = new Map(given.scos.map((sco) => [sco.id, sco]));
    this.now = { ...QUIET };
    this.former = null;
    this.delivered = null; // what the engine asked for and the window has not opened yet
    this.listeners = {
      onActivityDelivery: (activity) => { this.delivered = activity.id; },
      onSequencingSessionEnd: (data) => { this.now[/suspend/i.test(data?.reason ?? "") ? "paused" : "ended"] = true; },
    };
  }

  attach(runtime) {
    this.runtime = runtime;
    this.api = runtime.api;
    const kept = this.given.sequencing;
    if (kept?.engine && !kept.ended) {
      this.now.restored = this.api.deserializeSequencingState(kept.engine);
      this.now.current = kept.current;
    } else if (kept?.engine) {
      this.now.finished = true;
    }
  }

  get process() {
    return this.api.getSequencingService()?.getOverallSequencingProcess();
  }

  get tree() {
    return this.process.activityTree;
  }

  activity(id) {
    return this.tree.getActivity(id);
  }

  begin(deliver) {
    if (this.now.restored && this.launchable.has(this.now.current)) {
      deliver(this.now.current, true); // the window closed in the middle of it: the engine still has it in hand
      return;
    }
    if (this.now.restored && this.tree.suspendedActivity && this.ask("resumeAll")) {
      deliver(this.take(), true);
      return;
    }
    if (this.now.restored && this.ask("continue")) {
      deliver(this.take(), true);
      return;
    }
    if (!this.now.restored && this.ask("start")) {
      deliver(this.take(), true);
      return;
    }
    for (const id of this.launchable.keys()) {
      if (this.ask("choice", id)) {
        deliver(this.take(), true);
        return;
      }
    }
    deliver("", false);
  }

  /** Ask the engine outside of any lesson; true when it delivers something. */
  ask(request, id) {
    this.delivered = null;
    this.now.ended = false;
    this.api.processNavigationRequest(request, id);
    if (!this.delivered) this.delivered = this.take();
    return Boolean(this.delivered);
  }

  /** Choose once the lesson is over; what its end leads to by itself comes first. */
  choose(id) {
    if (this.tree.currentActivity?.isActive) this.api.processNavigationRequest("exit");
    if (!this.delivered && !this.now.ended) this.ask("choice", id);
  }

  /** What to open next, once: the engine's last word. */
  take() {
    // the same activity a second time is a new attempt, which the engine decides on and does not announce
    const last = this.api.getSequencingState().lastSequencingResult;
    const id = this.delivered ?? (last !== this.former ? last?.targetActivity?.id : null);
    this.former = last;
    this.delivered = null;
    if (id) this.now.current = id;
    return id;
  }

  /** Whether the activity goes on where it was left, or is a new attempt at it. */
  isResumed(id) {
    const activity = this.activity(id);
    return !activity || activity.deliveryWasResumed || activity.attemptCount <= 1;
  }

  /** A lesson's end was taken in: nothing is in hand until something is delivered. */
  over() {
    this.now.current = "";
  }

  mayChoose(id) {
    try {
      return (this.seen?.process ?? this.process).predictChoiceEnabled(id);
    } catch {
      return false;
    }
  }

  mayJump(id) {
    const activity = this.activity(id);
    return Boolean(activity) && activity.isAvailable !== false;
  }

  can(request, id) {
    if (request === "leave") return true;
    if (request === "choice") return id !== this.now.current && this.mayChoose(id);
    if (this.runtime.isOpen()) {
      const seen = this.api.previewNavigationRequest(request);
      if (seen.outcome !== "unknown") return seen.outcome === "allowed" && Boolean(seen.targetActivityId || seen.endSequencingSession);
    }
    return this.flows(request);
  }

  flows(request) {
    try {
      return request === "continue" ? this.process.predictContinueEnabled() : this.process.predictPreviousEnabled();
    } catch {
      return false;
    }
  }

  hidden() {
    const current = this.tree.currentActivity;
    try {
      return current ? this.process.getEffectiveHideLmsUi(current) : [];
    } catch {
      return [];
    }
  }

  /** Shown in the contents, disabled or not; rules may take an activity out of the choice altogether. */
  isHiddenFromChoice(id) {
    const activity = this.activity(id);
    return Boolean(activity?.isHiddenFromChoice);
  }

  status(id) {
    const said = (this.seen?.copy ?? this.api).getActivityTrackingData(id);
    if (!said) return "";
    if (said.successStatus === "passed" || said.successStatus === "failed") return said.successStatus;
    return said.completionStatus;
  }

  /** Look ahead: a copy of the engine that takes the lesson's data as if it ended now. */
  look(data) {
    const told = Object.entries(data).filter(([name, value]) => TOLD.test(name) && !["", "unknown", null].includes(value));
    const key = JSON.stringify(told);
    if (this.seen?.key === key) return;
    const copy = new Scorm2004API({ logLevel: 5, sequencing: { activityTree: this.given.tree, logLevel: "error" }, httpService: SILENT });
    copy.deserializeSequencingState(this.api.serializeSequencingState());
    copy.reset();
    copy.Initialize("");
    for (const [name, value] of told) copy.SetValue(name, value);
    copy.processNavigationRequest("exit");
    this.seen = { key, copy, process: copy.getSequencingService().getOverallSequencingProcess() };
  }

  /** The lesson is over, or another one opens: what was foreseen for it is no more. */
  forget() {
    this.seen = null;
  }

  /** For the server: the engine's state, and how it says that the whole package stands. */
  keep() {
    return { engine: this.api.serializeSequencingState(), current: this.now.current, ended: this.now.ended, root: this.root() };
  }

  /** Whether any child counts in the score: where none does there is none (SN RB.1.1), and the engine says zero. */
  isScored() {
    const root = this.tree.root;
    const reads = root.primaryObjective?.mapInfo?.some((map) => map.readNormalizedMeasure);
    return reads || root.children.length === 0 || root.children.some((child) => child.sequencingControls.objectiveMeasureWeight > 0);
  }

  root() {
    const root = (this.seen?.copy ?? this.api).getActivityTrackingData(this.given.tree.id) ?? {};
    return {
      completion: root.completionStatus === "completed" ? "completed" : "incomplete",
      success: ["passed", "failed"].includes(root.successStatus) ? root.successStatus : "unknown",
      score: typeof root.score === "number" && this.isScored() ? root.score : null,
    };
  }
}
