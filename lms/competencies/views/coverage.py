"""What courses do for frameworks: one course, and a whole framework beside the courses of the hub, drawn and exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from lms.catalog.queries import get_course, list_versions
from lms.competencies.queries import course_coverage
from lms.competencies.queries.matrix import coverage_matrix
from lms.competencies.views.blueprint import READERS, bp, language, load_version
from lms.frameworks.store import load_version as load_model
from lms.web.access import access
from lms.web.sheets import write_csv, write_xlsx
from lms.web.state import db

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from lms.catalog.models import CourseRecord, CourseVersion
    from lms.competencies.queries import FrameworkCoverage
    from lms.competencies.queries.matrix import Cell, Matrix

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS = 600  # of a page; the files hold all of them


def _version(course_id: uuid.UUID) -> tuple[CourseRecord, list[CourseVersion], CourseVersion | None]:
    course = get_course(db(), course_id)
    if course is None:
        abort(404)
    versions = list(list_versions(db(), course.id))
    number = request.args.get("version", type=int)
    version = next((one for one in versions if number in (None, one.number)), None)
    if number is not None and version is None:
        abort(404)
    return course, versions, version


@bp.get("/courses/<uuid:course_id>/coverage", endpoint="course_coverage")
@access(*READERS)
def course_coverage_page(course_id: uuid.UUID) -> str:
    """What a published version of a course teaches, practises and assesses, gaps first."""
    course, versions, version = _version(course_id)
    return render_template(
        "competencies/coverage.html",
        course=course,
        versions=versions,
        version=version,
        coverages=course_coverage(db(), version.id) if version else [],
        language=language(),
    )


@bp.get("/courses/<uuid:course_id>/coverage/<any(csv,xlsx):kind>")
@access(*READERS)
def course_coverage_file(course_id: uuid.UUID, kind: str) -> Response:
    """The coverage of a course as a sheet."""
    course, _versions, version = _version(course_id)
    if version is None:
        abort(404)
    return _file(
        kind, f"couverture-{course.key}-v{version.number}", list(_course_rows(course_coverage(db(), version.id)))
    )


def _course_rows(coverages: list[FrameworkCoverage]) -> Iterator[list[object]]:
    yield [
        _("Framework"), _("Version"), _("Code"), _("Competency"), _("Taught"), _("Practised"), _("Assessed"), _("Questions"),
        _("Questions at positioning"), _("Missing"),
    ]  # fmt: skip
    words = _gap_words()
    for one in coverages:
        for row in one.rows:
            said = row.item.statement.text(language()) if row.item else row.code
            missing = ", ".join(words[gap] for gap in row.gaps)
            yield [
                one.framework, one.version, row.code, said, row.taught, row.practised, row.assessed, row.questions,
                row.positioned, missing,
            ]  # fmt: skip
        for item in one.left_out:
            yield [
                one.framework,
                one.version,
                item.code,
                item.statement.text(language()),
                0,
                0,
                0,
                0,
                0,
                _("not aimed at"),
            ]


def _gap_words() -> dict[str, str]:
    return {"taught": _("not taught"), "practised": _("not practised"), "assessed": _("not assessed")}


def _matrix(framework: str, version: str) -> Matrix:
    return coverage_matrix(db(), load_model(db(), load_version(framework, version)))


@bp.get("/frameworks/<framework>/<version>/coverage", endpoint="coverage_matrix")
@access(*READERS)
def coverage_matrix_page(framework: str, version: str) -> str:
    """A framework beside the courses of the hub: what is taught, practised and assessed, gaps first."""
    matrix = _matrix(framework, version)
    return render_template(
        "competencies/matrix.html",
        version=load_version(framework, version),
        matrix=matrix,
        rows=matrix.rows[:MOST_ROWS],
        words=_gap_words(),
        language=language(),
    )


@bp.get("/frameworks/<framework>/<version>/coverage/<any(csv,xlsx):kind>")
@access(*READERS)
def coverage_matrix_file(framework: str, version: str, kind: str) -> Response:
    """The matrix as a sheet: one line an item, three columns a course."""
    matrix = _matrix(framework, version)
    return _file(kind, f"couverture-{framework}-{version}", list(_matrix_rows(matrix)))


def _matrix_rows(matrix: Matrix) -> Iterator[list[object]]:
    words = _gap_words()
    head: list[object] = [_("Code"), _("Competency"), _("Part"), _("Missing in every course"), _("Questions")]
    for _course, title in matrix.courses:
        head += [
            f"{title} – {way}" for way in (_("taught"), _("practised"), _("assessed"), _("questions"), _("levels"))
        ]
    yield head
    for row in matrix.rows:
        line: list[object] = [
            row.item.code, row.item.statement.text(language()), row.group, ", ".join(words[gap] for gap in row.gaps), row.questions,
        ]  # fmt: skip
        for cell in row.cells:
            line += [cell.taught, cell.practised, cell.assessed, cell.questions, _levels(cell)]
        yield line


def _levels(cell: Cell) -> str:
    return ", ".join(f"{level} ({count})" for level, count in sorted(cell.levels.items()))


def _file(kind: str, name: str, rows: list[list[object]]) -> Response:
    header = [str(one) for one in rows[0]]
    body = (
        write_csv(header, rows[1:], language()).encode()
        if kind == "csv"
        else write_xlsx(header, rows[1:], sheet=_("Coverage"))
    )
    answer = Response(body, mimetype=MEDIA[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer
