"""The values of a file, checked one by one: texts, lists, numbers, choices; each fault is told with its line.

A value is a ``Tree`` (YAML: it knows its line) or plain data (what another format was read into: line 0).
"""

from __future__ import annotations

import re
from typing import Any

from competency_frameworks.formats.yaml_tree import Tree
from competency_frameworks.problems import Problem
from competency_frameworks.text import FALLBACK, Translated, bilingual

MAX_PROBLEMS = 1_000  # a file wrong from end to end must not fill the memory with messages
MAX_ENTRIES = 40_000  # ESCO, the largest framework known to us, has about 14,000 skills and 3,000 occupations
ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")  # as CASE 1.1 wants it
URI = re.compile(r"(https?://|urn:)[^\s<>\"{}|\\^`]+")  # never javascript: or data:, these end up in links
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CODE = re.compile(r"[^\s#@][^\s#@]{0,63}")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")

Value = Any  # Tree, or str, int, float, bool, None, list, dict


def opened(value: Value) -> tuple[Any, int]:
    """What is written and its line (0: not known)."""
    return (value.value, value.line) if type(value) is Tree else (value, 0)


class ValueReader:
    """Reads values of one file; ``problems`` gathers what is wrong."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.language = FALLBACK

    def wrong(self, line: int, message: Translated, cure: Translated) -> None:
        """Tell a fault of shape; past ``MAX_PROBLEMS`` only that there are more."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("shape", "error", message, cure, self.path, line))
        elif len(self.problems) == MAX_PROBLEMS:
            more = bilingual(
                "Le fichier a encore d'autres défauts, non listés.", "The file has more faults, which are not listed."
            )
            cure = bilingual("Corrigez d'abord ceux-ci, puis relisez.", "Correct these first, then read it again.")
            self.problems.append(Problem("more", "error", more, cure, self.path))

    def mapping(self, value: Value, name: str, allowed: tuple[str, ...] | None) -> dict[str, Value]:
        """The entries of a mapping; a key outside ``allowed`` is a fault."""
        said, line = opened(value)
        if said is None:
            return {}
        if not isinstance(said, dict):
            self.wrong(
                line,
                bilingual(
                    "« {name} » attend des lignes « clé: valeur ».", "`{name}` wants `key: value` lines.", name=name
                ),
                bilingual("Suivez l'exemple de la documentation.", "Follow the example in the documentation."),
            )
            return {}
        if allowed is not None and not said.keys() <= set(allowed):
            self._foreign_keys(value, said, name, allowed)
        return said

    def _foreign_keys(self, value: Value, said: dict[str, Value], name: str, allowed: tuple[str, ...]) -> None:
        lines = value.key_lines if isinstance(value, Tree) else {}
        for key in said:
            if key not in allowed:
                self.wrong(
                    lines.get(key, 0),
                    bilingual(
                        "« {key} » n'existe pas dans « {name} ».",
                        "`{key}` does not exist in `{name}`.",
                        key=str(key)[:80],
                        name=name,
                    ),
                    bilingual("Clés admises : {keys}.", "Accepted keys: {keys}.", keys=", ".join(allowed)),
                )

    def entries(self, value: Value, name: str) -> list[Value]:
        """The entries of a list."""
        said, line = opened(value)
        if said is None:
            return []
        if isinstance(said, list) and len(said) <= MAX_ENTRIES:
            return said
        self.wrong(
            line,
            bilingual(
                "« {name} » attend une liste de {n} éléments au plus.",
                "`{name}` wants a list of at most {n} entries.",
                name=name,
                n=MAX_ENTRIES,
            ),
            bilingual("Commencez chaque élément par un tiret.", "Begin each entry with a dash."),
        )
        return []

    def string(self, value: Value, name: str) -> str:
        """A text on its own, "" when absent."""
        said, line = opened(value)
        if said is None:
            return ""
        if isinstance(said, int | float) and not isinstance(said, bool):
            said = str(said)
        if isinstance(said, str):
            if UNPRINTABLE.search(said) is None:
                return said
            self.wrong(
                line,
                bilingual(
                    "« {name} » contient un caractère de contrôle.", "`{name}` holds a control character.", name=name
                ),
                bilingual("Effacez-le et tapez le texte à nouveau.", "Delete it and type the text again."),
            )
            return ""
        self.wrong(
            line,
            bilingual("« {name} » attend un texte.", "`{name}` wants a text.", name=name),
            bilingual("Écrivez-le entre guillemets.", "Write it between quotation marks."),
        )
        return ""

    def strings(self, value: Value, name: str) -> tuple[str, ...]:
        """A list of texts, blank ones left out."""
        found = (self.string(entry, name) for entry in self.entries(value, name))
        return tuple(text for text in found if text.strip())

    def text(self, value: Value, name: str) -> Translated:
        """A text in one language (the framework's) or in several."""
        said, _line = opened(value)
        if not isinstance(said, dict):
            return Translated({self.language: self.string(value, name)}, self.language)
        for lang, entry in said.items():
            self.lang(lang, opened(entry)[1])
        texts = {lang: self.string(entry, f"{name}.{lang}") for lang, entry in said.items()}
        return Translated(texts, self.language)

    def lang(self, lang: str, line: int) -> None:
        """Tell a fault when ``lang`` is no language tag (BCP 47)."""
        if not (isinstance(lang, str) and LANGUAGE.fullmatch(lang)):
            self.wrong(
                line,
                bilingual("« {lang} » n'est pas une langue.", "`{lang}` is not a language.", lang=str(lang)[:80]),
                bilingual("Écrivez fr, en, pt-BR…", "Write fr, en, pt-BR…"),
            )

    def matching(
        self, entries: dict[str, Value], name: str, pattern: re.Pattern[str], line: int, default: str = ""
    ) -> str:
        """A text of that shape."""
        value = entries.get(name)
        text = self.string(value, name) or default
        if not pattern.fullmatch(text):
            self.wrong(
                opened(value)[1] or line,
                bilingual(
                    "« {name} » manque ou est mal écrit : « {text} ».",
                    "`{name}` is missing or badly written: `{text}`.",
                    name=name,
                    text=text[:80],
                ),
                bilingual("Forme attendue : {shape}", "Expected shape: {shape}", shape=pattern.pattern),
            )
        return text

    def optional(self, entries: dict[str, Value], name: str, pattern: re.Pattern[str]) -> str:
        """A text of that shape, or "" when absent."""
        if name not in entries:
            return ""
        return self.matching(entries, name, pattern, 0) if self.string(entries[name], name) else ""

    def one_of(self, value: Value, name: str, allowed: tuple[Any, ...], default: str | None, line: int = 0) -> Any:
        """One of the texts ``allowed``."""
        text = self.string(value, name) or default
        if text not in allowed:
            self.wrong(
                opened(value)[1] or line,
                bilingual(
                    "« {name} » ne peut pas valoir « {text} ».",
                    "`{name}` cannot be `{text}`.",
                    name=name,
                    text=(text or "")[:80],
                ),
                bilingual("Choisissez : {allowed}.", "Choose: {allowed}.", allowed=", ".join(allowed)),
            )
            return allowed[0]
        return text

    def whole(self, value: Value, name: str, default: int) -> int:
        """A whole number of at most six digits."""
        text = self.string(value, name) or str(default)
        if not re.fullmatch(r"-?[0-9]{1,6}", text):
            self.wrong(
                opened(value)[1],
                bilingual("« {name} » attend un nombre entier.", "`{name}` wants a whole number.", name=name),
                bilingual("Écrivez 1, 2, 3…, ou retirez la ligne.", "Write 1, 2, 3…, or remove the line."),
            )
            return default
        return int(text)

    def number(self, value: Value, name: str) -> float | None:
        """A number, None when absent."""
        text = self.string(value, name)
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self.wrong(
                opened(value)[1],
                bilingual("« {name} » attend un nombre.", "`{name}` wants a number.", name=name),
                bilingual("Écrivez-le avec un point : 2.5.", "Write it with a point: 2.5."),
            )
            return None
        return float(text)

    def flag(self, value: Value, name: str) -> bool:
        """``true`` or ``false``, false when absent."""
        said, line = opened(value)
        if isinstance(said, bool):
            return said
        return bool(self.one_of(value, name, ("false", "true"), "false", line) == "true")
