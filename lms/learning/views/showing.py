"""Showing one activity, to its learner or in a preview: what its type gets, and the page around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, g, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup

from lms.contracts import Context
from lms.learning.tokens import media_url, package_url
from lms.web.i18n import choose_language
from lms.web.state import installation

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping

    from werkzeug.datastructures import MultiDict

    from lms.contracts import ActivityType, Shown
    from lms.learning.models import Submission
    from lms.learning.queries import HalfDayRow

MAX_FIELDS = 400
MAX_FILE_REQUEST = 64 * 2**20


@dataclass(slots=True)
class PlayerView:
    """What the templates of activity types may use of the page around them, as ``player``."""

    act_url: str
    revision: int
    preview: bool
    refusal: str = ""
    posted: Mapping[str, list[str]] = field(default_factory=dict)  # what was typed and could not be taken
    preview_state: str = ""
    again_url: str = ""
    half_days: list[HalfDayRow] = field(default_factory=list)
    submission: Submission | None = None
    file_url: str = ""
    next_url: str = ""

    def typed(self, name: str, default: str = "") -> str:
        """What was typed in a field that is shown again."""
        return (self.posted.get(name) or [default])[0]


def activity_context(
    *,
    version_id: uuid.UUID,
    link: Callable[[str], str],
    pseudonym: str,
    attempt: uuid.UUID | None,
    preview: bool,
    package: str = "",
) -> Context:
    """The plain data that an activity type gets; ``package`` is the one that the attempt runs, when not its version's."""
    settings, hub, person = installation().settings, g.hub.id, current_user.person.id

    def media(path: str) -> str:
        if path.endswith(".vtt"):  # a browser takes captions of the page's own origin only
            return url_for("learning.show_captions", version_id=version_id, path=path)
        return media_url(settings, hub=hub, version=version_id, path=path)

    def frame(own: str) -> str:
        return package_url(settings, hub=hub, package=package or own, attempt=attempt, person=person)

    return Context(
        language=choose_language(), learner_name=current_user.display_name, learner_code=pseudonym, preview=preview,
        media=media, link=link, frame=frame, attempt=attempt.hex if attempt else "",
    )  # fmt: skip


def render_body(shown: Shown, player: PlayerView) -> Markup:
    """The activity's own part of the page."""
    return Markup(render_template(shown.template, **shown.context, player=player))  # noqa: S704 - templates escape


def kind_of(name: str) -> ActivityType | None:
    """The activity type; None when its plugin is gone."""
    return installation().plugins.activity_types.get(name)


def read_payload() -> dict[str, Any]:
    """What was posted, as plain data: ``do``, ``fields``, ``file``, ``revision``."""
    if request.is_json:
        body = request.get_json(silent=True)
        body = body if isinstance(body, dict) else {}
        given = body.get("fields")
        fields = {str(name): [str(one) for one in _as_list(values)] for name, values in _items(given)}
        return {"do": str(body.get("do", "")), "fields": fields, "revision": _whole(body.get("revision"))}
    fields = _form_fields(request.form)
    payload: dict[str, Any] = {
        "do": (fields.pop("do", None) or [""])[0],
        "fields": fields,
        "revision": _whole((fields.pop("revision", None) or [""])[0]),
    }
    file = request.files.get("file")
    if file is not None and file.filename:
        payload["file"] = {"name": file.filename, "data": file.read()}
    return payload


def _items(given: Any) -> list[tuple[Any, Any]]:
    return list(given.items())[:MAX_FIELDS] if isinstance(given, dict) else []


def _as_list(values: Any) -> list[Any]:
    return values[:MAX_FIELDS] if isinstance(values, list) else [values]


def _form_fields(form: MultiDict[str, str]) -> dict[str, list[str]]:
    names = list(form.keys())[:MAX_FIELDS]
    return {name: form.getlist(name) for name in names if name != "csrf_token"}


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def has_endpoint(name: str) -> bool:
    """Whether another feature offers this page."""
    return name in current_app.view_functions
