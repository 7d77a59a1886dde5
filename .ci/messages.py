"""Gather the texts of each feature and plugin into its catalogues; says what is not translated yet (exit 1).

`python .ci/messages.py` updates the French catalogues; `--check` only tells.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent / "lms"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None, "lazy_ngettext": (1, 2), "mark": None,
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def folders() -> list[Path]:
    """Every folder that keeps its own catalogues."""
    features = [
        p
        for p in ROOT.iterdir()
        if p.is_dir() and p.name not in {"plugins", "migrations", "cli", "contracts", "__pycache__"}
    ]
    plugins = [p for p in (ROOT / "plugins").iterdir() if p.is_dir() and p.name != "__pycache__"]
    return sorted(features + plugins)


def gather(folder: Path) -> Catalog:
    """The texts that a folder says, and for the front end those of the modules that stand beside the features."""
    found = Catalog(locale="fr")
    places = [folder]
    for place in places:
        for _name, _line, message, comments, context in extract_from_dir(
            place, METHODS, {"**/templates/**.html": {"trimmed": "true"}}, keywords=KEYWORDS
        ):
            found.add(message, auto_comments=comments, context=context)
    if folder.name == "web":
        for module in ("jobs.py", "mail.py"):
            from babel.messages.extract import extract_from_file  # noqa: PLC0415

            for _line, message, comments, context in extract_from_file("python", ROOT / module, keywords=KEYWORDS):
                found.add(message, auto_comments=comments, context=context)
    return found


def update(folder: Path, *, write: bool) -> list[str]:
    """Bring one catalogue up to date; return the texts that have no French yet."""
    found = gather(folder)
    if not len(found):
        return []
    path = folder / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    known = Catalog(locale="fr")
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale="fr")
    missing = []
    merged = Catalog(locale="fr", header_comment="", fuzzy=False)
    for message in sorted((m for m in found if m.id), key=lambda m: m.id if isinstance(m.id, str) else m.id[0]):
        old = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        text = old.string if old and not old.fuzzy else None
        merged.add(message.id, text or None, context=message.context)
        if not text or (isinstance(text, (tuple, list)) and not all(text)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, merged, width=120, no_location=True, omit_header=False, sort_output=False)
        lines = [
            line for line in path.read_text(encoding="utf-8").splitlines()
            if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team', '"Generated-By', '"Report-Msgid', '"Project-Id'))
        ]  # fmt: skip
        path.write_text("\n".join(lines).strip() + "\n", encoding="utf-8")
    return missing


def main() -> int:
    """Walk the folders."""
    write = "--check" not in sys.argv
    only = {argument for argument in sys.argv[1:] if not argument.startswith("--")}
    count = 0
    for folder in folders():
        if only and folder.name not in only:
            continue
        for text in update(folder, write=write):
            print(f"{folder.relative_to(ROOT)}: {text!r}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
