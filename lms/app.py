"""Builds the application: one process serves the application's host and, apart from it, the content hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import format_datetime, get_translations
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import models  # noqa: F401 - the metadata must be whole before the first query
from lms.config import SettingsError
from lms.contracts import GROUPS, ActivityType, Exporter, Importer, QuestionType, Report, load_plugins
from lms.db import make_engine, make_session_factory, utc_now
from lms.features import FEATURES
from lms.jobs import JobQueue, Worker
from lms.learning.content import create_content_app
from lms.storage import FileStore
from lms.web.access import check_access, require_declarations
from lms.web.cookies import SessionCookies
from lms.web.environment import PageEnvironment
from lms.web.i18n import LANGUAGES, init_i18n
from lms.web.limits import BlueprintLimiter
from lms.web.pages import init_pages
from lms.web.security import init_security
from lms.web.state import Installation, Plugins, close_db
from scorm.archive import set_default_limits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from lms.config import Settings

limiter = BlueprintLimiter(get_remote_address, default_limits=[])


def load_all_plugins() -> Plugins:
    """Return every installed plugin; PluginError says which one cannot be used and why."""
    question_types = load_plugins(GROUPS["question_types"], QuestionType)
    activity_types = load_plugins(GROUPS["activity_types"], ActivityType)
    for activity_type in activity_types.values():
        activity_type.bind(question_types)
    return Plugins(
        activity_types=activity_types,
        question_types=question_types,
        exporters=load_plugins(GROUPS["exporters"], Exporter),
        importers=load_plugins(GROUPS["importers"], Importer),
        reports=load_plugins(GROUPS["reports"], Report),
    )


def create_installation(settings: Settings, *, immediate_jobs: bool = False) -> Installation:
    """Open the database, files, jobs and plugins that the settings name, without any web part."""
    set_default_limits(settings.package_limits)
    engine = make_engine(settings.database_url)
    sessions = make_session_factory(engine)
    files = FileStore(settings)
    queue = JobQueue(settings, Worker(sessions, files, settings), immediate=immediate_jobs)
    queue.attach(sessions)
    return Installation(settings, engine, sessions, files, queue, load_all_plugins())


def create_app(settings: Settings, house: Installation | None = None) -> Flask:
    """Return the application for these settings; its WSGI callable also answers for the content hosts."""
    house = house or create_installation(settings)
    app = Flask("lms", static_folder="web/static", static_url_path="/static", template_folder="web/templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="bouquet",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # once a day: see lms.accounts.loading
        MAX_CONTENT_LENGTH=settings.upload_limit_mb << 20,
        MAX_FORM_MEMORY_SIZE=8 << 20,
        SEND_FILE_MAX_AGE_DEFAULT=31536000,  # assets carry a fingerprint
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open over lunch is not lost
        RATELIMIT_STORAGE_URI=settings.redis or "memory://",
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.session_interface = SessionCookies()
    app.extensions["bouquet"] = house
    app.jinja_environment = PageEnvironment
    compiled = settings.data / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    plugins = house.plugins
    everyone: list[Any] = [
        *plugins.activity_types.values(), *plugins.question_types.values(), *plugins.exporters.values(),
        *plugins.importers.values(), *plugins.reports.values(),
    ]  # fmt: skip
    init_i18n(app, [plugin.folder for plugin in everyone])
    init_security(app, settings)
    CSRFProtect(app)
    limiter.init_app(app)
    init_pages(app)
    _add_plugin_templates(app, everyone)
    # every page builds on them: importing them in each would be looking them up in each
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("components.html").module
    app.teardown_appcontext(close_db)
    app.before_request(check_access)
    for feature in FEATURES:
        feature(app, house, limiter)
    require_declarations(app)
    _trust_proxies(app, settings)
    return app


def _trust_proxies(app: Flask, settings: Settings) -> None:
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]


def create_wsgi(settings: Settings, house: Installation | None = None) -> WSGIApplication:
    """Return the whole installation as one WSGI callable: the application, and the content hosts apart from it.

    The Host header alone decides (behind trusted proxies, the one they forward): what is served on a content host never
    reaches the application, whatever its path.
    """
    house = house or create_installation(settings)
    app, content = create_app(settings, house), create_content_app(house)
    _make_ready(app)
    _trust_proxies(content, settings)
    content_host = settings.content_host.partition(":")[0].lower()
    own_host = (urlsplit(settings.url).hostname or "").lower()
    if not settings.content_wildcard and content_host == own_host:
        raise SettingsError(
            "BOUQUET_CONTENT_HOST must be another host than BOUQUET_URL's when BOUQUET_CONTENT_WILDCARD is no: "
            "packages would share the application's origin."
        )

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = _asked_host(environ, settings.proxies)
        in_wildcard = settings.content_wildcard and host.endswith(f".{content_host}") and host != own_host
        if in_wildcard or (not settings.content_wildcard and host == content_host):
            return content.wsgi_app(environ, start_response)
        return app.wsgi_app(environ, start_response)

    return dispatch


def _make_ready(app: Flask) -> None:
    """Load now what the first visitors would wait for, and what workers forked from this process then share."""
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for language in LANGUAGES:
        with app.test_request_context(query_string={"lang": language}):
            format_datetime(utc_now(), "full")
            get_translations()


def _asked_host(environ: WSGIEnvironment, proxies: int) -> str:
    host = str(environ.get("HTTP_HOST", ""))
    forwarded = [one.strip() for one in str(environ.get("HTTP_X_FORWARDED_HOST", "")).split(",") if one.strip()]
    if proxies and len(forwarded) >= proxies:
        host = forwarded[-proxies]
    return host.rpartition(":")[0].lower() if ":" in host and not host.endswith("]") else host.lower()


def _add_plugin_templates(app: Flask, plugins: Iterable[Any]) -> None:
    from jinja2 import ChoiceLoader, FileSystemLoader  # noqa: PLC0415

    folders = sorted({plugin.folder / "templates" for plugin in plugins})
    own = app.jinja_loader
    loaders = [loader for loader in (own, *(FileSystemLoader(f) for f in folders if f.is_dir())) if loader]
    app.jinja_loader = ChoiceLoader(loaders)
