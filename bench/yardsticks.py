"""What the same machine does with next to nothing: the bare application that Bouquet is compared with.

It is served by the same function as Bouquet, with the same number of workers and threads, its memory settled alike.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid  # noqa: TC003 - Flask reads the annotation
from typing import Any

from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Column, Float, Integer, MetaData, Table, Text
from sqlalchemy.dialects.sqlite import insert

from lms.cli.serve import settle_memory
from lms.db import make_engine

# both templates make about 10 KB with 60 addresses: one of a rule with a number, the other of a rule as Bouquet's are
ROWS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><main><ul>
{% for row in rows %}<li class="card card-body mb-3"><h2 class="h5">{{ row.title }}</h2><p>{{ row.text }}</p>
<a class="btn btn-secondary" href="{{ ADDRESS }}">{{ row.title }}</a></li>
{% endfor %}</ul></main></body></html>"""
SHORT = ROWS.replace("ADDRESS", "url_for('short_page', number=row.number)")
PAGE = ROWS.replace("ADDRESS", "url_for('page', hub_slug=hub_slug, enrolment_id=enrolment_id, key=row.key)")
for _plain in (' class="card card-body mb-3"', ' class="btn btn-secondary"'):
    PAGE = PAGE.replace(_plain, "")  # as many bytes less as its addresses are longer
DATA = [
    {"number": n, "key": f"activity-{n}", "title": f"Row {n}", "text": "About as much text as an entry has"}
    for n in range(60)
]

application = Flask(__name__)
application.jinja_env.loader = DictLoader({"short.html": SHORT, "page.html": PAGE})
_local = threading.local()
_engine = make_engine(f"sqlite:///{os.environ['BENCH_DATABASE']}")
_kept = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("data", Text), Column("score", Float))
with _engine.begin() as _connected:  # each worker comes here: only the first makes it
    _connected.exec_driver_sql("create table if not exists kept (id integer primary key, data text, score real)")


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(os.environ["BENCH_DATABASE"], timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
            _local.connection.execute(f"pragma {pragma}")
    connection: sqlite3.Connection = _local.connection
    return connection


@application.post("/driver/<int:number>")
def save_with_driver(number: int) -> dict[str, Any]:
    """One row written and committed by the database module of Python."""
    connection = _connection()
    connection.execute(
        "insert into kept values (?, ?, ?) on conflict (id) do update set data = excluded.data, score = excluded.score",
        (number, request.get_data(as_text=True), 0.5),
    )
    connection.commit()
    return {"saved": True}


@application.post("/core/<int:number>")
def save_with_core(number: int) -> dict[str, Any]:
    """One row written and committed through SQLAlchemy Core, as any application of this kind would."""
    statement = insert(_kept).values(id=number, data=request.get_data(as_text=True), score=0.5)
    new = {"data": statement.excluded.data, "score": statement.excluded.score}
    with _engine.begin() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))
    return {"saved": True}


@application.get("/short/<int:number>")
def short_page(number: int) -> str:
    """A page of about 10 KB with 60 addresses, each of one number."""
    return render_template("short.html", title=f"Page {number}", rows=DATA)


@application.get("/h/<hub_slug>/learn/<uuid:enrolment_id>/<key>")
def page(hub_slug: str, enrolment_id: uuid.UUID, key: str) -> str:
    """The same with addresses of three parts, as those of a learner's pages: hub, enrolment, activity."""
    return render_template("page.html", title=key, rows=DATA, hub_slug=hub_slug, enrolment_id=enrolment_id)


settle_memory()
