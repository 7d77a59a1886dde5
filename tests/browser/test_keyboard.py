"""A learner's day by the keyboard alone: Tab, Enter, Space, arrows and letters; the focus is seen at each stop, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from courses.files import FolderFiles
from courses.loader import load_course
from lms.accounts.demo import DEMO_PASSWORD
from lms.accounts.models import Person
from lms.db import unscoped
from lms.delivery.models import Enrolment, HalfDay, TrainingSession
from tests.browser.hands import Hands
from tests.browser.visitor import visiting

pytestmark = pytest.mark.browser

COURSE = Path(__file__).parent.parent.parent / "courses/data/mediation-qualite"


@pytest.fixture(scope="module")
def learner(demo, browser, axe_source):
    with visiting(demo, browser, "", axe_source) as visitor:
        yield visitor


@pytest.fixture
def hands(learner):
    hands = Hands(learner)
    yield hands
    assert hands.unseen == []


@pytest.fixture(scope="module")
def home(demo) -> str:
    with demo.house.sessions() as session, unscoped(session):
        person = session.scalar(select(Person.id).where(Person.email == "apprenante@example.org"))
        return f"/h/les-rives/learn/{session.scalar(select(Enrolment.id).where(Enrolment.person_id == person))}"


def test_signing_in_and_resuming(hands):
    page = hands.page
    page.goto("/sign-in")
    hands.reach(page.locator("#email"))
    hands.keys.type("apprenante@example.org")
    hands.reach(page.locator("#password"))
    hands.keys.type(DEMO_PASSWORD)
    hands.keys.press("Enter")
    hands.enter(page.locator(".resume .btn-primary"))
    page.locator("#activity").wait_for()


def test_reading_a_page_and_going_on(hands):
    page, title = hands.page, hands.visitor.h1()
    hands.enter(page.locator("#activity").get_by_role("button", name=hands.visitor.say("I have read it")))
    page.wait_for_function(
        "before => ![undefined, before].includes(document.querySelector('h1')?.innerText)", arg=title
    )
    hands.enter(page.locator(".player-foot .previous"))
    page.wait_for_function("before => document.querySelector('h1')?.innerText === before", arg=title)


QUIZZES = [one for one in load_course(FolderFiles(COURSE)).course.activities if one.kind == "quiz"]


def chosen_quizzes():
    """The fewest quizzes of practice that have every type of question between them."""
    wanted, chosen = {question.type for quiz in QUIZZES for question in quiz.content.questions}, []
    for quiz in sorted(QUIZZES, key=lambda one: len(one.content.questions)):
        types = {question.type for question in quiz.content.questions}
        if quiz.content.purpose == "practice" and types & wanted:
            chosen.append(quiz)
            wanted -= types
    return chosen


@pytest.mark.parametrize("quiz", chosen_quizzes(), ids=lambda quiz: quiz.id)
def test_answering_a_quiz(hands, home, quiz):
    page, visitor = hands.page, hands.visitor
    page.goto(f"{home}/{quiz.id}")
    hands.act("Begin")
    for number, question in enumerate(quiz.content.questions, 1):
        hands.answer(question)
        hands.act("Give my answer")
        visitor.sees("Right")
        hands.act("See the review" if number == len(quiz.content.questions) else "Next question") if number < len(
            quiz.content.questions
        ) else hands.enter(page.get_by_role("button", name=visitor.say("See the review")))
    visitor.sees("Passed: %(score)s", score="100 %")
    assert page.evaluate("document.activeElement !== document.body")


def test_giving_one_s_opinion(hands, home):
    page = hands.page
    survey = next(one for one in load_course(FolderFiles(COURSE)).course.activities if one.kind == "survey")
    page.goto(f"{home}/{survey.id}")
    for item in survey.content.items:
        if item.type == "text":
            continue
        hands.reach(page.locator(f"#activity input[name='{item.id}']").first)
        hands.keys.press("Space")
    hands.enter(page.get_by_role("button", name=hands.visitor.say("Send my answers")))
    hands.visitor.sees("Thank you: your answers were sent")
    assert page.evaluate("document.activeElement !== document.body")


def test_signing_a_half_day_without_drawing(hands, demo):
    page, visitor = hands.page, hands.visitor
    with demo.house.sessions() as session, unscoped(session):
        code = session.scalar(
            select(HalfDay.sign_code)
            .join(TrainingSession, TrainingSession.id == HalfDay.session_id)
            .where(TrainingSession.reference == "RIV-2026-04")
            .order_by(HalfDay.starts_at)
        )
    page.goto("/h/les-rives/")
    hands.enter(page.get_by_role("link", name=visitor.say("Sign my presence")))
    hands.reach(page.locator("input[name=code]"))
    hands.keys.type(code)
    hands.keys.press("Enter")
    hands.enter(page.locator("summary", has_text=visitor.say("Rather type my name")))
    hands.reach(page.locator("[data-signature-typed]"))
    hands.keys.type("Capucine Exemple")
    hands.enter(page.get_by_role("button", name=visitor.say("I sign"), exact=True))
    visitor.sees("Your presence is signed", within="body")
