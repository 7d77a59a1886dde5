"""Frameworks become rows and come back the same; each hub reads its own and the bundled ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from competency_frameworks.library import load_bundled
from competency_frameworks.model import ItemRef
from lms.db import HubScopeError, scope_to_hub
from lms.frameworks.models import FrameworkItem, FrameworkRecord, FrameworkVersion
from lms.frameworks.services.importing import import_framework
from lms.frameworks.services.writing import PublishedFrameworkError, write_version
from lms.frameworks.store import KnownItems, get_framework, load_version
from tests.factories.frameworks import grown, small_framework


@pytest.fixture
def scoped(house, connection, world):
    with house.sessions() as session:
        scope_to_hub(session, world.a.hub.id)
        yield session


@pytest.fixture
def draft(scoped, world):
    return import_framework(scoped, small_framework(), hub_id=world.a.hub.id, person_id=world.a.lead.id).version


def items_of(session, version):
    row = FrameworkItem
    return dict(session.execute(select(row.code, row.id).where(row.version_id == version.id)).all())


def test_every_bundled_framework_comes_back_from_its_rows_as_it_was(session):
    for framework in load_bundled().values():
        row = session.scalar(
            select(FrameworkVersion)
            .join(FrameworkVersion.framework)
            .where(FrameworkRecord.key == framework.id, FrameworkVersion.version == framework.version)
        )
        assert row.hub_id is None
        assert load_version(session, row) == framework
        assert (row.content_hash, row.item_count) == (framework.content_hash, len(framework.items))


def test_what_is_written_comes_back_whole(scoped, draft):
    assert load_version(scoped, draft) == replace(small_framework(), status="draft")


def test_a_draft_is_no_framework_that_courses_can_name(scoped, draft):
    assert get_framework(scoped, "lecture-plans", "1") is None
    assert not KnownItems(scoped)(ItemRef("lecture-plans", "1", "A.1"))
    draft.status = "adopted"
    scoped.flush()
    assert get_framework(scoped, "lecture-plans", "1").find("A.1") is not None
    assert KnownItems(scoped)(ItemRef("lecture-plans", "1", "A.1"))
    assert not KnownItems(scoped)(ItemRef("lecture-plans", "1", "Z"))


def test_another_hub_does_not_see_it(house, connection, scoped, draft, world):
    draft.status = "adopted"
    scoped.commit()
    with house.sessions() as other:
        scope_to_hub(other, world.b.hub.id)
        assert get_framework(other, "lecture-plans", "1") is None
        assert other.get(FrameworkVersion, draft.id) is None


def test_no_hub_changes_what_is_bundled(scoped):
    row = scoped.scalar(select(FrameworkVersion).where(FrameworkVersion.hub_id.is_(None)))
    assert row is not None
    scoped.execute(update(FrameworkItem).values(kind="spoilt"))
    scoped.commit()
    assert scoped.scalar(select(func.count()).where(FrameworkItem.kind == "spoilt")) == 0
    row.notes = "changed by a hub"
    with pytest.raises(HubScopeError):
        scoped.flush()


def test_a_second_import_keeps_the_ids_of_what_it_knows(scoped, draft):
    before = items_of(scoped, draft)
    written = write_version(scoped, draft, grown())
    assert (written.added, written.changed, written.removed) == (1, 1, 1)
    after = items_of(scoped, draft)
    assert {code: before[code] for code in after if code in before} == {
        code: after[code] for code in after if code in before
    }
    assert load_version(scoped, draft) == replace(grown(), status="draft")
    assert draft.item_count == len(grown().items)


def test_the_same_import_changes_nothing(scoped, draft):
    assert write_version(scoped, draft, small_framework()).nothing


def test_two_items_may_exchange_their_codes(scoped, draft):
    before = small_framework()
    ids = {item.code: before.identifier(item.code) for item in before.items}
    swap = {"A.1": "A.2", "A.2": "A.1"}
    swapped = replace(
        before,
        items=tuple(replace(one, code=swap.get(one.code, one.code), id=ids[one.code]) for one in before.items),
    )
    rows = items_of(scoped, draft)
    write_version(scoped, draft, swapped)
    assert items_of(scoped, draft) == rows | {"A.1": rows["A.2"], "A.2": rows["A.1"]}


def test_a_published_version_is_never_written_to(scoped, draft):
    draft.status = "adopted"
    with pytest.raises(PublishedFrameworkError):
        write_version(scoped, draft, grown())


def test_two_thousand_items_take_as_many_statements_as_twenty(scoped, world, count_statements):
    sizes = []
    for n in (20, 2000):
        framework = replace(small_framework(), id=f"grand-{n}", items=tuple(many(n)))
        with count_statements() as sent:
            import_framework(scoped, framework, hub_id=world.a.hub.id, person_id=None)
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]


def many(n):
    one = small_framework().items[1]
    return [replace(one, code=f"i{number}", parent="", order=number + 1, levels=()) for number in range(n)]
