"""A page to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from lms.contracts import ActivityType, Context, HtmlWriter, OfflineWork, Outcome, Refusal, Shown, show_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course

MOST_SECONDS = 3600.0


class PageActivity(ActivityType):
    name: ClassVar[str] = "page"
    label: ClassVar[dict[str, str]] = {"fr": "Page", "en": "Page"}
    description: ClassVar[dict[str, str]] = {"fr": "Une page à lire.", "en": "A page to read."}
    icon: ClassVar[str] = "file-text"
    needs_revision: ClassVar[bool] = False  # reading the end twice is reading it once

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        return {"html": HtmlWriter(activity, course, files).page()}

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:
        html = show_html(data["html"], context)
        return Shown("page/page.html", {"html": html, "read": bool(state.get("read")), "preview": context.preview})

    def act(self, data: dict[str, Any], state: dict[str, Any], payload: dict[str, Any], context: Context) -> Outcome:  # noqa: ARG002
        if payload.get("do") not in {"seen", "done"}:
            raise Refusal("Cette page n'attend pas cela.", "This page does not expect that.")
        seconds = (payload.get("fields", {}).get("seconds") or ["0"])[0]
        spent = min(float(seconds), MOST_SECONDS) if seconds.isdecimal() and len(seconds) < 8 else 0.0
        return Outcome(state | {"read": True}, completion="completed", seconds=spent, next_step=payload["do"] == "done")

    def take_offline(self, data: dict[str, Any], work: OfflineWork) -> Outcome | None:  # noqa: ARG002
        if not work.seen:
            return None
        return Outcome({"read": True}, completion="completed", seconds=min(work.seconds, MOST_SECONDS))
