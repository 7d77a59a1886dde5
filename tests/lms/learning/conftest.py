"""What tests of learning share."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from lms.learning.content import create_content_app


@pytest.fixture
def content(house):
    """A browser on the content origin: no cookie, no sign-in."""
    return create_content_app(house).test_client()


@pytest.fixture
def statements(house):
    """The statements sent to the database, savepoints of the test aside."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield seen
    event.remove(house.engine, "before_cursor_execute", note)
