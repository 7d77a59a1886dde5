"""A logbook: the learner writes dated notes, and has done the activity once there are enough of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from lms.contracts import ActivityType, Context, HtmlWriter, Outcome, Refusal, Shown, show_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course

MOST_NOTES, MOST_SIGNS = 60, 2000


class Logbook(ActivityType):
    name: ClassVar[str] = "carnet"
    label: ClassVar[dict[str, str]] = {"fr": "Carnet de bord", "en": "Logbook"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Des notes datées, écrites au fil de la formation.",
        "en": "Dated notes, written along the way.",
    }
    icon: ClassVar[str] = "notebook"

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        settings = self.settings_from(activity.content.settings)
        intro = HtmlWriter(activity, course, files).block(settings["instructions"])
        return {"intro": intro, "wanted": settings["notes"]}

    def settings_from(self, raw: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(raw) - {"instructions", "notes"})
        notes = raw.get("notes", 3)
        if unknown:
            raise Refusal(f"Réglage inconnu : {unknown[0]}.", f"Unknown setting: {unknown[0]}.")
        if not isinstance(notes, int) or not 1 <= notes <= MOST_NOTES:
            raise Refusal(
                f"« notes » est un nombre de 1 à {MOST_NOTES}.", f"“notes” is a number from 1 to {MOST_NOTES}."
            )
        return {"instructions": str(raw.get("instructions", "")), "notes": notes}

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:
        notes = [{"at": datetime.fromisoformat(note["at"]), "text": note["text"]} for note in state.get("notes", [])]
        return Shown(
            "carnet/carnet.html",
            {"intro": show_html(data["intro"], context), "notes": notes, "wanted": data["wanted"], "most": MOST_SIGNS},
        )

    def act(self, data: dict[str, Any], state: dict[str, Any], payload: dict[str, Any], context: Context) -> Outcome:
        text = (payload.get("fields", {}).get("note") or [""])[0].strip()
        notes = state.get("notes", [])
        if payload.get("do") != "write" or not text:
            raise Refusal("Écrivez une note avant de l'ajouter.", "Write a note before adding it.")
        if len(text) > MOST_SIGNS or "\0" in text or len(notes) >= MOST_NOTES:
            raise Refusal(
                f"Une note a {MOST_SIGNS} signes au plus, un carnet {MOST_NOTES} notes : raccourcissez.",
                f"A note has {MOST_SIGNS} characters at most, a logbook {MOST_NOTES} notes: shorten it.",
            )
        notes = [*notes, {"at": datetime.now(UTC).isoformat(timespec="seconds"), "text": text}]
        done = len(notes) >= data["wanted"]
        return Outcome({"notes": notes}, completion="completed" if done else "incomplete")
