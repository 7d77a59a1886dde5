"""The frameworks: found, read level by level, searched, printed, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, g, jsonify, render_template, request

from competency_frameworks.formats.registry import FORMATS
from lms.competencies.queries import list_course_uses
from lms.competencies.views.blueprint import EDITORS, READERS, bp, language, load_version
from lms.frameworks.queries import (
    MOST_CHILDREN,
    get_node,
    list_children,
    list_frameworks,
    list_other_versions,
    list_path,
    list_shared_frameworks,
    list_tree,
    search_items,
    search_version,
)
from lms.frameworks.reading import WRITABLE
from lms.frameworks.relations import list_relations
from lms.frameworks.services.documents import list_documents
from lms.frameworks.store import load_version as load_model
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    from lms.frameworks.models import FrameworkVersion
    from lms.frameworks.queries import Node

MOST_FOUND = 30
SHOWN_WHOLE = 150  # items: a framework no longer than that is one page, with every branch open


@bp.get("/frameworks")
@access("member")
def frameworks() -> str:
    """The frameworks that courses and profiles refer to: the hub's, those that come with Bouquet, the other hubs'."""
    editor = bool(g.roles & EDITORS)
    listed = list_frameworks(db(), drafts=bool(g.roles & READERS))
    return render_template(
        "competencies/frameworks.html",
        own=[rows for rows in listed if rows[0].hub_id is not None],
        bundled=[rows for rows in listed if rows[0].hub_id is None],
        offered=list_shared_frameworks(db(), g.hub.id) if editor else [],
        editor=editor,
        language=language(),
    )


def _branches(row: FrameworkVersion, opened: list[str]) -> dict[str, list[Node]]:
    """What of the tree is sent with the page: all of it, or the roots and the branches on the way to one item."""
    if row.item_count <= SHOWN_WHOLE:
        return list_tree(db(), row)
    return list_children(db(), row, ["", *opened])


@bp.get("/frameworks/<framework>/<version>")
@access("member")
def framework(framework: str, version: str) -> str:
    """One version of a framework. ``item`` opens the way to it; a long framework is read branch by branch."""
    row = load_version(framework, version)
    code, q = request.args.get("item", "")[:80], request.args.get("q", "").strip()[:200]
    hits, found = search_version(db(), row, q, most=MOST_FOUND)
    whole = row.item_count <= SHOWN_WHOLE
    path = [step for step, _said in list_path(db(), row, code)] if code and not whole else []
    return render_template(
        "competencies/framework.html",
        version=row,
        others=[one for one in list_other_versions(db(), row) if one.status != "draft" or g.roles & READERS],
        branches={} if q and not whole else _branches(row, path),
        whole=whole,
        here=code,
        opened=set(path),
        language=language(),
        q=q,
        hits=hits,
        found=found,
        uses=list_course_uses(db(), framework, version) if g.roles & READERS else {},
        documents=list_documents(db(), row.framework_id),
        formats=WRITABLE,
        most=MOST_CHILDREN,
    )


@bp.get("/frameworks/<framework>/<version>/children")
@access("member")
def framework_children(framework: str, version: str) -> str:
    """One level of the tree, as a part of the page: what stands directly under ``of``, from the line ``start`` on."""
    row = load_version(framework, version)
    of, start = request.args.get("of", "")[:80], max(request.args.get("start", 0, type=int), 0)
    return render_template(
        "competencies/_children.html",
        version=row,
        branches=list_children(db(), row, [of], start=start),
        of=of,
        start=start,
        language=language(),
        uses=list_course_uses(db(), framework, version) if g.roles & READERS else {},
        most=MOST_CHILDREN,
    )


@bp.get("/frameworks/<framework>/<version>/items/<path:code>")
@access("member")
def framework_item(framework: str, version: str, code: str) -> str:
    """One item: where it stands, what it says at each level, what it is tied to, which courses name it."""
    row = load_version(framework, version)
    node = get_node(db(), row, code)
    if node is None:
        abort(404)
    return render_template(
        "competencies/framework_item.html",
        version=row,
        node=node,
        path=list_path(db(), row, code)[:-1],
        children=list_children(db(), row, [code])[code],
        relations=list_relations(db(), row, code, language()),
        uses=list_course_uses(db(), framework, version).get(code, []) if g.roles & READERS else [],
        language=language(),
    )


@bp.get("/frameworks/<framework>/<version>/print")
@access("member")
def framework_print(framework: str, version: str) -> str:
    """The whole framework on one page, to be printed."""
    row = load_version(framework, version)
    return render_template(
        "competencies/framework_print.html", version=row, branches=list_tree(db(), row), language=language()
    )


@bp.get("/frameworks/<framework>/<version>/export/<name>")
@access("member")
def framework_file(framework: str, version: str, name: str) -> Response:
    """The framework in another format."""
    row, out = load_version(framework, version), FORMATS.get(name)
    if out is None or out.writer is None:
        abort(404)
    pieces, _losses = out.write(load_model(db(), row), row.updated_at)
    answer = Response(pieces, mimetype=out.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{framework}-{version}{out.suffix}")
    return answer


@bp.get("/frameworks/<framework>/<version>/export")
@access("member")
def framework_export(framework: str, version: str) -> str:
    """The formats in which the framework goes out, and what each of them cannot hold."""
    row = load_version(framework, version)
    model = load_model(db(), row)
    offered = [(one, one.write(model, row.updated_at)[1]) for one in WRITABLE]
    return render_template("competencies/framework_export.html", version=row, offered=offered, language=language())


@bp.get("/competencies/search")
@access("trainer", "lead", "hub_admin")
def search() -> Response:
    """The competencies that hold every word of ``q``, at most 30, as the picker of the editor wants them."""
    q = request.args.get("q", "").strip()[:200]
    return jsonify(
        [
            {
                "ref": hit.ref,
                "code": hit.code,
                "statement": hit.statement.text(language()),
                "framework": hit.framework_title.text(language()),
            }
            for hit in search_items(db(), q, most=MOST_FOUND, leaves=True)
        ]
    )
