"""The board of a session, its exports, and reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts.services import record_event
from lms.delivery.views.blueprint import READERS, person_id
from lms.delivery.views.tabs import session_tabs
from lms.quality.forms import ReasonForm
from lms.quality.queries.board import KINDS, STATUS, Board, board_table, get_board
from lms.quality.services.reminders import remind_learners
from lms.quality.views.blueprint import (
    LEADS,
    STAFF,
    bp,
    check_reader,
    found_or_404,
    hub_id,
    say,
    sees_names,
    send_table,
)  # fmt: skip
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from lms.quality.views.blueprint import Answer

SIZE = 100
ALL = 100_000


class Said(dict[str, str]):
    """Marked words in the reader's language, each asked once: a board says the same ones a thousand times."""

    def __missing__(self, word: str) -> str:
        self[word] = said = say(word)
        return said


def _board(session_id: uuid.UUID, *, size: int = SIZE) -> Board:
    missing = request.args.get("missing", "")
    if missing not in {"", "any", *KINDS}:
        missing = ""
    page = max(request.args.get("page", 1, type=int), 1) if size == SIZE else 1
    board: Board = found_or_404(get_board(db(), session_id, missing=missing, page=page, size=size))
    check_reader(session_id)
    return board


def _here(session_id: uuid.UUID) -> str:
    missing, page = request.args.get("missing"), request.args.get("page")
    return url_for("quality.session_board", session_id=session_id, missing=missing, page=page)


@bp.get("/sessions/<uuid:session_id>/board")
@access(*READERS)
def session_board(session_id: uuid.UUID) -> Answer:
    """Who did what, and what is missing."""
    board = _board(session_id)
    return _show(board, ReasonForm())


def _show(board: Board, form: ReasonForm) -> str:
    run = board.material.run
    page = max(request.args.get("page", 1, type=int), 1)
    missing = request.args.get("missing", "")
    return render_template(
        "quality/board.html", run=run, tabs=session_tabs(run), board=board, kinds=KINDS, status=STATUS, missing=missing,
        names=sees_names(), form=form, page=page, pages=max((board.matching + SIZE - 1) // SIZE, 1), said=Said(), titles=[say(one.title) if one.kind == "document" else one.title for one in board.columns],
        kept={name: value for name, value in (("missing", missing), ("page", page if page > 1 else "")) if value},
        page_url=lambda n: url_for("quality.session_board", session_id=run.id, missing=missing or None, page=n),
    )  # fmt: skip


@bp.get("/sessions/<uuid:session_id>/board.<kind>")
@access(*READERS)
def session_board_file(session_id: uuid.UUID, kind: str) -> Response:
    """The whole board as a table, ``csv`` or ``xlsx``, under pseudonyms."""
    if kind not in {"csv", "xlsx"}:
        abort(404)
    board = _board(session_id, size=ALL)
    header, rows = board_table(board, names=False, say=say)
    return send_table(f"{board.material.run.reference}-{_('board')}", kind, header, rows)


@bp.post("/sessions/<uuid:session_id>/board/names")
@access(*LEADS)
def session_board_names(session_id: uuid.UUID) -> Answer | Response:
    """The whole board with names, once the reason is recorded."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(_board(session_id), form), 422
    board = _board(session_id, size=ALL)
    record_event(
        db(), "board.exported", hub_id=hub_id(), person_id=person_id(), target=session_id, note=form.reason.data or "",
        learners=len(board.rows),
    )  # fmt: skip
    db().commit()
    header, rows = board_table(board, names=True, say=say)
    return send_table(f"{board.material.run.reference}-{_('board')}", "xlsx", header, rows)


@bp.post("/sessions/<uuid:session_id>/board/remind")
@access(*STAFF)
def remind(session_id: uuid.UUID) -> Answer:
    """Remind one learner, or everybody of the page who lacks something."""
    board = _board(session_id)
    wanted = request.form.get("enrolment_id", "")
    rows = [row for row in board.rows if not wanted or str(row.enrolment_id) == wanted]
    if wanted and not rows:
        abort(404)
    done = remind_learners(db(), board=board, rows=rows, url=installation().settings.url, by=person_id())
    db().commit()
    if done:
        text = ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", len(done))
        flash(text, "success")
    else:
        flash(_("Nobody to remind: everything is done, or they had a reminder today already."), "info")
    return redirect(_here(session_id))
