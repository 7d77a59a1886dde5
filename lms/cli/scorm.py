"""``bouquet scorm``: what a package is and what is wrong with it, with no web application."""

from __future__ import annotations

from pathlib import Path

import click

from lms.cli.common import PROBLEMS, json_option, lang_option, leave, say_json

files_argument = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
SEVERITY = {
    "fr": {"error": "erreur", "warning": "avertissement", "note": "remarque"},
    "en": {"error": "error", "warning": "warning", "note": "note"},
}


@click.group()
def scorm() -> None:
    """SCORM packages: check, describe."""


@scorm.command()
@files_argument
@json_option
@lang_option
def check(files: tuple[Path, ...], as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Report every problem of the packages, with place, cure and clause (exit 1 when one is not conformant)."""
    from scorm.check import check_package

    reports = [check_package(path, name=path.name) for path in files]
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
    """Say what the packages hold: standard, title, SCOs."""
    from scorm.archive import ArchiveError, open_archive
    from scorm.manifest import read_manifest
    from scorm.messages import ScormError
    from scorm.outline import package_outline

    rows = []
    for path in files:
        try:
            with open_archive(path) as archive:
                manifest = read_manifest(archive.read("imsmanifest.xml"))
                rows.append({"file": path.name, **package_outline(manifest)})
        except (ArchiveError, ScormError) as error:
            rows.append({"file": path.name, "error": error.message.text(lang)})
    if as_json:
        say_json(rows)
    else:
        for row in rows:
            click.echo(click.style(row["file"], bold=True))
            if "error" in row:
                click.echo(f"  {row['error']}")
                continue
            click.echo(f"  SCORM {row['standard']} {row['edition']}: {row['title']}")
            for sco in row["scos"]:
                click.echo(f"  - {sco['title']}: {sco['url']}")
    if any("error" in row for row in rows):
        leave(PROBLEMS)
