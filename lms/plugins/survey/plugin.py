"""A questionnaire: opinions, never graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.model import Survey
from lms.contracts import ActivityType, Context, HtmlWriter, Outcome, Refusal, Response, Shown, show_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course

MAX_TEXT = 5_000
OPT_OUTS = ("dont_know", "not_concerned")
BOUNDS = {"scale": (1, 5), "nps": (0, 10)}


class SurveyActivity(ActivityType):
    name: ClassVar[str] = "survey"
    label: ClassVar[dict[str, str]] = {"fr": "Questionnaire", "en": "Survey"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Des avis : échelles, recommandation, choix, texte libre.",
        "en": "Opinions: scales, recommendation, choices, free text.",
    }
    icon: ClassVar[str] = "message-question"

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        content = activity.content
        if not isinstance(content, Survey):
            raise Refusal("Le fichier n'est pas un questionnaire.", "The file is not a survey.")
        write = HtmlWriter(activity, course, files)
        return {
            "purpose": content.purpose,
            "intro": write.block(content.intro),
            "anonymous": content.anonymous,
            "items": [
                {
                    "id": item.id,
                    "type": item.type,
                    "text": item.text,
                    "html": write.inline(item.text),
                    "low": item.low,
                    "high": item.high,
                    "required": item.required,
                    "opt_out": item.opt_out,
                    "indicator": item.indicator,
                    "options": [
                        {"id": one.id, "text": one.text, "html": write.inline(one.text)} for one in item.options
                    ],
                }
                for item in content.items
            ],
        }

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:
        items = [
            item
            | {
                "html": show_html(item["html"], context),
                "options": [option | {"html": show_html(option["html"], context)} for option in item["options"]],
                "values": [str(n) for n in range(BOUNDS[item["type"]][0], BOUNDS[item["type"]][1] + 1)]
                if item["type"] in BOUNDS
                else [],
            }
            for item in data["items"]
        ]
        shown = {
            "intro": show_html(data["intro"], context),
            "anonymous": data["anonymous"],
            "items": items,
            "draft": state.get("draft", {}),
            "sent": bool(state.get("sent")),
            "preview": context.preview,
        }
        return Shown("survey/survey.html", shown)

    def act(self, data: dict[str, Any], state: dict[str, Any], payload: dict[str, Any], context: Context) -> Outcome:  # noqa: ARG002
        if state.get("sent"):
            raise Refusal(
                "Vos réponses ont déjà été envoyées : elles sont gardées.",
                "Your answers were sent already: they are kept.",
            )
        fields = payload.get("fields", {})
        if payload.get("do") == "save":
            if data["anonymous"]:
                return Outcome(state)  # a draft would carry a name
            known = {item["id"] for item in data["items"]}
            draft = {
                name: [str(one)[:MAX_TEXT] for one in values[:50]] for name, values in fields.items() if name in known
            }
            return Outcome(state | {"draft": draft})
        if payload.get("do") != "send":
            raise Refusal("Ce questionnaire n'attend pas cela.", "This survey does not expect that.")
        answers = tuple(read_item(item, fields.get(item["id"], [])) for item in data["items"])
        return Outcome({"sent": True}, completion="completed", survey=answers)


def read_item(item: dict[str, Any], values: list[str]) -> Response:
    """One answer, checked; Refusal names the item when it is required or cannot be."""
    values = [value for value in values if value.strip()]
    common: dict[str, Any] = {"key": item["id"], "item_type": item["type"], "indicator": item["indicator"]}
    if not values:
        if item["required"]:
            raise Refusal(
                f"Il manque une réponse à « {item['text']} ». Le reste est gardé.",
                f"“{item['text']}” needs an answer. The rest is kept.",
            )
        return Response(response=None, state="blank", **common)
    if values[0] in OPT_OUTS and item["opt_out"] and item["type"] != "text":
        return Response(response=None, state=values[0], **common)
    return Response(response=_value(item, values), **common)


def _value(item: dict[str, Any], values: list[str]) -> Any:
    kind = item["type"]
    if kind in BOUNDS:
        low, high = BOUNDS[kind]
        if values[0].isascii() and values[0].isdecimal() and len(values[0]) < 3 and low <= int(values[0]) <= high:
            return int(values[0])
    elif kind == "text":
        if len(values[0]) <= MAX_TEXT and "\0" not in values[0]:
            return values[0].strip()
    else:
        known = {option["id"] for option in item["options"]}
        if set(values) <= known and (kind == "multiple" or len(values) == 1):
            return values
    raise Refusal(
        f"La réponse à « {item['text']} » n'est pas possible. Le reste est gardé.",
        f"The answer to “{item['text']}” is not possible. The rest is kept.",
    )
