"""Packages served to a browser without a network, and a learner who plays them."""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from pathlib import Path
from typing import Any

from courses.files import FolderFiles
from courses.grading import correct_response
from courses.loader import load_course
from courses.model import Course, Question, Quiz
from courses.packaging import Provenance, pack

ORIGIN = "http://package.test"
FOLDER = Path(__file__).parent.parent / "data" / "premiers-pas"
BUNDLED = Path(__file__).parent.parent.parent / "courses" / "data" / "mediation-qualite"
API = "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("strict_api.js", "poor_api.js"))
PROVENANCE = Provenance(hub="Hub fictif des Trois Rivières", version="3")


def read_course(changes: dict[str, tuple[str, str]] | None = None) -> tuple[Course, dict[str, bytes]]:
    """The small course, with texts replaced: path -> (old, new)."""
    files = dict(FolderFiles(FOLDER))
    for path, (old, new) in (changes or {}).items():
        text = files[path].decode()
        assert old in text
        files[path] = text.replace(old, new).encode()
    course = load_course(files).course
    assert course is not None
    return course, files


def members_of(course: Course, files: dict[str, bytes], package_format: Any, **options: Any) -> dict[str, bytes]:
    data = b"".join(pack(course, files, format=package_format, provenance=PROVENANCE, **options))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def serve(
    context: Any, members: dict[str, bytes], standard: str = "", given: dict | None = None, cut: int = 0, *,
    poor: dict[str, Any] | None = None, start: str = "index.html",
) -> None:  # fmt: skip
    """Answer ``ORIGIN`` from the package; ``host.html`` frames it under a strict test LMS of that standard, or a poor
    one when ``poor`` says how. ``deep.html`` is the same LMS seven frames above the package."""
    asked = f"{json.dumps(standard)}, {json.dumps(given or {})}, {cut}"
    lms = f"window.lms = strictLms({asked});" if standard else ""
    if poor is not None:
        lms = f"window.lms = poorLms({json.dumps(standard)}, {json.dumps(poor)});"
    frame = '<iframe title="Cours" src="{}" style="border:0;width:100%;height:99vh"></iframe>'
    page = '<!doctype html><html lang="fr"><title>LMS</title><body style="margin:0">'
    script = f"{page}<script>{API}\n{lms}</script>"
    pages = {"host.html": script + frame.format(start), "deep.html": script + frame.format("nest-5.html")}
    pages |= {f"nest-{n}.html": page + frame.format(f"nest-{n - 1}.html" if n else start) for n in range(6)}

    def answer(route: Any) -> None:
        name = route.request.url.removeprefix(ORIGIN + "/").partition("?")[0].partition("#")[0]
        if name in pages:
            route.fulfill(body=pages[name], content_type="text/html; charset=utf-8")
        elif name in members:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            route.fulfill(body=members[name], content_type=f"{kind}; charset=utf-8")
        else:
            route.fulfill(status=404, body="")

    context.route(f"{ORIGIN}/**", answer)


def write_to(folder: Path, members: dict[str, bytes]) -> None:
    """Unzip the package on the disk."""
    for name, data in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class Learner:
    """Plays a package in a frame (or a page) as a person would: reads to the end, answers, goes on."""

    def __init__(self, page: Any, frame: Any, course: Course) -> None:
        self.page, self.frame, self.course = page, frame, course

    def open(self, activity_id: str) -> None:
        self.frame.evaluate("id => { location.hash = '#/' + id }", activity_id)
        title = self.course.activity(activity_id).title
        self.frame.get_by_role("heading", name=title, level=1, exact=True).wait_for()

    def read(self, activity_id: str) -> None:
        self.open(activity_id)
        self.page.wait_for_timeout(900)
        self.frame.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        link = self.frame.locator("#contents a[aria-current=page]")
        link.filter(has_text="Fait").wait_for(state="attached")  # a narrow frame folds them

    def take(self, activity_id: str, wrong: tuple[str, ...] = (), upto: int | None = None) -> None:
        """Answer the quiz, rightly but for the questions in ``wrong``, whose answer is the first that is false."""
        self.open(activity_id)
        quiz = self.course.activity(activity_id).content
        assert isinstance(quiz, Quiz)
        self.frame.locator(".quiz .primary, .quiz button").first.click()
        for question in quiz.questions[:upto]:
            self.frame.locator(f"[id='{question.id}-p']").wait_for()
            self.answer(question, correct=question.id not in wrong)
            self.frame.get_by_role("button", name="Valider ma réponse").click()
            if quiz.feedback == "immediate":
                self.frame.locator(".verdict + p button").click()
        if upto is None:
            self.frame.get_by_role("heading", name="Votre résultat").wait_for()

    def answer(self, question: Question, *, correct: bool) -> None:
        right = correct_response(question)
        if question.type in ("single", "multiple"):
            good = {right} if isinstance(right, str) else set(right)
            for choice in question.choices:
                if (choice.id in good) == correct:
                    self.frame.locator(f"[id='{question.id}-{choice.id}']").check()
                    if question.type == "single":
                        return
        elif question.type == "ordering":
            self.order([choice.id for choice in question.choices][:: 1 if correct else -1])
        elif question.type == "matching":
            ids = [choice.id for choice in question.choices]
            for left, target in zip(ids, ids if correct else ids[1:] + ids[:1], strict=True):
                self.frame.locator(f"[id='{question.id}-{left}']").select_option(value=target)
        else:
            self.frame.locator(f"[id='{question.id}-in']").fill(str(right) if correct else "9999")

    def order(self, wanted: list[str]) -> None:
        for rank, identifier in enumerate(wanted):
            row = self.frame.locator(f".ordering [data-id={identifier}]")
            while True:
                at = row.evaluate("row => [...row.parentNode.children].indexOf(row)")
                if at <= rank:
                    break
                row.locator("button").first.press("Enter")

    def play(self, wrong: tuple[str, ...] = ()) -> None:
        """Everything, in order."""
        for activity in self.course.activities:
            if isinstance(activity.content, Quiz):
                self.take(activity.id, wrong)
            else:
                self.read(activity.id)
