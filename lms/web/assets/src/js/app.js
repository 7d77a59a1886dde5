// On every page.
import "../css/app.css";
import htmx from "htmx.org";
import { setUpDrafts } from "./drafts.js";
import { setUpForms } from "./forms.js";
import { flushQueue, queuePost, setUpSaving, showState } from "./saving.js";
import { setUpSettings } from "./settings.js";
import { setUpTabs } from "./tabs.js";
import { setUpTerms } from "./terms.js";
import { say } from "./texts.js";
import { csrf, toast } from "./toasts.js";

window.bouquet = { toast, queuePost, flushQueue, showState, say, csrf };
window.htmx = htmx;

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx?.request;
  if (request) request.headers["X-CSRFToken"] = csrf();
});
let held = false;
document.addEventListener("htmx:before:swap", () => { held = document.activeElement !== document.body; });
document.addEventListener("htmx:after:swap", (event) => { setUpTabs(event.target); setTimeout(keepFocus); });
document.addEventListener("htmx:error", () => toast(say("network")));
document.addEventListener("htmx:after:request", (event) => {
  const status = event.detail.ctx?.response?.status;
  if (status === 401) toast(say("signin"));
  else if (status === 400 || status === 403) toast(say("refused"));
});
// a view says "done" with the header  HX-Trigger: {"toast": {"text": "…", "undo": "/address"}}
document.addEventListener("toast", (event) => toast(event.detail.text, { undo: event.detail.undo, label: event.detail.label }));

/** What had the focus is gone with the swap: reading goes on at what took its place, not at the top of the page. */
function keepFocus() {
  if (!held || (document.activeElement && document.activeElement !== document.body)) return;
  held = false;
  const place = document.querySelector("#activity") ?? document.querySelector("#main");
  place?.setAttribute("tabindex", "-1");
  place?.focus({ preventScroll: true });
}

setUpSettings();
setUpForms();
setUpTerms();
setUpTabs(document);
setUpSaving();
setUpDrafts();
