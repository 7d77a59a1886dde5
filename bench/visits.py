"""What a learner does, as a browser without scripts would: sign in, open pages, answer a quiz, run a package."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import html

from bench.client import AnswerError, Browser
from bench.seed import PASSWORD

if TYPE_CHECKING:
    import uuid

    from bench.seed import Seeded

RUN = re.compile(r'<script[^>]*id="run"[^>]*>(.*?)</script>', re.DOTALL)


@dataclass(slots=True)
class Learner:
    """A signed-in learner and the pages they have."""

    browser: Browser
    email: str
    enrolment: uuid.UUID
    seeded: Seeded
    stranger: Browser = field(init=False)  # the same person before they have signed in
    run: dict[str, Any] | None = None
    run_host: str = ""
    score: float = 0.0

    def __post_init__(self) -> None:
        self.stranger = Browser(self.browser.host, self.browser.port)

    @property
    def hub(self) -> str:
        return f"/h/{self.seeded.slug}"

    @property
    def course(self) -> str:
        return f"{self.hub}/learn/{self.enrolment}"

    async def open(self, path: str) -> str:
        answer = await self.browser.get(path)
        if answer.status != 200:
            raise AnswerError(f"{path}: {answer.status} {answer.headers.get('location', '')} {answer.text[:300]}")
        return answer.text

    async def see_sign_in(self) -> None:
        """The sign-in page as on a first visit, without a cookie."""
        self.stranger.cookies.clear()
        answer = await self.stranger.get("/sign-in")
        if answer.status != 200:
            raise AnswerError(f"sign-in page: {answer.status}")

    async def sign_in(self) -> None:
        """From the sign-in page to the home of the hub, terms accepted the first time."""
        self.browser.cookies.clear()
        # as many people behind a proxy: sign-ins are limited by address
        self.browser.address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"
        fields, _ = form_of(await self.open("/sign-in"), "password")
        page = await self.browser.follow(
            await self.browser.post("/sign-in", fields | {"email": self.email, "password": PASSWORD})
        )
        if 'name="terms"' in page.text:
            fields, _ = form_of(page.text, "terms")
            await self.browser.follow(await self.browser.post(f"{self.hub}/consent", fields | {"terms": "y"}))

    async def answer_quiz(self) -> None:
        """A whole attempt, from the first page to the review."""
        url = f"{self.course}/{self.seeded.quiz}"
        page = await self.open(url)
        if "/again" in page:
            fields, action = form_of(page, action="/again")
            page = (await self.browser.follow(await self.browser.post(action, fields))).text
        for _ in range(200):
            try:
                fields, action = form_of(page, button="do")
            except AnswerError:
                return
            page = (await self.browser.follow(await self.browser.post(action, fields))).text
        raise AnswerError("the quiz does not end")

    async def open_package(self) -> None:
        """The player page, then the frame that runs the package on its own host."""
        page = await self.open(f"{self.course}/{self.seeded.package}")
        found = re.search(r'<iframe[^>]*src="([^"]+)"', page)
        if found is None:
            raise AnswerError("no package in the player page")
        parts = urlsplit(found.group(1).partition("?")[0])
        self.run_host = parts.netloc
        frame = await self.browser.get(parts.path, host=parts.netloc)
        said = RUN.search(frame.text)
        if said is None:
            raise AnswerError(f"frame: {frame.status} {frame.text[:300]}")
        run = json.loads(said.group(1))
        opened = await self.browser.send("POST", run["open"], b"{}", "application/json", host=self.run_host)
        if opened.status != 200:
            raise AnswerError(f"open: {opened.status} {opened.text[:300]}")
        self.run = run | json.loads(opened.body) | {"sequence": 0}

    async def commit(self) -> None:
        """Send a score that changes each time, as the package's run-time does."""
        assert self.run is not None
        self.score = round(self.score % 100 + 0.01, 2)  # better each time: progress follows
        data = {
            "cmi.core.lesson_status": "incomplete", "cmi.core.score.raw": str(self.score), "cmi.core.score.min": "0",
            "cmi.core.score.max": "100", "cmi.core.session_time": "00:00:30.00", "cmi.core.lesson_location": f"page-{self.score}",
            "cmi.suspend_data": json.dumps({"seen": list(range(int(self.score) % 20))}),
        }  # fmt: skip
        self.run["sequence"] += 1
        body = {
            "sco": self.run["scos"][0]["id"], "launch": self.run["launch"], "sequence": self.run["sequence"], "visit": 1,
            "end": False, "data": data,
        }  # fmt: skip
        answer = await self.browser.send(
            "POST", self.run["commit"], json.dumps(body).encode(), "application/json", host=self.run_host
        )
        if answer.status != 200 or not json.loads(answer.body)["saved"]:
            raise AnswerError(f"commit: {answer.status} {answer.text[:300]}")


def form_of(page: str, field: str = "", *, action: str = "", button: str = "") -> tuple[dict[str, str], str]:
    """The fields of a form, filled in at the first choice, and where it is sent; AnswerError if there is none."""
    for form in html.document_fromstring(page).iter("form"):
        names = {element.get("name") for element in form.iter("input", "select", "textarea")}
        buttons = [one for one in form.iter("button") if one.get("name") == button]
        if (
            (field and field not in names)
            or (action and action not in (form.get("action") or ""))
            or (button and not buttons)
        ):
            continue
        fields: dict[str, str] = {}
        for element in form.iter("input", "textarea"):
            name, kind = element.get("name"), element.get("type", "text")
            if name and kind == "hidden":
                fields[name] = element.get("value") or ""
            elif name and kind in {"radio", "checkbox"} and button:
                fields.setdefault(name, element.get("value") or "y")
            elif name and button:
                fields[name] = "1"
        for at, element in enumerate(form.iter("select")):
            values = [option.get("value") for option in element.iter("option") if option.get("value")]
            fields[element.get("name")] = values[at % len(values)]
        if button:
            fields[button] = buttons[0].get("value") or ""
        return fields, form.get("action") or ""
    raise AnswerError("the form is not in the page")
