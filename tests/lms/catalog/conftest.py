"""A lead of hub A who has agreed to the terms, and courses to work on."""

from __future__ import annotations

import pytest

from lms.catalog.queries import get_draft
from lms.catalog.services import create_course, publish_course
from tests.factories import sign_in
from tests.factories.courses import small_course


@pytest.fixture
def lead(client, world):
    sign_in(client, world.a.lead).post("/h/hub-a/consent", data={"terms": "y"})
    return client


@pytest.fixture
def make_course(session, world, house):
    """A course of a hub with the files of the small course, or others."""

    def make(files=None, hub=None):
        home = hub or world.a
        course = create_course(
            session, house.files, files=files or small_course(), hub_id=home.hub.id, person_id=home.lead.id
        )
        session.commit()
        return course

    return make


@pytest.fixture
def publish_version(session, world, house):
    def publish(course):
        version = publish_course(
            session, house.files, house.plugins.activity_types, course=course, person_id=world.a.lead.id
        )
        session.commit()
        return version

    return publish


@pytest.fixture
def texts_of(session, house):
    """The files of the draft as they are now."""

    def read(course):
        from lms.catalog.files import version_files  # noqa: PLC0415

        session.expire_all()
        return dict(version_files(session, house.files, get_draft(session, course.id).id))

    return read


@pytest.fixture
def base():
    """The address of a course."""
    return lambda course: f"/h/hub-a/courses/{course.id}"
