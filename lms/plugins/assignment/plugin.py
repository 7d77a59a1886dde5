"""Work handed in, marked against a rubric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.model import Assignment
from lms.contracts import ActivityType, Context, HtmlWriter, Outcome, Refusal, Shown, show_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course

MAX_TEXT = 100_000
MAX_FILE = 50 * 2**20
FILE_TYPES = (
    "pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "txt", "md", "png", "jpg", "jpeg", "webp", "gif", "mp3", "m4a",
    "ogg", "wav", "mp4", "webm", "mov", "zip",
)  # fmt: skip


class AssignmentActivity(ActivityType):
    name: ClassVar[str] = "assignment"
    label: ClassVar[dict[str, str]] = {"fr": "Travail à remettre", "en": "Assignment"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un texte ou un fichier à remettre, lu avec une grille.",
        "en": "A text or a file to hand in, read against a rubric.",
    }
    icon: ClassVar[str] = "writing"
    many_attempts: ClassVar[bool] = True

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        content = activity.content
        if not isinstance(content, Assignment):
            raise Refusal("Le fichier n'est pas un travail à remettre.", "The file is not an assignment.")
        write = HtmlWriter(activity, course, files)
        return {
            "instructions": write.block(content.instructions, heading_level=2, name="instructions"),
            "deliverable": content.deliverable,
            "pass_score": content.pass_score,
            "competencies": [str(ref) for ref in activity.competencies],
            "criteria": [
                {
                    "id": criterion.id,
                    "title": write.inline(criterion.title),
                    "competencies": [str(ref) for ref in criterion.competencies],
                    "levels": [
                        {
                            "id": level.id,
                            "label": write.inline(level.label),
                            "description": write.inline(level.description),
                            "points": level.points,
                        }
                        for level in criterion.levels
                    ],
                }
                for criterion in content.criteria
            ],
        }

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:
        criteria = [
            criterion
            | {"title": show_html(criterion["title"], context)}
            | {"levels": [_shown_level(level, context) for level in criterion["levels"]]}
            for criterion in data["criteria"]
        ]
        return Shown(
            "assignment/assignment.html",
            {
                "instructions": show_html(data["instructions"], context),
                "deliverable": data["deliverable"],
                "criteria": criteria,
                "draft": state.get("draft", ""),
                "handed_in": bool(state.get("handed_in")),
                "file_name": state.get("file_name", ""),
                "file_types": FILE_TYPES,
                "max_mb": MAX_FILE >> 20,
                "preview": context.preview,
            },
        )

    def act(self, data: dict[str, Any], state: dict[str, Any], payload: dict[str, Any], context: Context) -> Outcome:  # noqa: ARG002
        text = (payload.get("fields", {}).get("text") or [""])[0].replace("\r\n", "\n")
        if "\0" in text or len(text) > MAX_TEXT:
            raise Refusal(
                f"Le texte dépasse {MAX_TEXT} caractères. Rien n'a été remis : raccourcissez-le ou joignez un fichier.",
                f"The text is longer than {MAX_TEXT} characters. Nothing was handed in: shorten it or attach a file.",
            )
        if payload.get("do") == "save":
            return Outcome(state | {"draft": text})
        if payload.get("do") != "hand_in":
            raise Refusal("Ce travail n'attend pas cela.", "This assignment does not expect that.")
        file = payload.get("file")
        if file is not None:
            file = check_file(file, data["deliverable"])
        needs = {"file": not file, "text": not text.strip(), "file_or_text": not (file or text.strip())}
        if needs[data["deliverable"]]:
            raise Refusal(
                "Il manque le travail : écrivez un texte ou choisissez un fichier, puis remettez-le.",
                "The work is missing: write a text or choose a file, then hand it in.",
            )
        if data["deliverable"] == "file":
            text = ""
        return Outcome(
            state | {"draft": text, "handed_in": True, "file_name": file["name"] if file else ""},
            completion="completed",
            submission={"text": text, "file": file},
        )

    def mark(self, data: dict[str, Any], marks: dict[str, str]) -> Outcome:
        points = best = 0.0
        shown: dict[str, list[float]] = {}
        for criterion in data["criteria"]:
            level = next((one for one in criterion["levels"] if one["id"] == marks.get(criterion["id"])), None)
            if level is None:
                raise Refusal(
                    "Choisissez un niveau pour chaque critère ; ce que vous avez coché est gardé.",
                    "Choose a level for each criterion; what you ticked is kept.",
                )
            top = max(one["points"] for one in criterion["levels"])
            points, best = points + level["points"], best + top
            for ref in criterion["competencies"] or data["competencies"]:
                shown.setdefault(ref, []).append(level["points"] / top if top else 1.0)
        score = points / best if best else 1.0
        evidence = {ref: (sum(levels) / len(levels), len(levels)) for ref, levels in shown.items()}
        success = "passed" if score >= data["pass_score"] else "failed"
        return Outcome({}, completion="completed", success=success, score=score, evidence=evidence)


def _shown_level(level: dict[str, Any], context: Context) -> dict[str, Any]:
    return level | {key: show_html(level[key], context) for key in ("label", "description")}


def check_file(file: dict[str, Any], deliverable: str) -> dict[str, Any]:
    """The file with a name that is only a name; Refusal when its size, its type or the assignment does not allow it."""
    name = (
        "".join(char for char in str(file.get("name", "")) if char.isprintable())
        .replace("\\", "/")
        .split("/")[-1]
        .strip(". ")
    )
    data = file.get("data") or b""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if deliverable == "text":
        raise Refusal("Ce travail se remet sous forme de texte.", "This work is handed in as a text.")
    if suffix not in FILE_TYPES:
        raise Refusal(
            f"Le fichier « {name[-80:]} » n'est pas d'un type accepté ({', '.join(FILE_TYPES)}). Rien n'a été remis.",
            f"The file “{name[-80:]}” is not of an accepted type ({', '.join(FILE_TYPES)}). Nothing was handed in.",
        )
    if not data or len(data) > MAX_FILE:
        raise Refusal(
            f"Le fichier est vide ou dépasse {MAX_FILE >> 20} Mo. Rien n'a été remis.",
            f"The file is empty or larger than {MAX_FILE >> 20} MB. Nothing was handed in.",
        )
    return {"name": name[-120:], "data": data}
