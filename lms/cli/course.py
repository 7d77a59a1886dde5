"""``bouquet course``: courses as folders of text, with no web application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.cli.common import PROBLEMS, json_option, lang_option, leave, say_json

if TYPE_CHECKING:
    from competency_frameworks.model import ItemRef

FORMATS = ("scorm12", "scorm2004-3", "scorm2004-4", "html")
folder_argument = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))


def known_competency(ref: ItemRef) -> bool:
    """Say whether a bundled framework has this item."""
    from competency_frameworks.library import resolves

    return resolves(ref.framework, ref.version, ref.code)


@click.group()
def course() -> None:
    """Courses as folders: begin, check, pack."""


@course.command()
@folder_argument
@click.option("--fix", is_flag=True, help="Write the missing block ids into the pages first.")
@json_option
@lang_option
def check(folder: Path, fix: bool, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Report every problem of a course with file, line and cure (exit 1 when one must be corrected)."""
    from courses.check import check_files
    from courses.files import FolderFiles
    from courses.fixes import fix_missing_ids

    files = FolderFiles(folder)
    if fix:
        for path, data in fix_missing_ids(files).items():
            (folder / path).write_bytes(data)
        files = FolderFiles(folder)
    problems = check_files(files, known_competency)
    serious = any(problem.severity != "note" for problem in problems)
    if as_json:
        say_json([problem.as_dict(lang) for problem in problems])
    else:
        for problem in problems:
            click.echo(problem.text(lang))
        click.echo(_verdict(len(problems), lang))
    if serious:
        leave(PROBLEMS)


def _verdict(count: int, lang: str) -> str:
    if lang == "en":
        return "No problem found." if not count else f"{count} finding{'s' if count > 1 else ''}."
    return "Aucun problème." if not count else f"{count} constat{'s' if count > 1 else ''}."


@course.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", required=True, prompt=True)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def new(folder: Path, title: str, language: str) -> None:
    """Make the skeleton of a course, which already passes its check."""
    from courses.scaffold import new_course

    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: choose a new folder, nothing was written.")
    for path, data in new_course(title, language).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    click.echo(f"{folder}: bouquet course check {folder}")


@course.command("pack")
@folder_argument
@click.option("--module", help="Id of the only module to pack; else the whole course.")
@click.option("--format", "package_format", type=click.Choice(FORMATS), default="scorm12", show_default=True)
@click.option("--hub", default="", help="Who publishes it, for the provenance file.")
@click.option("--version", default="0", help="Version written in the package.")
@click.option("--source/--no-source", default=True, help="Carry the editable source inside.")
@click.option("--by-module", is_flag=True, help="One SCO a module instead of one for the whole.")
@click.option(
    "--sequencing/--no-sequencing",
    default=True,
    help="SCORM 2004 by module: prerequisites, pre-test that skips, post-test roll-up.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@lang_option
def pack_course(
    folder: Path, module: str | None, package_format: str, hub: str, version: str, source: bool, by_module: bool,  # noqa: FBT001
    sequencing: bool, output: Path, lang: str,  # noqa: FBT001
) -> None:  # fmt: skip
    """Write a SCORM package or an offline site; the folder is left as it is."""
    from courses.files import FolderFiles
    from courses.loader import load_course
    from courses.packaging import PackError, pack, plan
    from courses.provenance import Provenance

    files = FolderFiles(folder)
    loaded = load_course(files)
    if loaded.course is None:
        for problem in loaded.problems:
            click.echo(problem.text(lang), err=True)
        leave(PROBLEMS)
        return
    partial = output.with_name(output.name + ".part")
    try:
        cut: dict[str, Any] = {
            "module": module, "format": package_format, "by_module": by_module, "sequencing": sequencing,
        }  # fmt: skip
        notes = plan(loaded.course, files, **cut).notes
        chunks = pack(
            loaded.course, files, include_source=source, provenance=Provenance(hub=hub, version=version), **cut
        )
        with partial.open("wb") as target:
            for chunk in chunks:
                target.write(chunk)
        partial.replace(output)
    except PackError as error:
        partial.unlink(missing_ok=True)
        raise click.UsageError(error.text(lang)) from error
    for note in notes:
        click.echo(f"- {note.message[lang]}")
    click.echo(f"{output} ({output.stat().st_size} bytes)")


@course.command("changes")
@click.argument("old", type=click.Path(path_type=Path, exists=True))
@click.argument("new", type=click.Path(path_type=Path, exists=True))
@json_option
@lang_option
def changes(old: Path, new: Path, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Say what learners in progress will see of a new version; each of OLD and NEW is a folder or one of our packages."""
    from courses.changes import course_changes

    found = course_changes(_read_version(old, lang), _read_version(new, lang))
    if as_json:
        say_json([
            {"rule": one.rule, "effect": one.effect, "activity": one.activity, "title": one.title, "message": one.message[lang]}
            for one in found
        ])  # fmt: skip
        return
    for one in found:
        click.echo(f"{one.title}: {one.message[lang]}" if one.title else one.message[lang])
    if not found:
        click.echo("Nothing changes for those who learn." if lang == "en" else "Rien ne change pour qui apprend.")


def _read_version(path: Path, lang: str) -> tuple[Any, Any]:
    """A course folder, or a package that carries its source; the command stops when there is no course in it."""
    import zipfile

    from courses.files import COURSE_LIMITS, FolderFiles
    from courses.loader import load_course
    from courses.package_source import read_source
    from scorm.archive import ArchiveError, open_archive

    files: Any = FolderFiles(path) if path.is_dir() else None
    if files is None:
        try:
            with open_archive(path, COURSE_LIMITS) as archive:
                names = [name for name in archive.names if name == "bouquet.json" or name.startswith("source/")]
                found = read_source({name: archive.read(name, archive.size(name)) for name in names})
        except (ArchiveError, zipfile.BadZipFile) as error:
            raise click.UsageError(f"{path}: {error}") from error
        if found is None:
            raise click.UsageError(f"{path} carries no source of a course: give its folder instead.")
        files = found[0]
    loaded = load_course(files)
    if loaded.course is None:
        for problem in loaded.problems:
            click.echo(problem.text(lang), err=True)
        leave(PROBLEMS)
    return loaded.course, files


@course.command()
@folder_argument
@json_option
@lang_option
def coverage(folder: Path, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Show which competencies are taught, practised and assessed, and by how many questions."""
    from competency_frameworks.library import get
    from courses.coverage import coverage as cover
    from courses.files import FolderFiles
    from courses.loader import load_course

    loaded = load_course(FolderFiles(folder))
    if loaded.course is None:
        for problem in loaded.problems:
            click.echo(problem.text(lang), err=True)
        leave(PROBLEMS)
        return
    rows = cover(loaded.course)
    if as_json:
        say_json(
            [
                {
                    "competency": str(row.ref),
                    "taught": row.taught_by,
                    "practised": row.practised_by,
                    "assessed": row.assessed_by,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        framework = get(row.ref.framework, row.ref.version)
        item = framework.find(row.ref.code) if framework else None
        click.echo(
            f"{row.ref.code:<6} {len(row.taught_by):>3} {len(row.practised_by):>3} {len(row.assessed_by):>3}  "
            f"{item.statement.text(lang) if item else '?'}"
        )
