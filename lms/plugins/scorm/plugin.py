"""A SCORM package, 1.2 or 2004, that runs on an origin of its own."""

from __future__ import annotations

import io
from contextlib import nullcontext
from hashlib import file_digest
from typing import IO, TYPE_CHECKING, Any, ClassVar

from courses.coverage import Uses
from courses.model import ScormPackage
from courses.package_content import objective_token
from lms.contracts import ActivityType, Context, Refusal, Shown
from scorm.archive import open_archive
from scorm.opening import manifest_of
from scorm.outline import package_outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, Course


class ScormActivity(ActivityType):
    name: ClassVar[str] = "scorm"
    label: ClassVar[dict[str, str]] = {"fr": "Module SCORM", "en": "SCORM package"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un module venu d'ailleurs, suivi selon SCORM 1.2 ou 2004.",
        "en": "A package from elsewhere, tracked with SCORM 1.2 or 2004.",
    }
    icon: ClassVar[str] = "package"
    many_attempts: ClassVar[bool] = True

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        content = activity.content
        if not isinstance(content, ScormPackage):
            raise Refusal("Le fichier n'est pas un paquet.", "The file is not a package.")
        with _open(files, content.path) as stream:
            known = getattr(files, "digest", None)  # files that know it need not be read for it
            sha256 = known(content.path) if known else file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
            with open_archive(stream) as archive:  # type: ignore[arg-type]
                manifest = manifest_of(archive)
        outline = package_outline(manifest)
        if not outline["scos"]:
            raise Refusal("Le paquet ne contient rien à ouvrir.", "The package holds nothing to open.")
        refs = Uses(course).refs(activity.objectives, activity.competencies)
        shown = {name: outline[name] for name in ("standard", "edition", "title", "scos")}
        named = _objectives(course, refs)
        return {"package": sha256, "competencies": [str(ref) for ref in refs], "objectives": named, **shown}

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:  # noqa: ARG002
        return Shown(
            "scorm/scorm.html",
            {
                "frame_url": context.frame(data["package"]),
                "language": context.language,
                "title": data["title"],
                "preview": context.preview,
                "attempt": context.attempt,
            },
            frame=True,
        )


def _objectives(course: Course, refs: Iterable[ItemRef]) -> dict[str, list[str]]:
    """The competencies behind each id that a package may give to its objectives.

    Those of the course's own objectives, and each competency under the names that packages write it with: our own
    packager's, its reference, and its bare code when only one has it.
    """
    named = {one.id: [str(ref) for ref in one.competencies] for one in course.objectives if one.competencies}
    listed = list(refs)
    codes = [ref.code for ref in listed]
    for ref in listed:
        for name in (objective_token(ref), str(ref), ref.code if codes.count(ref.code) == 1 else ""):
            if name:
                named.setdefault(name, [str(ref)])
    return named


def _open(files: Mapping[str, bytes], path: str) -> AbstractContextManager[IO[bytes]]:
    """The package as a seekable stream: on disk when the files can do so, in memory otherwise."""
    opener = getattr(files, "open", None)
    return opener(path) if opener else nullcontext(io.BytesIO(files[path]))
