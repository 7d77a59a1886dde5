"""The content origin: packages and media, each under a host of its own, without cookies, sessions or sign-in.

What is served here was made by strangers and runs in the learner's browser: it is kept apart from the application by
the browser itself (another site), and apart from other packages by its host. All authority is in the signed address.
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, render_template, request, send_from_directory
from sqlalchemy import select
from werkzeug.http import parse_range_header

from courses.media import media_type
from lms.catalog.models import CourseFile
from lms.db import unscoped
from lms.learning.commits import commit_run, take_pending
from lms.learning.package_files import member_response
from lms.learning.runs import GONE, RunError, open_run, package_outline_of
from lms.learning.tokens import (
    MediaToken,
    PackageToken,
    TokenError,
    device_key,
    media_label,
    package_label,
    read_media_token,
    read_package_token,
    require_host,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.web.state import Installation

MAX_COMMIT = 3 * 2**20
INLINE = ("image/", "video/", "audio/", "text/vtt", "application/pdf")
_TYPES = mimetypes.MimeTypes()
for _suffix, _type in {
    ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".woff": "font/woff",
    ".woff2": "font/woff2", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".vtt": "text/vtt",
    ".m4v": "video/mp4", ".webp": "image/webp", ".avif": "image/avif", ".xhtml": "application/xhtml+xml",
}.items():  # fmt: skip
    _TYPES.add_type(_type, _suffix)


def app_origin(house: Installation) -> str:
    """The application's own origin, the only one that may frame what is served here."""
    parts = urlsplit(house.settings.url)
    return f"{parts.scheme}://{parts.netloc}"


def create_content_app(house: Installation) -> Flask:
    """The small application that answers for the content hosts."""
    app = Flask("lms.learning", static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_COMMIT, SECRET_KEY=None)
    app.url_map.merge_slashes = False  # a double slash in a package is the package's business, not a redirection
    policy = (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self'; form-action 'self'; "
        f"base-uri 'self'; frame-ancestors 'self' {app_origin(house)}"
    )

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=(), payment=(), usb=()"
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    @app.errorhandler(TokenError)
    def _refuse(_error: TokenError) -> tuple[Response, int] | tuple[str, int]:
        fr, en = "Cette adresse n'est plus valable : revenez au cours.", "This address is no longer valid."
        if request.method == "POST":
            return jsonify(error={"fr": fr, "en": en}, state="expired"), 403
        return _sentence(fr, en), 403

    @app.errorhandler(RunError)
    def _refuse_run(error: RunError) -> tuple[Response, int] | tuple[str, int]:
        if request.method == "POST":
            return jsonify(error={"fr": error.fr, "en": error.en}, state=error.state), error.status
        return _sentence(error.fr, error.en), error.status

    @app.errorhandler(404)
    def _missing(_error: Any) -> tuple[str, int]:
        return _sentence("Ce fichier n'existe pas.", "This file does not exist."), 404

    _add_package_routes(app, house)
    _add_media_routes(app, house)
    return app


def _sentence(fr: str, en: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><title>Bouquet</title><p lang="fr">{fr}</p><p lang="en">{en}</p>'


def _package_token(house: Installation, token: str) -> PackageToken:
    found = read_package_token(house.settings.secret_key, token)
    require_host(house.settings, request.host, package_label(found.hub, found.package))
    return found


def _add_package_routes(app: Flask, house: Installation) -> None:
    vendor = "../web/static/vendor"

    @app.get("/t/<token>/frame")
    def frame(token: str) -> Response:
        """The page that holds the run-time and, inside it, the package. It changes nothing: ``open`` does."""
        who = _package_token(house, token)
        with house.sessions() as session:
            outline = package_outline_of(session, who.hub, who.package)
        if outline is None:
            raise RunError(*GONE)
        run = {
            "base": f"/t/{token}/p/", "open": f"/t/{token}/open", "commit": f"/t/{token}/commit",
            "parent": app_origin(house), "key": device_key(who), "keeps": house.settings.content_wildcard,
        }  # fmt: skip
        response = Response(
            render_template(
                "learning/frame.html",
                run=run,
                title=outline["title"],
                standard=outline["standard"],
                language="en" if request.args.get("lang") == "en" else "fr",
            )
        )
        response.headers["Cache-Control"] = "no-store"
        if not house.settings.content_wildcard:  # packages share the host: nothing of the former one may stay
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    @app.post("/t/<token>/open")
    def open_package(token: str) -> Response:
        """Take what the device had kept, begin a run, and give what the run-time starts from."""
        who = _package_token(house, token)
        body = request.get_json(force=True, silent=True)
        with house.sessions() as session:
            if isinstance(body, dict):
                take_pending(session, who, body.get("pending"))
            launch = open_run(session, who)
            session.commit()
        given = {name: launch.package.get(name) for name in ("standard", "title", "contents", "tree", "sequenced")}
        return jsonify(
            given | {
                "scos": launch.scos, "launch": launch.launch, "silent": launch.silent, "sequencing": launch.sequencing,
            }
        )  # fmt: skip

    @app.post("/t/<token>/commit")
    def commit(token: str) -> Response:
        """Take what the run-time sends."""
        who = _package_token(house, token)
        body = request.get_json(force=True, silent=True)
        with house.sessions() as session:
            answer = commit_run(session, who, body)
            session.commit()
        return jsonify(answer)

    @app.get("/t/<token>/p/<path:path>")
    def package_file(token: str, path: str) -> Response:
        """One file of the package."""
        who = _package_token(house, token)
        kind = _TYPES.guess_type(path)[0] or "application/octet-stream"
        return member_response(house.files, who.package, path, kind) or _file(house, None, kind)

    @app.get("/runtime/<name>")
    def runtime(name: str) -> Response:
        """The SCORM run-time and the frame's own script."""
        g.shared = True
        scorm = house.plugins.activity_types["scorm"].folder / "static"
        folder = vendor if name in {"scorm12.js", "scorm2004.js"} else str(scorm)
        return send_from_directory(folder, name, max_age=3600)


def _add_media_routes(app: Flask, house: Installation) -> None:
    @app.get("/m/<token>/<path:path>")
    def media(token: str, path: str) -> Response:
        """One media file of a version of a course."""
        who: MediaToken = read_media_token(house.settings.secret_key, token)
        require_host(house.settings, request.host, media_label(who.hub))
        with house.sessions() as session, unscoped(session):
            row = session.execute(
                select(CourseFile.blob_key, CourseFile.text).where(
                    CourseFile.version_id == who.version, CourseFile.hub_id == who.hub, CourseFile.path == path
                )
            ).first()
        kind = media_type(path)
        if row is None or (not row.blob_key and kind != "text/vtt"):  # the author's texts are not media
            return _file(house, None, kind)
        response = (
            Response(row.text, content_type="text/vtt; charset=utf-8")
            if not row.blob_key
            else _file(house, row.blob_key, kind)
        )
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if kind == "image/svg+xml":
            response.headers["Content-Security-Policy"] = (
                "sandbox; script-src 'none'; default-src 'none'; style-src 'unsafe-inline'"
            )
        if not kind.startswith(INLINE):
            response.headers["Content-Disposition"] = "attachment"
        return response


def _file(house: Installation, key: str | None, kind: str) -> Response:
    """A file of the store, whole or in part (RFC 9110 §14); the charset is the file's own business."""
    try:
        size = house.files.size(key) if key else None
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        size = None
    if size is None or key is None:
        return Response(_sentence("Ce fichier n'existe pas.", "This file does not exist."), 404, mimetype="text/html")
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=3600"}
    wanted = parse_range_header(request.headers.get("Range"))
    part = wanted.range_for_length(size) if wanted and wanted.units == "bytes" and len(wanted.ranges) == 1 else None
    if wanted and wanted.units == "bytes" and len(wanted.ranges) == 1 and part is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = part or (0, size)
    body: Iterator[bytes] = house.files.stream(key, start, stop) if part else house.files.stream(key)
    response = Response(body if size else b"", 206 if part else 200, headers=headers)
    response.headers["Content-Type"] = kind
    response.headers["Content-Length"] = str(stop - start)
    if part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response
