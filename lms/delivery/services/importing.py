"""What a list of learners would do to a session, before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.delivery.queries import CURRENT
from lms.delivery.services.enrolments import (
    NewLearner,
    check_open,
    count_places_taken,
    enrol_people,
    find_enrolments,
    find_people,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.delivery.models import Enrolment, TrainingSession
    from lms.delivery.roster import RosterLine

ENTERING = ("new", "known", "returning")


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line and its fate: new, known, returning (all three enter), enrolled, duplicate, full or error."""

    line: RosterLine
    fate: str
    first_number: int = 0  # of a duplicate: the line that counts


@dataclass(frozen=True, slots=True)
class ImportPlan:
    lines: tuple[PlannedLine, ...]

    @property
    def entering(self) -> list[PlannedLine]:
        return [planned for planned in self.lines if planned.fate in ENTERING]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(planned.fate for planned in self.lines))


def plan_import(session: Session, *, training_session: TrainingSession, lines: Sequence[RosterLine]) -> ImportPlan:
    """Say what would become of each line; reads only, a bounded number of statements."""
    people = find_people(session, {line.email for line in lines if not line.error})
    enrolments = find_enrolments(session, training_session, [person.id for person in people.values()])
    taken = count_places_taken(session, training_session.id)
    free = training_session.capacity - taken if training_session.capacity else len(lines)
    seen: dict[str, int] = {}
    planned = []
    for line in lines:
        if line.error:
            planned.append(PlannedLine(line, "error"))
            continue
        if line.email in seen:
            planned.append(PlannedLine(line, "duplicate", seen[line.email]))
            continue
        seen[line.email] = line.number
        person = people.get(line.email)
        enrolment = enrolments.get(person.id) if person else None
        if enrolment is not None and enrolment.status in CURRENT:
            planned.append(PlannedLine(line, "enrolled"))
        elif free <= 0:
            planned.append(PlannedLine(line, "full"))
        else:
            free -= 1
            planned.append(PlannedLine(line, "returning" if enrolment else "known" if person else "new"))
    return ImportPlan(tuple(planned))


def import_learners(
    session: Session, *, training_session: TrainingSession, lines: Sequence[RosterLine], by: uuid.UUID | None
) -> list[Enrolment]:
    """Enrol every line that may enter, planned afresh; the invitations leave after the commit."""
    check_open(training_session)
    plan = plan_import(session, training_session=training_session, lines=lines)
    learners = [
        NewLearner(
            planned.line.email,
            planned.line.given_name,
            planned.line.family_name,
            planned.line.employer,
            planned.line.job_title,
        )
        for planned in plan.entering
    ]
    if not learners:
        return []
    return enrol_people(session, training_session=training_session, learners=learners, by=by)
