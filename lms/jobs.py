"""Deferred work: what to do is in the database, the queue carries a name and ids only.

Features register with ``@job``; ``defer`` queues after the commit, so a job never looks for a row that was rolled
back. Progress that a person waits for is a row of ``Job``.
"""

from __future__ import annotations

import importlib
import logging
import sys
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, HubScoped, HubSession, Id, mark, unscoped, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from huey import Huey
    from sqlalchemy.orm import sessionmaker

    from lms.config import Settings
    from lms.storage import FileStore

log = logging.getLogger("bouquet.jobs")


class Job(Base, HubScoped):
    """A piece of long work that somebody asked for and waits for."""

    __tablename__ = "job"
    __personal_data__: ClassVar[str] = mark("who asked")
    __retention__: ClassVar[str] = mark("30 days: long enough to fetch the result")

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(12), default="waiting")  # waiting, running, done, failed
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    result_key: Mapped[str] = mapped_column(String(200), default="")
    result_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]


class Worker:
    """What a job gets: sessions, files and settings of the installation."""

    def __init__(self, sessions: sessionmaker[HubSession], files: FileStore, settings: Settings) -> None:
        self.sessions = sessions
        self.files = files
        self.settings = settings


_registry: dict[str, Callable[..., None]] = {}
_PENDING = "jobs after commit"


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register ``function(worker, *ids)`` under ``feature.verb``; a second one of that name is refused."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if name in _registry:
            raise ValueError(f"two jobs are named {name!r}")
        _registry[name] = function
        return function

    return register


def defer(session: Session, name: str, *ids: str) -> None:
    """Queue a job once the session has committed; nothing is queued when it rolls back."""
    if name not in _registry:
        raise KeyError(f"no job is named {name!r}")
    session.info.setdefault(_PENDING, []).append((name, ids))


def _import_huey(*, with_redis: bool) -> Any:
    """Import huey; the embedded installation spares the 18 MB of the drivers that huey takes along when it finds them."""
    if with_redis:
        if getattr(sys.modules.get("huey.storage"), "Redis", True) is None:  # it was imported without
            for name in [name for name in sys.modules if name.partition(".")[0] == "huey"]:
                del sys.modules[name]
        return importlib.import_module("huey")
    hidden = [name for name in ("redis", "psycopg") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        return importlib.import_module("huey")
    finally:
        for name in hidden:
            del sys.modules[name]


class JobQueue:
    """The huey behind it all: SQLite storage embedded, Redis in production."""

    def __init__(self, settings: Settings, worker: Worker, *, immediate: bool = False) -> None:
        library = _import_huey(with_redis=bool(settings.redis))
        self.huey: Huey
        if settings.redis:
            self.huey = library.RedisHuey("bouquet", url=settings.redis, immediate=immediate)
        else:
            self.huey = library.SqliteHuey("bouquet", filename=str(settings.data / "jobs.sqlite3"), immediate=immediate)
        self._crontab = library.crontab
        self._run = self.huey.task(name="run", retries=2, retry_delay=20)(self._dispatch)
        self.worker = worker

    def _dispatch(self, name: str, ids: list[str]) -> None:
        _registry[name](self.worker, *ids)

    def every_hour(self, function: Callable[[Worker], object]) -> None:
        """Have the consumer of this process call the function at half past each hour; it must bear being called twice."""
        name = function.__name__

        @self.huey.periodic_task(self._crontab(minute="30"), name=name)  # type: ignore[untyped-decorator]
        def _call() -> None:
            function(self.worker)

    def close(self) -> None:
        """Close the connection to the queue; it opens again when it is needed."""
        self.huey.storage.close()

    def push(self, name: str, ids: tuple[str, ...]) -> None:
        self._run(name, list(ids))

    def attach(self, sessions: sessionmaker[HubSession]) -> None:
        """Send what ``defer`` kept as soon as a session of this factory commits."""

        @event.listens_for(sessions, "after_commit")
        def _send(session: Session) -> None:
            for name, ids in session.info.pop(_PENDING, ()):
                self.push(name, ids)

        @event.listens_for(sessions, "after_rollback")
        def _forget(session: Session) -> None:
            session.info.pop(_PENDING, None)


def start_job(session: Session, *, kind: str, person_id: uuid.UUID | None, **arguments: Any) -> Job:
    """Write down a piece of long work and queue it; the registered function gets the job's id."""
    row = Job(kind=kind, person_id=person_id, arguments=arguments)
    session.add(row)
    session.flush()
    defer(session, kind, str(row.id))
    return row


def delete_old_jobs(worker: Worker, *, days: int = 30) -> dict[str, int]:
    """Remove the jobs older than their retention, and the uploads that nobody finished, with their files; say how many."""
    unfinished = Job.created_at < utc_now() - timedelta(hours=worker.settings.upload_hours)
    with worker.sessions() as session, unscoped(session):
        old = session.scalars(select(Job).where(Job.created_at < utc_now() - timedelta(days=days))).all()
        left = session.scalars(
            select(Job).where(Job.status == "receiving", unfinished, Job.id.not_in([one.id for one in old]))
        ).all()
        for row in (*old, *left):
            _delete_result(worker.files, row)
            session.delete(row)
        session.commit()
        return {"jobs": len(old), "uploads": len(left) + _delete_orphans(worker.files, session)}


def _delete_result(files: FileStore, row: Job) -> None:
    """The file of a job, or its whole folder."""
    if row.result_key.endswith("/"):
        files.delete(list(files.list_keys(row.result_key.rstrip("/"))))
    elif row.result_key:
        files.delete([row.result_key])


def _delete_orphans(files: FileStore, session: Session) -> int:
    """Files of uploads whose row is gone: a row is written before its first file, and deleted after its last."""
    found: dict[str, list[str]] = {}
    for key in files.list_keys("uploads"):
        found.setdefault(key.split("/")[2] if key.count("/") >= 2 else "", []).append(key)
    ids = [uuid.UUID(name) for name in found if _is_id(name)]
    known = {str(one) for one in session.scalars(select(Job.id).where(Job.id.in_(ids)))}
    orphans = [name for name in found if name not in known]
    for name in orphans:
        files.delete(found[name])
    return len(orphans)


def _is_id(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False
