"""What the player shows: a course as plain data, its texts already HTML, its media under the names of the package."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

from competency_frameworks import library
from courses.ids import slug
from courses.markdown import plain_inline
from courses.model import Assignment, LiveSession, Page, Quiz, ScormPackage, Survey
from courses.package_sequencing import done_objective, known_objective
from courses.package_words import word
from courses.render import render_inline, render_markdown, render_page
from courses.words import minutes_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, Course, Module, Question
    from courses.offline_results import HandBack
    from courses.package_parts import Part
    from courses.provenance import Ancestor, Provenance

Treatment = Literal["page", "quiz", "explained", "left_out"]
QUESTION_TYPES: Final = frozenset({"single", "multiple", "ordering", "matching", "numeric", "text"})
_SAFE_TOKEN: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def treatment(activity: Activity) -> Treatment:
    """What becomes of an activity outside an LMS of ours."""
    content = activity.content
    if isinstance(content, Page):
        return "page"
    if isinstance(content, Quiz) and all(question.type in QUESTION_TYPES for question in content.questions):
        return "quiz"
    return "left_out" if isinstance(content, ScormPackage) else "explained"


def scored_quizzes(course: Course) -> list[Activity]:
    """The quizzes that make the score: the final ones; without any, those to practise; positioning never does."""
    quizzes = [one for one in course.activities if isinstance(one.content, Quiz) and treatment(one) == "quiz"]
    judged = [one for one in quizzes if isinstance(one.content, Quiz) and one.content.purpose != "positioning"]
    return [one for one in judged if isinstance(one.content, Quiz) and one.content.purpose == "final"] or judged


def mastery(course: Course) -> float:
    """The pass mark of the whole, 0..1: those of the quizzes that count, weighted by their points."""
    counted = [one.content for one in scored_quizzes(course) if isinstance(one.content, Quiz)]
    weights = [sum(question.points for question in quiz.questions) for quiz in counted]
    total = sum(weights)
    if not total:
        return 0.0
    return round(sum(quiz.pass_score * weight for quiz, weight in zip(counted, weights, strict=True)) / total, 4)


def objective_token(ref: ItemRef) -> str:
    """A competency as an objective id that both standards take (no space, ASCII)."""
    return _SAFE_TOKEN.sub("-", f"{ref.framework}.{ref.version}.{ref.code}")


def competency_title(ref: ItemRef, language: str) -> str:
    """The statement of a bundled competency after its code; the code alone for another framework."""
    framework = library.get(ref.framework, ref.version)
    item = framework.find(ref.code) if framework else None
    return f"{ref.code} – {item.statement.text(language)}" if item else ref.code


def based_on_text(ancestor: Ancestor) -> str:
    """A version that this one was made from, in one line: what a licence asks to keep and show."""
    said = [
        f"{ancestor.title or ancestor.course} ({ancestor.version})",
        ancestor.hub,
        *ancestor.authors,
        ancestor.licence,
    ]
    return ", ".join(dict.fromkeys(one for one in said if one))


@dataclass
class Content:
    """Builds the player's data; ``media`` fills with course path -> package path as texts are rendered,
    ``captions`` with address -> WebVTT text.

    ``held`` maps course paths to members that are in the package anyway (its source), which are shown from there.
    """

    course: Course
    files: Mapping[str, bytes]
    held: Mapping[str, str]
    media: dict[str, str] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)

    def data(
        self, part: Part, *, title: str, provenance: Provenance, package_format: str, module: Module | None,
        sequenced: bool = False, hand_back: HandBack | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Plain data of one SCO; the shape is described in ``docs/course-packages.md``."""
        course = self.course
        ranks = {one.id: rank for rank, own in enumerate(course.modules) for one in own.activities}
        shown = [one for one in part.activities if treatment(one) != "left_out"]
        activities = [self._activity(one, ranks[one.id]) for one in shown]
        order = {one.id: rank for rank, one in enumerate(course.modules)}
        return {
            "id": "/".join(one for one in (course.id, module.id if module else "", part.id) if one),
            "format": "scorm2004" if package_format.startswith("scorm2004") else package_format,
            "language": course.language,
            "title": title,
            "summary": self._summary(part, module),
            "version": provenance.version,
            "licence": course.licence,
            "authors": list(course.authors),
            "basedOn": [based_on_text(one) for one in provenance.based_on],
            "handBack": {"package": hand_back.package, "key": hand_back.key.hex(), "address": hand_back.address}
            if hand_back
            else None,
            "mastery": part.mastery,
            "scored": list(part.scored),
            "done": done_objective(part.id) if sequenced else "",
            "known": [
                {
                    "ids": [known_objective(one.part), done_objective(one.part)],
                    "questions": list(one.questions),
                    "mark": one.mark,
                }
                for one in part.checks
            ]
            if sequenced
            else [],
            "goals": [plain_inline(objective.text) for objective in course.objectives],
            "modules": [
                {"id": one.id, "title": one.title, "requires": [order[name] for name in one.requires if name in order]}
                for one in course.modules
            ],
            "activities": activities,
            "objectives": self._objectives(shown),
            # a browser loads no captions for a page opened from a disk: there the player gives them itself
            "captions": self.captions if package_format == "html" else {},
            "glossary": [
                {"id": term.id, "term": term.term, "definition": self._inline(term.definition, "glossary.yaml")}
                for term in sorted(course.glossary, key=lambda term: slug(term.term))
            ],
        }

    def _summary(self, part: Part, module: Module | None) -> str:
        own = module or next((one for one in self.course.modules if one.id == part.module), None)
        return own.summary if own else self.course.summary

    def _objectives(self, activities: list[Activity]) -> list[dict[str, str]]:
        quizzes = [one.content for one in activities if isinstance(one.content, Quiz)]
        refs = dict.fromkeys(ref for quiz in quizzes for question in quiz.questions for ref in question.competencies)
        return [{"id": objective_token(ref), "title": competency_title(ref, self.course.language)} for ref in refs]

    def _activity(self, activity: Activity, module: int) -> dict[str, Any]:
        how = treatment(activity)
        data: dict[str, Any] = {
            "id": activity.id,
            "kind": activity.kind if how != "explained" else "explained",
            "title": activity.title,
            "module": module,
            "minutes": 0 if how == "explained" else activity.minutes,  # the time of the real thing is not spent here
            "required": activity.required,
            "blocks": [],
        }
        if isinstance(activity.content, Page):
            data["html"] = render_page(activity, self.course, resolve=self.resolve, link=self.link, files=self.files)
            data["blocks"] = [block.id for block in activity.content.blocks]
        elif how == "quiz" and isinstance(activity.content, Quiz):
            data["quiz"] = self._quiz(activity, activity.content)
        else:
            data["html"] = self._explained(activity)
        return data

    def resolve(self, path: str) -> str:
        """The address of a media file inside the package."""
        address = self._address(path)
        if path.lower().endswith(".vtt") and path in self.files:
            self.captions[address] = self.files[path].decode("utf-8", "replace")
        return address

    def _address(self, path: str) -> str:
        if path in self.held:
            return self.held[path]
        if path not in self.media:
            stem, _, extension = posixpath.basename(path).rpartition(".")
            mark = hashlib.sha256(path.encode()).hexdigest()[:8]
            self.media[path] = f"media/{slug(stem or path)[:40]}-{mark}.{slug(extension, 'bin')[:8]}"
        return self.media[path]

    def link(self, activity_id: str) -> str:
        """The address of an activity in the player."""
        return f"#/{activity_id}"

    def _markdown(self, text: str, path: str, level: int = 2) -> str:
        if not text.strip():
            return ""
        return render_markdown(
            text,
            self.course,
            path=path,
            resolve=self.resolve,
            link=self.link,
            files=self.files,
            heading_level=level,
            name=slug(path),
        ).strip()

    def _inline(self, text: str, path: str) -> str:
        return render_inline(text, self.course, path=path, resolve=self.resolve, link=self.link)

    def _quiz(self, activity: Activity, quiz: Quiz) -> dict[str, Any]:
        return {
            "purpose": quiz.purpose,
            "intro": self._markdown(quiz.intro, activity.path),
            "pass": quiz.pass_score,
            "maxAttempts": quiz.max_attempts,
            "feedback": quiz.feedback,
            "shuffle": quiz.shuffle,
            "dontKnow": quiz.allow_dont_know,
            "questions": [self._question(question, activity.path) for question in quiz.questions],
        }

    def _question(self, question: Question, path: str) -> dict[str, Any]:
        numeric = question.numeric
        return {
            "id": question.id,
            "type": question.type,
            "prompt": self._markdown(question.prompt, path, 3),
            "text": " ".join(plain_inline(question.prompt).split()),
            "choices": [
                {
                    "id": choice.id,
                    "html": self._inline(choice.text, path),
                    "text": plain_inline(choice.text),
                    "correct": choice.correct,
                    "match": plain_inline(choice.match),
                    "feedback": self._markdown(choice.feedback, path, 3),
                }
                for choice in question.choices
            ],
            "numeric": {"value": numeric.value, "tolerance": numeric.tolerance, "unit": numeric.unit}
            if numeric
            else None,
            "accepted": list(question.accepted),
            "ok": self._markdown(question.feedback_correct, path, 3),
            "ko": self._markdown(question.feedback_incorrect, path, 3),
            "hint": self._markdown(question.hint, path, 3),
            "points": question.points,
            "objectives": [objective_token(ref) for ref in question.competencies],
        }

    def _explained(self, activity: Activity) -> str:
        """A plain page for what needs the LMS: what happens there, then its text."""
        language, content, path = self.course.language, activity.content, activity.path
        said = word(_reason(activity), language)
        if activity.minutes:
            said += f" {word('duration', language)} {minutes_in_words(activity.minutes, language)}."
        parts = [f'<aside class="callout callout-key"><p>{escape(said)}</p></aside>']
        if isinstance(content, Assignment):
            parts.append(self._markdown(content.instructions, path))
            parts += self._rubric(content)
        elif isinstance(content, Survey):
            parts.append(self._markdown(content.intro, path))
            parts.append(_list([self._inline(item.text, path) for item in content.items]))
        elif isinstance(content, LiveSession):
            parts.append(self._markdown(content.before, path))
            if content.materials:
                parts.append(f"<h2>{escape(word('materials', language))}</h2>")
                parts.append(_list([self._inline(one, path) for one in content.materials]))
        elif isinstance(content, Quiz):
            parts.append(self._markdown(content.intro, path))
            parts.append(_list([self._inline(question.prompt, path) for question in content.questions]))
        return "\n".join(part for part in parts if part)

    def _rubric(self, assignment: Assignment) -> list[str]:
        if not assignment.criteria:
            return []
        rows = "".join(
            f'<tr><th scope="row">{escape(criterion.title)}</th><td>'
            + "<br>".join(f"<strong>{escape(one.label)}</strong> {escape(one.description)}" for one in criterion.levels)
            + "</td></tr>"
            for criterion in assignment.criteria
        )
        title = escape(word("rubric", self.course.language))
        label = f'class="table-scroll" role="region" tabindex="0" aria-label="{title}"'
        return [f"<h2>{title}</h2>\n<div {label}><table><tbody>{rows}</tbody></table></div>"]


def _reason(activity: Activity) -> str:
    content = activity.content
    if isinstance(content, LiveSession):
        return f"live_session_{content.modality}"
    if isinstance(content, Assignment):
        return "assignment"
    if isinstance(content, Survey):
        return "survey"
    return "quiz" if isinstance(content, Quiz) else "plugin"


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>" if items else ""


def data_script(data: dict[str, Any]) -> bytes:
    """``data.js``: read by a script element, because a page opened from a disk may not fetch a file beside it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"window.bouquetCourse={_in_script(text)};\n".encode()


def _in_script(text: str) -> str:
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
