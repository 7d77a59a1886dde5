"""What a person's evidence shows, framework by framework."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select

from lms.accounts.models import Person
from lms.catalog.models import Alignment, VersionActivity
from lms.competencies.models import Evidence
from lms.competencies.services import read_activity_source
from lms.delivery.models import Enrolment, HalfDay, SessionTrainer, TrainingSession
from lms.frameworks.store import get_frameworks

if TYPE_CHECKING:
    import uuid
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Competency, Framework

MOMENTS = {
    "positioning": "before", "final": "final", "self": "said",
    "quiz": "course", "assignment": "course", "package": "course",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KindLevel:
    """What one kind of source shows of one item.

    ``level`` is over all its sources, each question or criterion counting the same; ``best`` and ``latest`` are of one
    source; ``items`` is how many questions or criteria it rests on; ``at`` when it last spoke.
    """

    level: float
    best: float
    latest: float
    items: int
    sources: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemProfile:
    """One competency: before (positioning), in the course, at the end (final test), and what the person says."""

    code: str
    item: Competency | None
    before: KindLevel | None = None
    course: KindLevel | None = None
    final: KindLevel | None = None
    said: KindLevel | None = None

    @property
    def now(self) -> KindLevel | None:
        """What counts now: the final test, else the course's work."""
        return self.final or self.course


@dataclass(frozen=True, slots=True)
class GroupProfile:
    """The competencies of one part of a framework; the means are over those that are assessed."""

    code: str
    group: Competency | None
    items: tuple[ItemProfile, ...]

    @property
    def assessed(self) -> int:
        return sum(item.now is not None for item in self.items)

    @property
    def missing(self) -> int:
        return len(self.items) - self.assessed

    @property
    def now(self) -> float | None:
        return _mean(item.now for item in self.items)

    @property
    def before(self) -> float | None:
        return _mean(item.before for item in self.items)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person in one version of one framework; ``definition`` is None when it is not bundled here."""

    framework: str
    version: str
    definition: Framework | None
    groups: tuple[GroupProfile, ...]

    @property
    def items(self) -> tuple[ItemProfile, ...]:
        return tuple(item for group in self.groups for item in group.items)

    @property
    def assessed(self) -> int:
        return sum(group.assessed for group in self.groups)

    @property
    def total(self) -> int:
        return sum(len(group.items) for group in self.groups)

    @property
    def most_missing(self) -> GroupProfile | None:
        """The group of which the most is not assessed yet; None when nothing is missing."""
        group = max(self.groups, key=lambda one: one.missing, default=None)
        return group if group is not None and group.missing else None


def _mean(levels: Iterable[KindLevel | None]) -> float | None:
    known = [one.level for one in levels if one is not None]
    return fmean(known) if known else None


class _Shown(NamedTuple):
    level: float
    items: int
    at: datetime


ByCode = dict[str, dict[str, list[_Shown]]]  # code -> moment -> what was shown, in order of time


def get_profile(
    session: Session, person_id: uuid.UUID, frameworks: Iterable[tuple[str, str]] | None = None
) -> list[Profile]:
    """One profile a framework version: those named, else those of the person's evidence and courses. Two statements."""
    row = Evidence
    found = session.execute(
        select(row.framework, row.framework_version, row.code, row.source_kind, row.level, row.items, row.recorded_at)
        .where(row.person_id == person_id)
        .order_by(row.recorded_at, row.id)
    )
    shown: dict[tuple[str, str], ByCode] = {}
    for framework, version, code, kind, level, items, at in found:
        moments = shown.setdefault((framework, version), {}).setdefault(code, {})
        moments.setdefault(MOMENTS[kind], []).append(_Shown(level, items, at))
    wanted = list(frameworks) if frameworks is not None else [*shown, *_of_courses(session, person_id)]
    known = get_frameworks(session, wanted)
    return [_profile(key, known.get(key), shown.get(key, {})) for key in sorted(set(wanted))]


def _of_courses(session: Session, person_id: uuid.UUID) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Alignment.framework, Alignment.framework_version)
        .join(TrainingSession, TrainingSession.version_id == Alignment.version_id)
        .join(Enrolment, Enrolment.session_id == TrainingSession.id)
        .where(Enrolment.person_id == person_id, Enrolment.status != "cancelled")
        .distinct()
    )
    return [(framework, version) for framework, version in rows]


def _profile(key: tuple[str, str], definition: Framework | None, shown: ByCode) -> Profile:
    groups: dict[str, list[ItemProfile]] = {}
    for item in profiled_items(definition, shown) if definition else ():
        groups.setdefault(item.parent, []).append(_item(item.code, item, shown.get(item.code, {})))
    named = {item.code for items in groups.values() for item in items}
    for code in sorted(shown.keys() - named):
        found = definition.find(code) if definition else None
        groups.setdefault("", []).append(_item(code, found, shown[code]))
    return Profile(
        *key,
        definition,
        tuple(
            GroupProfile(code, definition.find(code) if definition else None, tuple(items))
            for code, items in groups.items()
        ),
    )


def profiled_items(framework: Framework, named: Container[str]) -> list[Competency]:
    """The competencies proper: not those that hold others, and transversal ones only where something names them."""
    return [
        item
        for item in framework.items
        if not framework.children(item.code) and (item.kind != "transversal" or item.code in named)
    ]


def _item(code: str, item: Competency | None, by_moment: Mapping[str, Sequence[_Shown]]) -> ItemProfile:
    levels = {moment: _kind(rows) for moment, rows in by_moment.items()}
    return ItemProfile(code, item, levels.get("before"), levels.get("course"), levels.get("final"), levels.get("said"))


def _kind(rows: Sequence[_Shown]) -> KindLevel:
    items = sum(row.items for row in rows)
    return KindLevel(
        level=sum(row.level * row.items for row in rows) / items,
        best=max(row.level for row in rows),
        latest=rows[-1].level,
        items=items,
        sources=len(rows),
        at=rows[-1].at,
    )


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One observation. ``activity_key`` and ``title`` are empty when it does not come from an activity."""

    kind: str
    level: float
    items: int
    at: datetime
    enrolment_id: uuid.UUID | None
    session_id: uuid.UUID | None
    session_title: str
    activity_key: str
    title: str


def list_evidence(session: Session, person_id: uuid.UUID, framework: str, version: str, code: str) -> list[EvidenceRow]:
    """What shows this competency of this person, the latest first. Two statements."""
    row = Evidence
    found = session.execute(
        select(
            row.source_kind, row.source_id, row.level, row.items, row.recorded_at, row.enrolment_id, TrainingSession.id,
            TrainingSession.title, TrainingSession.version_id,
        )
        .outerjoin(Enrolment, Enrolment.id == row.enrolment_id)
        .outerjoin(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .where(
            row.person_id == person_id, row.framework == framework, row.framework_version == version, row.code == code
        )
        .order_by(row.recorded_at.desc(), row.id.desc())
    ).all()  # fmt: skip
    keys = {one.source_id: source[1] for one in found if (source := read_activity_source(one.source_id))}
    titles = _titles(session, {one.version_id for one in found if one.version_id}, set(keys.values()))
    return [
        EvidenceRow(
            one.source_kind, one.level, one.items, one.recorded_at, one.enrolment_id, one.id, one.title or "",
            keys.get(one.source_id, ""), titles.get((one.version_id, keys.get(one.source_id, "")), ""),
        )
        for one in found
    ]  # fmt: skip


def _titles(session: Session, versions: set[uuid.UUID], keys: set[str]) -> dict[tuple[uuid.UUID, str], str]:
    if not versions or not keys:
        return {}
    row = VersionActivity
    found = session.execute(
        select(row.version_id, row.key, row.title).where(row.version_id.in_(versions), row.key.in_(keys))
    )
    return {(version, key): title for version, key, title in found}


def get_learner(session: Session, person_id: uuid.UUID, *, trainer_id: uuid.UUID | None = None) -> Person | None:
    """A person who is or was a learner of the hub; with ``trainer_id``, of a session which that trainer gives."""
    enrolled = select(Enrolment.person_id).where(Enrolment.person_id == person_id, Enrolment.status != "cancelled")
    if trainer_id is not None:
        trains = select(SessionTrainer.session_id).where(SessionTrainer.person_id == trainer_id)
        gives = select(HalfDay.session_id).where(HalfDay.trainer_id == trainer_id)
        enrolled = enrolled.where(or_(Enrolment.session_id.in_(trains), Enrolment.session_id.in_(gives)))
    if session.scalar(enrolled.limit(1)) is None:
        return None
    return session.get(Person, person_id)
