"""What is taken out of a draft is kept aside, whole, and can come back where it was."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from courses.model import Module
from lms.catalog.models import CourseFile, RemovedPart
from lms.catalog.outlines import (
    OutlineError,
    close_change,
    list_activity,
    read_outline,
    renamed_entry,
    save_outline,
    write_modules,
)
from lms.catalog.services import delete_file, save_file

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.catalog.drafts import Draft
    from lms.storage import FileStore


def remove_activity(
    session: Session, store: FileStore, draft: Draft, *, activity_id: str, person_id: uuid.UUID | None
) -> RemovedPart:
    """Take an activity out of the outline; it is kept aside and can come back where it was."""
    module, activity = draft.module_of(activity_id), draft.course.activity(activity_id)
    outline = read_outline(draft, module)
    place = outline.position(activity.path)
    entry = outline.entries.pop(place)
    removed = _set_aside(session, draft, [activity.path], person_id)
    removed.kind, removed.title = "activity", activity.title[:300]
    removed.place = {"module": module.id, "position": place, "entry": entry}
    delete_file(session, store, draft.version, path=activity.path, refresh=False)
    save_outline(session, store, draft, outline)
    close_change(session, store, draft)
    return removed


def remove_module(
    session: Session, store: FileStore, draft: Draft, *, module_id: str, person_id: uuid.UUID | None
) -> RemovedPart:
    """Take a module out with its activities; OutlineError for the last one. It can come back whole."""
    modules = list(draft.course.modules)
    if len(modules) == 1:
        raise OutlineError("Un cours garde au moins un module.", "A course keeps at least one module.")
    module = draft.module(module_id)
    elsewhere = {one.path for other in modules if other is not module for one in other.activities}
    folder = f"modules/{module.folder}/"
    paths = [path for path in draft.files if path.startswith(folder) and path not in elsewhere]
    paths += [one.path for one in module.activities if not one.path.startswith(folder)]
    removed = _set_aside(session, draft, paths, person_id)
    removed.kind, removed.title = "module", module.title[:300]
    removed.place = {"folder": module.folder, "position": modules.index(module)}
    modules.remove(module)
    for path in paths:
        delete_file(session, store, draft.version, path=path, refresh=False)
    write_modules(session, store, draft, modules)
    close_change(session, store, draft)
    return removed


def set_aside_all(session: Session, draft: Draft, person_id: uuid.UUID | None) -> RemovedPart:
    """Keep every file of the draft aside, before an import takes its place."""
    removed = _set_aside(session, draft, list(draft.files), person_id)
    removed.kind, removed.title = "draft", draft.course.title[:300]
    return removed


def set_text_aside(
    session: Session, draft: Draft, *, path: str, title: str, text: str, person_id: uuid.UUID | None
) -> RemovedPart:
    """Keep a former text of a file aside: bringing it back swaps it with the present one."""
    kept = {path: {"text": text, "blob_key": "", "size": len(text.encode())}}
    removed = RemovedPart(
        hub_id=draft.version.hub_id,
        version_id=draft.version.id,
        kind="text",
        title=title[:300],
        files=kept,
        removed_by=person_id,
    )
    session.add(removed)
    session.flush()
    return removed


def _set_aside(session: Session, draft: Draft, paths: Sequence[str], person_id: uuid.UUID | None) -> RemovedPart:
    rows = session.scalars(
        select(CourseFile).where(CourseFile.version_id == draft.version.id, CourseFile.path.in_(paths))
    )
    kept = {row.path: {"text": row.text, "blob_key": row.blob_key, "size": row.size} for row in rows}
    removed = RemovedPart(
        hub_id=draft.version.hub_id, version_id=draft.version.id, kind="", title="", files=kept, removed_by=person_id
    )
    session.add(removed)
    return removed


def restore_part(session: Session, store: FileStore, draft: Draft, removed: RemovedPart) -> None:
    """Bring back what was removed, where it was; OutlineError when something else has taken its place since."""
    if removed.kind == "draft":
        _put_all_back(session, draft, removed)
    elif removed.kind == "text":
        _swap_text(session, store, draft, removed)
    else:
        if any(path in draft.files for path in removed.files):
            raise OutlineError("Un fichier de ce nom existe de nouveau.", "There is a file of that name again.")
        _put_back(session, draft, removed)
    if removed.kind == "activity":
        _list_again(session, store, draft, removed)
    elif removed.kind == "module":
        _module_again(session, store, draft, removed)
    session.delete(removed)
    session.flush()
    close_change(session, store, draft)


def _put_back(session: Session, draft: Draft, removed: RemovedPart) -> None:
    for path, kept in removed.files.items():
        session.add(CourseFile(hub_id=draft.version.hub_id, version_id=draft.version.id, path=path, **kept))
    session.flush()


def _put_all_back(session: Session, draft: Draft, removed: RemovedPart) -> None:
    session.execute(delete(CourseFile).where(CourseFile.version_id == draft.version.id))
    _put_back(session, draft, removed)


def _swap_text(session: Session, store: FileStore, draft: Draft, removed: RemovedPart) -> None:
    path, kept = next(iter(removed.files.items()))
    if path not in draft.files:
        raise OutlineError("Le fichier n'est plus dans le cours.", "The file is no longer in the course.")
    set_text_aside(session, draft, path=path, title=removed.title, text=draft.text(path), person_id=removed.removed_by)
    save_file(session, store, draft.version, path=path, data=kept["text"].encode(), refresh=False)


def _list_again(session: Session, store: FileStore, draft: Draft, removed: RemovedPart) -> None:
    place = removed.place
    try:
        module = draft.module(place["module"])
    except KeyError:
        module = draft.course.modules[-1]
        name = posixpath.relpath(next(iter(removed.files)), f"modules/{module.folder}")
        place = place | {"entry": renamed_entry(place["entry"], name)}
    list_activity(session, store, draft, module, place["entry"], place["position"])


def _module_again(session: Session, store: FileStore, draft: Draft, removed: RemovedPart) -> None:
    modules = list(draft.course.modules)
    modules.insert(removed.place["position"], Module("", "", "", removed.place["folder"]))
    write_modules(session, store, draft, modules)


def list_removed(session: Session, draft: Draft) -> Sequence[RemovedPart]:
    """What can be brought back, the last removed first."""
    return session.scalars(
        select(RemovedPart)
        .where(RemovedPart.version_id == draft.version.id)
        .order_by(RemovedPart.removed_at.desc())
        .limit(30)
    ).all()


def get_removed(session: Session, draft: Draft, part_id: uuid.UUID) -> RemovedPart | None:
    removed = session.get(RemovedPart, part_id)
    return removed if removed is not None and removed.version_id == draft.version.id else None
