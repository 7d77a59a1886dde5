from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from tests.factories.results import make_run


@pytest.fixture
def run(session, world, house):
    """A session of hub A on the course whose two tests are paired."""
    return make_run(session, house, world.a)


@pytest.fixture
def statements(connection):
    """``with statements() as seen:`` gathers the SQL statements that run inside."""

    @contextmanager
    def gather():
        seen = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                seen.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        yield seen
        event.remove(connection, "before_cursor_execute", note)

    return gather
