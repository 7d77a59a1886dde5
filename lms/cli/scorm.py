"""``bouquet scorm``: what a package is and what is wrong with it, with no web application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.cli.common import PROBLEMS, json_option, lang_option, leave, say_json
from lms.config import SettingsError, load_settings

if TYPE_CHECKING:
    from scorm.archive import Limits

files_argument = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
SEVERITY = {
    "fr": {"error": "erreur", "warning": "avertissement", "note": "remarque"},
    "en": {"error": "error", "warning": "warning", "note": "note"},
}


@click.group()
def scorm() -> None:
    """SCORM packages: check, describe, unpack."""


@scorm.command()
@files_argument
@json_option
@lang_option
def check(files: tuple[Path, ...], as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Report every problem of the packages, with place, cure and clause (exit 1 when one is not conformant)."""
    from scorm.check import check_package

    limits = _limits()
    reports = [check_package(path, limits, name=path.name) for path in files]
    if as_json:
        say_json([report.as_dict(lang) for report in reports])
    else:
        for report in reports:
            edition = (
                f"{report.standard} {report.edition}".strip() if report.standard != report.edition else report.standard
            )
            click.echo(click.style(f"{report.file}  SCORM {edition}".strip(), bold=True))
            for problem in report.problems:
                clause = f" [{problem.clause}]" if problem.clause else ""
                click.echo(
                    f"  {SEVERITY[lang][problem.severity]} {problem.where}: {problem.text(lang)} ({problem.rule}){clause}"
                )
            if not report.problems:
                click.echo("  " + ("Rien à signaler." if lang == "fr" else "Nothing to report."))
    if not all(report.conformant for report in reports):
        leave(PROBLEMS)


@scorm.command()
@files_argument
@json_option
@lang_option
def info(files: tuple[Path, ...], as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Say what the packages hold: standard, title, organizations, what can be opened, files and their weight."""
    from scorm.messages import ScormError

    rows: list[dict[str, Any]] = []
    for path in files:
        try:
            rows.append({"file": path.name, **_describe(path)})
        except ScormError as error:
            rows.append({"file": path.name, "rule": error.rule, "error": error.text(lang)})
    if as_json:
        say_json(rows)
    else:
        for row in rows:
            _say_row(row, lang)
    if any("error" in row for row in rows):
        leave(PROBLEMS)


@scorm.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path))
@lang_option
def unpack(file: Path, folder: Path, lang: str) -> None:
    """Unpack a package that a stranger made into a new FOLDER: all of it or, when it is refused, nothing."""
    from scorm.archive import ArchiveError
    from scorm.unpack import unpack_package

    try:
        names = unpack_package(file, folder, _limits())
    except FileExistsError as error:
        raise click.UsageError(f"{folder} exists already: give the name of a new folder.") from error
    except ArchiveError as error:
        click.echo(error.text(lang), err=True)
        leave(PROBLEMS)
    click.echo(f"{len(names)} {'fichiers' if lang == 'fr' else 'files'} -> {folder}")


def _describe(path: Path) -> dict[str, Any]:
    from scorm.archive import open_archive
    from scorm.opening import manifest_of
    from scorm.outline import launchable_scos, package_outline

    with open_archive(path, _limits()) as archive:
        manifest = manifest_of(archive)
        opened = {sco.item.identifier for sco in launchable_scos(manifest, archive)}
        outline = package_outline(manifest)
        scos = [sco | {"present": sco["id"] in opened} for sco in outline["scos"]]
        organizations = [{"id": one.identifier, "title": one.title} for one in manifest.organizations]
        return outline | {
            "scos": scos,
            "organizations": organizations,
            "files": len(archive.names),
            "bytes": archive.total_size,
        }


def _say_row(row: dict[str, Any], lang: str) -> None:
    click.echo(click.style(row["file"], bold=True))
    if "error" in row:
        click.echo(f"  {row['error']}")
        return
    edition = "" if row["edition"] == row["standard"] else f" {row['edition']}"
    click.echo(f"  SCORM {row['standard']}{edition}: {row['title']}")
    files, size = ("fichiers", "Mo") if lang == "fr" else ("files", "MB")
    click.echo(f"  {row['files']} {files}, {row['bytes'] / 2**20:.1f} {size}")
    if len(row["organizations"]) > 1:
        click.echo("  " + " · ".join(one["title"] or one["id"] for one in row["organizations"]))
    for sco in row["scos"]:
        missing = "" if sco["present"] else (" (fichier absent)" if lang == "fr" else " (file missing)")
        click.echo(f"  - {sco['title']}: {sco['url']}{missing}")


def _limits() -> Limits:
    """What the settings allow a package to cost; wrong settings are told as a wrong use."""
    try:
        return load_settings().package_limits
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
