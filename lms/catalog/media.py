"""Pictures and other media that authors send: told by their bytes, bounded, safe to show."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from courses.ids import slug, unique_id
from courses.media import read_svg, unsafe_in_svg
from lms.catalog.services import save_file

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from lms.catalog.drafts import Draft
    from lms.storage import FileStore

MAX_PICTURE = 12 * 2**20
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
)


class MediaError(ValueError):
    """A file that cannot be a picture of a course; ``fr`` and ``en`` say why and what to do."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.fr


def picture_suffix(data: bytes) -> str:
    """The suffix that the bytes of a picture deserve, whatever its name says; MediaError when it is refused."""
    if len(data) > MAX_PICTURE:
        raise MediaError(
            f"L'image dépasse {MAX_PICTURE >> 20} Mo : réduisez-la, puis envoyez-la de nouveau.",
            f"The picture is larger than {MAX_PICTURE >> 20} MB: make it smaller, then send it again.",
        )
    for signature, suffix in _SIGNATURES:
        if data.startswith(signature):
            return suffix
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return ".avif"
    return _drawing(data)


def _drawing(data: bytes) -> str:
    root = read_svg(data)
    if root is None:
        raise MediaError(
            "Ce fichier n'est pas une image : choisissez un PNG, JPEG, GIF, WebP, AVIF ou SVG.",
            "This file is not a picture: choose a PNG, JPEG, GIF, WebP, AVIF or SVG.",
        )
    unsafe = unsafe_in_svg(root)
    if unsafe:
        raise MediaError(
            f"Ce dessin contient « {unsafe[:40]} », qui peut agir sur la page : exportez-le sans script ni lien, ou en PNG.",
            f"This drawing holds “{unsafe[:40]}”, which could act on the page: export it without script or link, or as PNG.",
        )
    return ".svg"


def save_picture(session: Session, store: FileStore, draft: Draft, *, name: str, data: bytes) -> str:
    """Keep a picture under ``media/`` and return its path; the same bytes a second time give the same path."""
    suffix = picture_suffix(data)
    stem = slug(PurePosixPath(name.replace("\\", "/")).stem, "image")
    path = _free(stem, suffix, draft.files)
    for other in draft.files:
        if (
            other.startswith("media/")
            and other.endswith(suffix)
            and draft.files.size(other) == len(data)
            and draft.files[other] == data
        ):
            return other
    save_file(session, store, draft.version, path=path, data=data)
    return path


def _free(stem: str, suffix: str, files: Collection[str]) -> str:
    taken = {PurePosixPath(path).stem for path in files if path.startswith("media/")}
    return f"media/{unique_id(stem, taken)}{suffix}"
