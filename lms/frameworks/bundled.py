"""The bundled frameworks as rows that belong to no hub, brought in line with their files when the program starts."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from competency_frameworks.library import load_bundled
from lms.db import HubSession, unscoped, utc_now
from lms.frameworks.models import FrameworkRecord, FrameworkVersion
from lms.frameworks.services.writing import write_version

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from competency_frameworks.model import Framework


def files_hash() -> str:
    """SHA-256 of the bundled files and of the code that reads them, without reading them as frameworks."""
    whole = hashlib.sha256()
    root = files("competency_frameworks")
    for folder in (root / "data", root / "formats", root):
        for entry in sorted(folder.iterdir(), key=lambda one: one.name):
            if entry.is_file() and not entry.name.endswith(".pyc"):
                whole.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return whole.hexdigest()


def bundled_is_current(engine: Engine) -> bool:
    """Whether the rows are those of the files; the frameworks themselves are not read."""
    row = FrameworkVersion
    with HubSession(engine) as session, unscoped(session):
        return set(session.scalars(select(row.source_hash).where(row.hub_id.is_(None)))) == {files_hash()}


def sync_bundled(engine: Engine) -> int:
    """Write the bundled frameworks that have changed and return how many."""
    if bundled_is_current(engine):
        return 0
    wanted = files_hash()
    with HubSession(engine) as session, unscoped(session):
        changed = sum(_write(session, framework) for framework in load_bundled().values())
        # one that is bundled no more stays: courses and evidence may name it
        session.execute(update(FrameworkVersion).where(FrameworkVersion.hub_id.is_(None)).values(source_hash=wanted))
        session.commit()
    return changed


def _write(session: Session, framework: Framework) -> bool:
    record = session.scalar(
        select(FrameworkRecord).where(FrameworkRecord.hub_id.is_(None), FrameworkRecord.key == framework.id)
    )
    if record is None:
        record = FrameworkRecord(hub_id=None, key=framework.id, title=dict(framework.title.pairs))
        session.add(record)
        session.flush()
    version = session.scalar(
        select(FrameworkVersion).where(
            FrameworkVersion.framework_id == record.id, FrameworkVersion.version == framework.version
        )
    )
    if version is None:
        version = FrameworkVersion(hub_id=None, framework=record, version=framework.version)
        session.add(version)
    if version.content_hash == framework.content_hash:
        return False
    version.status = "draft"  # only here: what Bouquet brings is corrected in place, references stay
    session.flush()
    write_version(session, version, framework)
    version.status, version.content_hash = framework.status, framework.content_hash
    version.published_at = version.published_at or utc_now()
    return True
