"""SCORM packages coming in: one of ours becomes an editable course again, any other one a course that plays it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from courses.files import CHUNK, ArchiveFiles
from courses.ids import slug
from courses.model import Activity, Course, Module, ScormPackage
from courses.package_source import PROVENANCE, locate_source
from courses.writer import write_course_yaml, write_module_yaml
from lms.contracts import Importer, Refusal
from lms.contracts.exchange import Imported
from scorm.archive import ArchiveError, open_archive
from scorm.check import check_package
from scorm.messages import ScormError
from scorm.opening import manifest_of
from scorm.outline import launchable_scos

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "01-module"
MAX_PROVENANCE = 2 * 2**20


class ScormImporter(Importer):
    name: ClassVar[str] = "scorm"
    label: ClassVar[dict[str, str]] = {"fr": "Paquet SCORM", "en": "SCORM package"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un paquet de Bouquet redevient un cours à modifier ; un autre se joue tel quel.",
        "en": "A package of Bouquet becomes a course to edit again; another one plays as it is.",
    }

    def recognises(self, path: Path) -> bool:
        """A manifest, or the source of one of our packages."""
        try:
            with open_archive(path) as archive:
                return archive.has_manifest or {PROVENANCE, "source/course.yaml"} <= set(archive.names)
        except ArchiveError:
            return False

    def read(self, path: Path) -> Imported:
        try:
            with open_archive(path) as archive:
                ours = PROVENANCE in archive and "source/course.yaml" in archive
                ours = ours and archive.size(PROVENANCE) <= MAX_PROVENANCE
            if ours:
                files = ArchiveFiles(path)
                found = locate_source(files)
                if found is not None:
                    files.members, provenance = found
                    return Imported(files, provenance.as_dict())
                files.close()
            return self._foreign(path)
        except ScormError as error:
            raise Refusal(error.fr, error.en) from error

    def _foreign(self, path: Path) -> Imported:
        report = check_package(path)
        if not report.conformant and not report.standard:
            first = report.problems[0]
            raise Refusal(first.text("fr"), first.text("en"))
        with open_archive(path) as archive:
            manifest = manifest_of(archive)
            if not launchable_scos(manifest, archive):
                why = [one for one in report.problems if one.severity == "error"][:3]
                fr, en = (" ".join(one.text(language) for one in why) for language in ("fr", "en"))
                raise Refusal(
                    f"Rien ne peut s'ouvrir dans ce paquet. {fr}", f"Nothing can be opened in this package. {en}"
                )
        title = (manifest.title or "SCORM")[:200]
        name = f"{slug(title, 'paquet')}.zip"
        activity = Activity(
            "paquet", "scorm", title, ScormPackage(f"modules/{MODULE}/{name}"), f"modules/{MODULE}/{name}"
        )
        module = Module("mod-paquet", title, "", MODULE, (), (activity,))
        with path.open("rb") as stream:
            mark = hashlib.file_digest(stream, "sha256").hexdigest()[:8]
        course = Course(
            f"{slug(title, 'paquet')[:54].strip('-')}-{mark}", title, "fr", "", "", "", "", modules=(module,)
        )
        texts = {
            "course.yaml": write_course_yaml(course).encode(),
            f"modules/{MODULE}/module.yaml": write_module_yaml(module).encode(),
        }
        errors = sum(problem.severity == "error" for problem in report.problems)
        return Imported(_WithPackage(texts, activity.path, path), {}, _notes(report.standard, report.edition, errors))


def _notes(standard: str, edition: str, errors: int) -> tuple[dict[str, str], ...]:
    name = f"SCORM {standard}" + (f" ({edition})" if edition and edition != standard else "")
    notes = [{
        "fr": f"Paquet {name} venu d'ailleurs : il se joue tel quel, son contenu ne se modifie pas ici. Dites sa licence et ses auteurs.",
        "en": f"{name} package from elsewhere: it plays as it is, its content cannot be edited here. Say its licence and authors.",
    }]  # fmt: skip
    if errors:
        notes.append({
            "fr": f"{errors} point(s) s'écartent de la norme : essayez-le avant de le proposer.",
            "en": f"{errors} point(s) depart from the standard: try it before you offer it.",
        })  # fmt: skip
    return tuple(notes)


class _WithPackage(Mapping[str, bytes]):
    """A few texts and one package that stays on disk, read in pieces."""

    def __init__(self, texts: dict[str, bytes], name: str, package: Path) -> None:
        self._texts, self._name, self._package = texts, name, package

    def __getitem__(self, name: str) -> bytes:
        return self._package.read_bytes() if name == self._name else self._texts[name]

    def __contains__(self, name: object) -> bool:
        return name == self._name or name in self._texts

    def __iter__(self) -> Iterator[str]:
        yield from (*self._texts, self._name)

    def __len__(self) -> int:
        return len(self._texts) + 1

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file in pieces."""
        if name != self._name:
            yield self._texts[name]
            return
        with self._package.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def size(self, name: str) -> int:
        return self._package.stat().st_size if name == self._name else len(self._texts[name])
