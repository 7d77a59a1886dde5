"""Evidence is added once and never changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.competencies.models import Evidence
from lms.competencies.services import activity_source, add_evidence, read_activity_source
from lms.db import HubScopeError, new_id, scope_to_hub

CP1 = "fpa-rncp37275@2023#CP1"
CP2 = "fpa-rncp37275@2023#CP2"


def add(session, world, levels, **changes):
    values = {
        "hub_id": world.a.hub.id, "person_id": world.a.learner.id, "enrolment_id": None, "source_kind": "final",
        "source_id": "test", **changes,
    }  # fmt: skip
    return add_evidence(session, levels=levels, **values)


def rows(session):
    return session.execute(select(Evidence.code, Evidence.level, Evidence.items).order_by(Evidence.code)).all()


def test_second_pass_adds_no_evidence(session, world):
    assert add(session, world, {CP1: (0.5, 2), CP2: (1.0, 1)}) == 2
    assert add(session, world, {CP1: (0.5, 2), CP2: (1.0, 1)}) == 0
    assert len(rows(session)) == 2


def test_a_source_that_speaks_again_keeps_its_first_word_and_adds_the_new(session, world):
    add(session, world, {CP1: (0.5, 2)})
    assert add(session, world, {CP1: (1.0, 9), CP2: (0.75, 4)}) == 1
    assert rows(session) == [("CP1", 0.5, 2), ("CP2", 0.75, 4)]


def test_two_sources_and_two_people_each_have_their_row(session, world):
    assert add(session, world, {CP1: (0.5, 2)}) == 1
    assert add(session, world, {CP1: (0.5, 2)}, source_id="other") == 1
    assert add(session, world, {CP1: (0.5, 2)}, source_kind="quiz") == 1
    assert add(session, world, {CP1: (0.5, 2)}, person_id=world.a.trainer.id) == 1


@pytest.mark.parametrize(
    ("levels", "changes"),
    [
        ({CP1: (0.5, 1), CP2: (1.2, 1)}, {}),
        ({CP1: (0.5, 1), CP2: (float("nan"), 1)}, {}),
        ({CP1: (0.5, 1), CP2: (0.5, 0)}, {}),
        ({CP1: (0.5, 1), "CP2": (0.5, 1)}, {}),
        ({CP1: (0.5, 1)}, {"source_kind": "rumour"}),
    ],
)
def test_faulty_evidence_is_refused_before_anything_is_written(session, world, levels, changes):
    with pytest.raises(ValueError):
        add(session, world, levels, **changes)
    assert rows(session) == []


def test_evidence_of_another_hub_cannot_be_written(house, connection, world):
    with house.sessions() as scoped:
        scope_to_hub(scoped, world.a.hub.id)
        with pytest.raises(HubScopeError):
            add(scoped, world, {CP1: (0.5, 1)}, hub_id=world.b.hub.id)


def test_a_source_gives_back_its_enrolment_and_activity():
    enrolment = new_id()
    assert read_activity_source(activity_source(enrolment, "quiz-final")) == (enrolment, "quiz-final")
    assert read_activity_source("quiz-final") is None
