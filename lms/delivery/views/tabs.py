"""The tabs of a session: each feature adds its own to ``SESSION_TABS``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from lms.delivery.views.blueprint import READERS
from lms.web.access import has_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_babel import LazyString

    from lms.delivery.models import TrainingSession


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a session: its endpoint takes ``session_id``. ``section``: endpoints that start so belong to the tab.

    ``when``: the sessions that have it.
    """

    endpoint: str
    label: LazyString
    roles: tuple[str, ...] = READERS
    order: int = 50
    section: str = ""
    when: Callable[[TrainingSession], bool] = lambda _run: True


SESSION_TABS: list[Tab] = [
    Tab("delivery.overview", _l("Overview"), order=10),
    Tab("delivery.learners", _l("Participants"), order=20, section="delivery.learner"),
    Tab("delivery.half_days", _l("Half-days"), order=30, section="delivery.half_day"),
]


def session_tabs(training_session: TrainingSession) -> list[tuple[str, str, bool]]:
    """Return (text, address, here) of the tabs that the reader may open, in order; an endpoint that is not there is left out."""
    here = request.endpoint or ""
    tabs: dict[str, tuple[str, str, bool]] = {}
    for tab in sorted(SESSION_TABS, key=lambda tab: tab.order):
        if tab.endpoint in current_app.view_functions and has_role(*tab.roles) and tab.when(training_session):
            current = here == tab.endpoint or bool(tab.section and here.startswith(tab.section))
            tabs.setdefault(
                tab.endpoint, (str(tab.label), url_for(tab.endpoint, session_id=training_session.id), current)
            )
    return list(tabs.values())
