"""``bouquet framework``: competency frameworks as data, with no web application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.cli.common import PROBLEMS, json_option, lang_option, leave, say_json

if TYPE_CHECKING:
    from competency_frameworks.model import Framework
    from competency_frameworks.problems import ReadResult

READ = ("auto", "yaml", "case1.1", "case1.0", "moodle-csv", "canvas-csv", "skos-ttl", "skos-jsonld", "digcomp-jsonld", "rncp-xml", "xlsx", "csv", "json-table")  # fmt: skip
WRITTEN = ("yaml", "case1.1", "case1.0", "moodle-csv", "canvas-csv", "skos-ttl", "skos-jsonld", "xlsx", "csv")
file_type = click.Path(path_type=Path, exists=True, dir_okay=False)
from_option = click.option(
    "--from", "source", type=click.Choice(READ), default="auto", show_default=True, help="Format of the file."
)
texts_option = click.option(
    "--texts", default="fr", show_default=True, help="Language of the texts, where the format cannot say."
)


@click.group()
def framework() -> None:
    """Competency frameworks: list, show, check, convert, compare, cover."""


@framework.command("list")
@json_option
@lang_option
def list_all(as_json: bool, lang: str) -> None:  # noqa: FBT001
    """List the bundled frameworks."""
    from competency_frameworks.library import load_bundled

    rows = [
        {
            "id": one.id, "version": one.version, "title": one.title.text(lang), "items": len(one.items), "licence": one.licence,
            "audiences": [f"{audience.who.text(lang)}: {audience.purpose.text(lang)}" for audience in one.audiences],
            "status": one.status, "supersedes": one.supersedes, "source": one.source.title,
            "verification": one.verification.status, "translations": dict(one.translation_status),
        }
        for one in load_bundled().values()
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    for row in rows:
        click.echo(f"{row['id']}@{row['version']}  {row['title']}  ({row['items']})")


@framework.command()
@click.argument("name")
@lang_option
def show(name: str, lang: str) -> None:
    """Show a framework (id, id@version, or a file) as a tree."""
    found = _named(name)
    click.echo(click.style(f"{found.title.text(lang)} ({found.id}@{found.version})", bold=True))
    click.echo(found.description.text(lang))
    stack = [(item, 0) for item in reversed(found.roots())]
    while stack:
        item, depth = stack.pop()
        click.echo(f"{'  ' * depth}{item.code}  {item.statement.text(lang)}")
        stack += [(child, depth + 1) for child in reversed(found.children(item.code))]


@framework.command()
@click.argument("files", nargs=-1, required=True, type=file_type)
@from_option
@texts_option
@json_option
@lang_option
def check(files: tuple[Path, ...], source: str, texts: str, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Report every problem of framework files, whatever their format; exit 1 when one must be corrected."""
    from competency_frameworks.formats.registry import read_any

    problems = [problem for path in files for problem in read_any(path.read_bytes(), str(path), source, texts).problems]
    rows = [
        {"rule": one.rule, "severity": one.severity, "act": one.act, "place": one.place, "text": one.text(lang)}
        for one in problems
    ]
    if as_json:
        say_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['severity']}: {row['text']}")
        if not rows:
            click.echo("Aucun problème." if lang == "fr" else "No problem found.")
    if any(row["severity"] == "error" for row in rows):
        leave(PROBLEMS)


@framework.command()
@click.argument("incoming", metavar="IN", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("outgoing", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
@from_option
@click.option("--to", "target", type=click.Choice(WRITTEN), required=True, help="Format to write.")
@click.option(
    "--only", default="", help="RNCP: number of the certification to read (RNCP37275), in a file of any size."
)
@click.option(
    "--onto", type=file_type, help="A framework file that this one updates, by identity: what it cannot say stays."
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report here (.json: as data).",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be done, write nothing.")
@texts_option
@json_option
@lang_option
def convert(
    incoming: Path, outgoing: Path, source: str, target: str, only: str, onto: Path | None, report_file: Path | None, dry_run: bool,  # noqa: FBT001
    texts: str, as_json: bool, lang: str,  # noqa: FBT001
) -> None:  # fmt: skip
    """Convert a framework file from any format to another; exit 1 when it cannot be read."""
    from competency_frameworks.formats.registry import FORMATS, read_any
    from competency_frameworks.merge import merge_read
    from competency_frameworks.problems import ReadResult
    from competency_frameworks.report import report

    result = _read_rncp(incoming, only) if only else read_any(incoming.read_bytes(), str(incoming), source, texts)
    existing = _file(onto) if onto else None
    merged = merge_read(existing, result) if existing else None
    written = merged.framework if merged else result.framework
    pieces, losses = FORMATS[target].write(written) if written else (iter(()), ())
    told = report(ReadResult(result.framework, (*result.problems, *losses), result.format), str(incoming), merged)
    data = told.as_dict(lang) | {"to": target, "written": written is not None and not dry_run}
    if report_file and not dry_run:
        _write(report_file, [_as_json(data) if report_file.suffix == ".json" else told.text(lang).encode() + b"\n"])
    if written and not dry_run:
        _write(outgoing, pieces)
    if as_json:
        say_json(data)
    else:
        click.echo(told.text(lang))
    if written is None:
        leave(PROBLEMS)


@framework.command()
@click.argument("before")
@click.argument("after")
@json_option
@lang_option
def diff(before: str, after: str, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Compare two frameworks (id, id@version, or files): added, removed, moved, reworded, split, merged, re-levelled."""
    from competency_frameworks.library import diff_between

    found = diff_between(_named(before), _named(after))
    if as_json:
        say_json(found.as_dict(lang))
        return
    words = _KINDS[lang]
    for change in found.changes:
        alike = "" if change.similarity is None else f"  {round(change.similarity * 100)} %"
        who = f"  [{words['guess']}]" if change.guess else f"  [{change.confirmed_by}]" if change.confirmed_by else ""
        ends = " → ".join(filter(None, (", ".join(change.before), ", ".join(change.after))))
        click.echo(f"{words[change.kind]}: {ends}{alike}{who}")
    click.echo(words["count"].format(len(found.changes), len(found.pairs), len(found.guesses)))
    if not found.complete:
        click.echo(words["partial"])


_KINDS = {
    "fr": {
        "added": "ajouté", "removed": "retiré", "recoded": "code changé", "moved": "déplacé", "reworded": "reformulé",
        "relevelled": "niveaux changés", "split": "partagé", "merged": "réuni", "guess": "à confirmer",
        "count": "{0} changements, {1} éléments retrouvés, {2} à confirmer.",
        "partial": "Trop d'éléments sans correspondance : les reformulations parmi eux n'ont pas été cherchées.",
    },
    "en": {
        "added": "added", "removed": "removed", "recoded": "code changed", "moved": "moved", "reworded": "reworded",
        "relevelled": "re-levelled", "split": "split", "merged": "merged", "guess": "to be confirmed",
        "count": "{0} changes, {1} items found again, {2} to be confirmed.",
        "partial": "Too many items without a pair: rewordings among them were not searched.",
    },
}  # fmt: skip


@framework.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
@lang_option
def coverage(folder: Path, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Show what a course covers of each framework it names: taught, practised, assessed; gaps first."""
    from courses.coverage import coverage as cover
    from courses.files import FolderFiles
    from courses.loader import load_course

    loaded = load_course(FolderFiles(folder))
    if loaded.course is None:
        for problem in loaded.problems:
            click.echo(problem.text(lang), err=True)
        leave(PROBLEMS)
        return
    rows = {(row.ref.framework, row.ref.version, row.ref.code): row for row in cover(loaded.course)}
    lines = [line for key in dict.fromkeys(key[:2] for key in rows) for line in _cover(key, rows, lang)]
    if as_json:
        say_json(lines)
        return
    for line in sorted(
        lines, key=lambda line: (line["framework"], bool(line["taught"] or line["practised"] or line["assessed"]))
    ):
        counts = "".join(f"{len(line[name]):>4}" for name in ("taught", "practised", "assessed"))
        click.echo(f"{line['framework']}  {line['code']:<10}{counts}  {line['statement']}")


def _cover(key: tuple[str, ...], rows: dict[tuple[str, str, str], Any], lang: str) -> list[dict[str, Any]]:
    """Every leaf of the framework, and every item the course names, with what the course does for it."""
    from competency_frameworks.library import get

    found = get(key[0], key[1])
    leaves = [item.code for item in found.items if not found.children(item.code)] if found else []
    codes = dict.fromkeys((*leaves, *(code for *ends, code in rows if tuple(ends) == key)))
    lines = []
    for code in codes:
        row, item = rows.get((key[0], key[1], code)), found.find(code) if found else None
        lines.append(
            {
                "framework": "@".join(key), "code": code, "statement": item.statement.text(lang) if item else "?",
                "taught": row.taught_by if row else (), "practised": row.practised_by if row else (),
                "assessed": row.assessed_by if row else (),
            }
        )  # fmt: skip
    return lines


# -- what the commands share -------------------------------------------------------------------------------------------


def _named(name: str) -> Framework:
    """A bundled framework by its name, or the one in a file."""
    from competency_frameworks.library import named

    found = named(name)
    if found is not None:
        return found
    path = Path(name)
    if path.is_file():
        return _file(path)
    raise click.UsageError(f"No bundled framework and no file is {name!r}: bouquet framework list")


def _file(path: Path) -> Framework:
    from competency_frameworks.formats.registry import read_any

    result = read_any(path.read_bytes(), str(path))
    if result.framework is None:
        raise click.UsageError("\n".join(problem.text("en") for problem in result.errors))
    return result.framework


def _read_rncp(path: Path, only: str) -> ReadResult:
    from lxml.etree import XMLSyntaxError

    from competency_frameworks.formats.rncp_xml import stream_rncp_xml

    try:
        with path.open("rb") as source:
            found = next(stream_rncp_xml(source, str(path), only), None)
    except XMLSyntaxError as error:
        raise click.UsageError(f"{path}: {error}") from error
    if found is None:
        raise click.UsageError(f"{path}: no certification {only}")
    return found


def _as_json(value: object) -> bytes:
    import json

    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _write(path: Path, pieces: Any) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as target:
            for piece in pieces:
                target.write(piece)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
