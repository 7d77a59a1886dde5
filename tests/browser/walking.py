"""What the steps of the walk have in common: files, invitations, answers, and the command line."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from courses.files import FolderFiles
from courses.grading import correct_response
from courses.loader import load_course
from courses.packaging import pack
from courses.provenance import Provenance

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "quatre mots faciles à retenir"
ORIGIN = Provenance(hub="Hub des Sources (exemple)", version="1")


def give(visitor, name: str, data: bytes) -> None:
    """Choose a file of this name in the form."""
    visitor.page.locator("main input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": data})


def link_in_mail(visitor, email: str) -> str:
    """The link of the last mail to this address, as shown under /_mail."""
    visitor.go(f"/_mail?to={email}")
    return visitor.page.locator(".mail-text a").first.get_attribute("href")


def begin(visitor, email: str, *, joins: bool = False) -> None:
    """Follow the invitation, choose a password, agree: the home of the course is there."""
    visitor.go(link_in_mail(visitor, email))
    visitor.check()
    visitor.fill("New password", PASSWORD)
    visitor.fill("The same, once more", PASSWORD)
    visitor.press("Save my password and go on")
    if joins:
        visitor.press("Join the training")
    visitor.field("I have read how my data is used and accept the terms of use.").check()
    visitor.check()
    visitor.press("Agree and go on")
    visitor.key_of("learn")
    visitor.check()


def open_details(line) -> None:
    """Open what folds a line away."""
    line.first.evaluate(
        "one => { for (let at = one; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true; }"
    )


def open_module(visitor, title: str) -> None:
    """From the home of the course, open this activity."""
    link = visitor.page.locator("main .rows a", has_text=title)
    open_details(link)
    link.first.click()
    visitor.page.locator("#activity").wait_for()


def answer(page, question) -> None:
    """Answer the question rightly."""
    right = correct_response(question)
    page.locator(".quiz-prompt", has_text=question.prompt[:40]).wait_for()
    for choice in question.choices:
        if question.type == "ordering":
            page.locator(f"#place-{choice.id}").select_option(str(right.index(choice.id) + 1))
        elif question.type == "matching":
            page.locator(f"#match-{choice.id}").select_option(label=choice.match)
        elif choice.correct:
            page.locator(f"#answer-{choice.id}").check()
    if not question.choices:
        page.locator("#answer").fill(str(right))


def bouquet(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from lms.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
    )


def zipped(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
    return out.getvalue()


def scorm_module() -> bytes:
    files = FolderFiles(ROOT / "courses/data/evaluer-pour-ameliorer")
    return b"".join(
        pack(load_course(files).course, files, module="mod-recueillir", format="scorm12", provenance=ORIGIN)
    )
