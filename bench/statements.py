"""How many SQL statements a page takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from bench.client import AnswerError
from lms.app import create_app, create_installation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.visits import Learner
    from lms.config import Settings


def count_statements(settings: Settings, learner: Learner, pages: Mapping[str, str]) -> dict[str, int]:
    """The statements of each page (name -> path) for this signed-in learner, in an application of this process."""
    house = create_installation(settings)
    client = create_app(settings, house).test_client(use_cookies=False)
    seen: list[str] = []

    @event.listens_for(house.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    found = {}
    for name, path in pages.items():
        cookies = (
            "" if path == "/sign-in" else "; ".join(f"{key}={value}" for key, value in learner.browser.cookies.items())
        )
        seen.clear()
        answer = client.get(path, base_url=settings.url, headers={"Cookie": cookies})
        if answer.status_code != 200:
            raise AnswerError(f"{path}: {answer.status_code}")
        found[name] = len(seen)
    house.engine.dispose()
    return found
