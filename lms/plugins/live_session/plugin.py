"""A half-day lived together, on site or remotely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.model import LiveSession
from lms.contracts import ActivityType, Context, HtmlWriter, Refusal, Shown, show_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course


class LiveSessionActivity(ActivityType):
    name: ClassVar[str] = "live_session"
    label: ClassVar[dict[str, str]] = {"fr": "Demi-journée", "en": "Half-day"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un temps vécu ensemble, sur place ou à distance ; la présence se signe.",
        "en": "A time lived together, on site or remotely; presence is signed.",
    }
    icon: ClassVar[str] = "users"

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        content = activity.content
        if not isinstance(content, LiveSession):
            raise Refusal("Le fichier n'est pas une demi-journée.", "The file is not a live session.")
        write = HtmlWriter(activity, course, files)
        return {
            "modality": content.modality,
            "before": write.block(content.before, heading_level=3, name="before"),
            "plan": write.block(content.plan, heading_level=3, name="plan"),
            "materials": [write.inline(item) for item in content.materials],
        }

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:  # noqa: ARG002
        shown = {"modality": data["modality"], "before": show_html(data["before"], context), "preview": context.preview}
        if context.preview:  # the trainer's running sheet is for trainers
            shown |= {
                "plan": show_html(data["plan"], context),
                "materials": [show_html(item, context) for item in data["materials"]],
            }
        return Shown("live_session/live_session.html", shown)
