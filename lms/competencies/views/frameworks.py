"""The frameworks: what they say, who uses them, and what a course covers of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, g, jsonify, render_template, request

from competency_frameworks.library import get, load_bundled
from competency_frameworks.library import search as search_items
from lms.catalog.queries import get_course, list_versions
from lms.competencies.queries import course_coverage, list_course_uses
from lms.competencies.views.blueprint import bp, language
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

MOST_FOUND = 30
STAFF = frozenset({"trainer", "lead", "hub_admin", "auditor"})


@bp.get("/frameworks")
@access("member")
def frameworks() -> str:
    """The frameworks that courses and profiles refer to."""
    return render_template("competencies/frameworks.html", frameworks=load_bundled().values(), language=language())


@bp.get("/frameworks/<framework>/<version>")
@access("member")
def framework(framework: str, version: str) -> str:
    """One version of a framework, whole; each item has its own address (#code)."""
    found = get(framework, version)
    if found is None:
        abort(404)
    q = request.args.get("q", "").strip()[:200]
    return render_template(
        "competencies/framework.html",
        framework=found,
        language=language(),
        q=q,
        hits=[item for _, item in search_items([found], q, language())][:MOST_FOUND],
        uses=list_course_uses(db(), *found.key) if g.roles & STAFF else {},
    )


@bp.get("/competencies/search")
@access("trainer", "lead", "hub_admin")
def search() -> Response:
    """The competencies that hold every word of ``q``, at most 30, as the picker of the editor wants them."""
    q = request.args.get("q", "").strip()[:200]
    hits = search_items(load_bundled().values(), q, language())
    return jsonify(
        [
            {
                "ref": str(found.ref(item.code)),
                "code": item.code,
                "statement": item.statement.text(language()),
                "framework": found.title.text(language()),
            }
            for found, item in hits
            if not found.children(item.code)
        ][:MOST_FOUND]
    )


@bp.get("/courses/<uuid:course_id>/coverage", endpoint="course_coverage")
@access("trainer", "lead", "hub_admin", "auditor")
def course_coverage_page(course_id: uuid.UUID) -> str:
    """What a published version of a course teaches, practises and assesses, gaps first."""
    course = get_course(db(), course_id)
    if course is None:
        abort(404)
    versions = list_versions(db(), course.id)
    number = request.args.get("version", type=int)
    version = next((one for one in versions if number in (None, one.number)), None)
    if number is not None and version is None:
        abort(404)
    return render_template(
        "competencies/coverage.html",
        course=course,
        versions=versions,
        version=version,
        coverages=course_coverage(db(), version.id) if version else [],
        language=language(),
    )
