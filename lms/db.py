"""The database: declarative base, column types, engine, and the one place that keeps each hub's rows apart.

``session`` always means an SQLAlchemy session. A session works for one hub (``scope_to_hub``) or, for the platform's own
work, for all of them (``unscoped``); a session that was told nothing refuses to read a hub's table.
"""

from __future__ import annotations

import os
import time
import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, Uuid, bindparam, create_engine, event, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, CursorResult, Engine, Executable, Select
    from sqlalchemy.engine import Dialect
    from sqlalchemy.orm import LoaderCriteriaOption, UOWTransaction


def new_id() -> uuid.UUID:
    """Return a time-ordered UUID (version 7, RFC 9562 §5.7), so that new rows land at the end of the index."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return uuid.UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


_clock: ContextVar[datetime | None] = ContextVar("clock", default=None)


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _clock.get() or datetime.now(UTC)


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Let the services believe that it is this instant: the demo plays a past season through them."""
    token = _clock.set(instant)
    try:
        yield
    finally:
        _clock.reset(token)


def mark(text: str) -> str:
    """Return the text as it is: the tool that gathers what must be translated looks for this name."""
    return text


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite keeps no zone, so it is given back here)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonColumn = JSON().with_variant(JSONB(), "postgresql")
Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=new_id)]


class Base(DeclarativeBase):
    """Parent of every table.

    Each table says in ``__personal_data__`` which personal data it holds (empty: none), in ``__retention__`` how long
    it is kept and why; a test fails when one does not.
    """

    __personal_data__: ClassVar[str]
    __retention__: ClassVar[str]

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JsonColumn,
        list[Any]: JsonColumn,
        uuid.UUID: Uuid,
    }


class HubScoped:
    """A row that belongs to one hub; reads are narrowed to the session's hub and writes are checked against it."""

    @declared_attr
    def hub_id(cls) -> Mapped[uuid.UUID]:  # noqa: N805
        return mapped_column(Uuid, ForeignKey("hub.id", ondelete="CASCADE"), index=True)


class HubShared:
    """A row of one hub, or of the whole installation (``hub_id`` is None): every hub reads the latter, none changes it."""

    @declared_attr
    def hub_id(cls) -> Mapped[uuid.UUID | None]:  # noqa: N805
        return mapped_column(Uuid, ForeignKey("hub.id", ondelete="CASCADE"), index=True)


class HubScopeError(RuntimeError):
    """A session touched a hub's rows without saying which hub it works for, or wrote into another hub."""


ALL_HUBS = "all hubs"


def scope_to_hub(session: Session, hub_id: uuid.UUID) -> None:
    """Make the session work for this hub from now on."""
    if session.info.get("hub") not in (None, hub_id):
        # rows of the former hub must not be answered from the identity map
        session.expunge_all()
    session.info["hub"] = hub_id


@contextmanager
def unscoped(session: Session) -> Iterator[Session]:
    """Let the session see all hubs for a while: platform work, the shared catalogue, the command line."""
    before = session.info.get("hub")
    session.info["hub"] = ALL_HUBS
    try:
        yield session
    finally:
        session.info["hub"] = before


def _narrow_to_hub(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    if not (state.is_select or state.is_update or state.is_delete):
        return
    hub = state.session.info.get("hub")
    if hub == ALL_HUBS:
        return
    if hub is None:
        if any(issubclass(mapper.class_, (HubScoped, HubShared)) for mapper in state.all_mappers):
            raise HubScopeError("this session was told no hub: call scope_to_hub or unscoped first")
        return
    state.statement = state.statement.options(*_only_of(hub, reads=state.is_select))


@lru_cache(maxsize=1024)
def _only_of(hub: uuid.UUID, *, reads: bool) -> tuple[LoaderCriteriaOption, LoaderCriteriaOption]:
    """The conditions that every table of a hub gets; made once a hub, because making them costs as much as a query."""
    own = with_loader_criteria(
        HubScoped, lambda cls: cls.hub_id == hub, include_aliases=True, track_closure_variables=True
    )
    if not reads:
        return own, with_loader_criteria(
            HubShared, lambda cls: cls.hub_id == hub, include_aliases=True, track_closure_variables=True
        )
    return own, with_loader_criteria(
        HubShared,
        lambda cls: or_(cls.hub_id == hub, cls.hub_id.is_(None)),
        include_aliases=True,
        track_closure_variables=True,
    )


def _check_hub_on_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    hub = session.info.get("hub")
    if hub == ALL_HUBS:
        return
    for row in session.new:
        if isinstance(row, (HubScoped, HubShared)):
            if row.hub_id is None and hub is not None:
                row.hub_id = hub
            if hub is None or row.hub_id != hub:
                raise HubScopeError(f"{type(row).__name__} would be written outside the session's hub")
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, (HubScoped, HubShared)) and row.hub_id != hub:
            raise HubScopeError(f"{type(row).__name__} of another hub would be changed")


class _Compiled(dict[Any, Any]):
    """The compiled forms of one statement. Its key for SQLAlchemy, long to hash, is the same each time: it is left out."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0], *key[2:]), default)  # the dialect; parameters and how they are given

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0], *key[2:]), value)


class Prepared:
    """A statement that is made once and run at every request, straight on the connection: nothing narrows it to a hub."""

    __slots__ = ("_options", "_statement")

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._options = {"compiled_cache": _Compiled()}

    def on(self, connection: Connection, values: dict[str, Any]) -> CursorResult[Any]:
        """Run it with these values."""
        return connection.execute(self._statement, values, execution_options=self._options)


class Read(Prepared):
    """A select of columns that is made once and run at every request."""

    __slots__ = ()

    def run(self, session: Session, values: dict[str, Any]) -> Sequence[Any]:
        """Return the rows as the statement says: no hub narrows it."""
        return self.on(session.connection(), values).all()


class HubRead:
    """A select of columns that pages run at every request, made once with the condition on the hub in it.

    It reads past the session's entities, straight from the connection: a third of the cost. A session that works for no
    single hub runs the plain statement by the rules of every other one.
    """

    __slots__ = ("_narrowed", "_plain")

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._plain = statement
        self._narrowed = Read(
            statement.options(
                with_loader_criteria(HubScoped, lambda cls: cls.hub_id == bindparam("hub"), include_aliases=True),
                with_loader_criteria(
                    HubShared,
                    lambda cls: or_(cls.hub_id == bindparam("hub"), cls.hub_id.is_(None)),
                    include_aliases=True,
                ),
            )
        )

    def rows(self, session: Session, /, **values: Any) -> Sequence[Any]:
        """Return the rows of the session's hub; HubScopeError when the session was told no hub."""
        hub = session.info.get("hub")
        if hub is None or hub == ALL_HUBS:
            return session.execute(self._plain, values).all()
        if session.new or session.dirty or session.deleted:
            session.flush()
        return self._narrowed.run(session, {**values, "hub": hub})


class HubSession(Session):
    """A session whose hub rows are kept apart."""


event.listen(HubSession, "do_orm_execute", _narrow_to_hub)
event.listen(HubSession, "before_flush", _check_hub_on_flush)


def make_engine(url: str) -> Engine:
    """Return an engine for SQLite (WAL, foreign keys on, waits 10 s for a writer) or PostgreSQL (psycopg 3)."""
    if url.startswith("postgresql:"):
        url = url.replace("postgresql:", "postgresql+psycopg:", 1)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def make_session_factory(engine: Engine) -> sessionmaker[HubSession]:
    """Return the factory of sessions bound to this engine; objects stay readable after the commit."""
    return sessionmaker(engine, class_=HubSession, expire_on_commit=False)
