"""Translated texts where there is no request: mails, jobs, documents, the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

PACKAGE = Path(__file__).parent

Translate = Callable[..., str]


def translation_folders(plugin_folders: tuple[Path, ...] = ()) -> list[Path]:
    """Return every ``translations`` folder: one a feature, one a plugin."""
    folders = {*PACKAGE.glob("*/translations"), *(folder / "translations" for folder in plugin_folders)}
    return sorted(folder for folder in folders if folder.is_dir())


def compile_catalogues(folders: list[Path]) -> None:
    """Compile the catalogues whose text is newer; a read-only installation was compiled when it was built."""
    for folder in folders:
        for source in folder.glob("*/LC_MESSAGES/messages.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as text:
                catalogue = read_po(text, locale=source.parent.parent.name)
            try:
                with target.open("wb") as compiled:
                    write_mo(compiled, catalogue)
            except OSError:
                continue


@lru_cache(maxsize=8)
def translator(locale: str) -> Translate:
    """Return ``_(message, **values)`` for this language; English is the language of the source texts."""
    folders = translation_folders()
    compile_catalogues(folders)
    catalogue = Translations()
    for folder in folders:
        found = Translations.load(str(folder), [locale], "messages")
        if isinstance(found, Translations):
            catalogue.merge(found)

    def translate(message: str, **values: object) -> str:
        text = catalogue.gettext(message)
        return text % values if values else text

    return translate
