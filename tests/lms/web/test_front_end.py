"""What the strict content security policy, the offline build and two languages ask of every template and asset."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent.parent
ASSETS = ROOT / "lms/web/assets"
STATIC = ROOT / "lms/web/static"
TEMPLATES = sorted(path for path in (ROOT / "lms").rglob("*.html") if "templates" in path.parts)


def is_served(path):
    """Whole documents other than the shell are files to take away, which live without the application's policy."""
    return path.name == "_shell.html" or not path.read_text("utf-8").lstrip().lower().startswith("<!doctype")


def load_build():
    spec = importlib.util.spec_from_file_location("hatch_build", ASSETS / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", [path for path in TEMPLATES if is_served(path)], ids=lambda path: path.name)
def test_no_template_writes_what_the_policy_forbids(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"""<[^>]*\sstyle=["']""", text), "a style attribute"
    assert not re.search(r"<style\b", text), "a style element"
    assert not re.search(r"""<[^>]*\son[a-z]+=["']""", text), "an event attribute"
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert all("src=" in script or "application/json" in script for script in scripts), "a script in the page"


def test_the_lock_file_names_no_host_to_fetch_from():
    lock = (ASSETS / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert "omit-lockfile-registry-resolved=true" in (ASSETS / ".npmrc").read_text("utf-8")


def test_every_package_is_pinned_exactly():
    pinned = re.findall(r'^    "([^"]+)": "([^"]+)"', (ASSETS / "package.json").read_text("utf-8"), flags=re.MULTILINE)
    assert pinned
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for _name, version in pinned)


def test_every_icon_that_a_page_names_is_in_the_sprite():
    sprite = STATIC / "vendor/icons.svg"
    if not sprite.is_file():
        pytest.skip("the front end is not built: run the asset build first")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text("utf-8")))
    named = {
        name for path in TEMPLATES for name in re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", path.read_text("utf-8"))
    }
    assert named <= drawn


def test_every_drawing_that_a_page_names_exists():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img/drawings.svg").read_text("utf-8")))
    named = {
        name for path in TEMPLATES for name in re.findall(r"""drawing=["']([a-z-]+)["']""", path.read_text("utf-8"))
    }
    assert named <= drawn


def test_what_is_on_every_page_stays_light():
    if not (STATIC / "vendor/app.js").is_file():
        pytest.skip("the front end is not built: run the asset build first")
    import gzip  # noqa: PLC0415

    size = sum(
        len(gzip.compress((STATIC / "vendor" / name).read_bytes())) for name in ("app.css", "app.js", "theme.js")
    )
    assert size < 120_000


def test_every_shared_text_has_its_french():
    found = extract_from_dir(
        ROOT / "lms/web",
        method_map=[("**/templates/**.html", "jinja2"), ("*.py", "python")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    with (ROOT / "lms/web/translations/fr/LC_MESSAGES/messages.po").open("rb") as stream:
        french = read_po(stream, locale="fr")
    wanted = {
        message if isinstance(message, str) else message[0] for _file, _line, message, _comments, _context in found
    }
    assert sorted(text for text in wanted if text not in french or not french[text].string) == []


def test_icons_given_by_keyword_are_found_too():
    build = load_build()
    assert build.ICON_USE.findall(
        '{{ icon("home") }} NavEntry(icon="books") ui.badge("x", icon_name="clock") {"icon": "users"}'
    ) == [
        "home",
        "books",
        "clock",
        "users",
    ]
