"""Tree of a file -> Framework, collecting every problem of shape on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from competency_frameworks.model import (
    ASSOCIATION_KINDS,
    STATUSES,
    TRANSLATION_STATUSES,
    VERIFICATION_STATUSES,
    Association,
    Audience,
    Competency,
    ExternalNode,
    Framework,
    ItemRef,
    Level,
    LevelDescriptor,
    Node,
    Source,
    Verification,
)
from competency_frameworks.problems import Problem
from competency_frameworks.text import FALLBACK, Translated, bilingual

if TYPE_CHECKING:
    from competency_frameworks.formats.yaml_tree import Tree

FORMAT = "1"
MAX_PROBLEMS = 1_000  # a file wrong from end to end must not fill the memory with messages
MAX_ENTRIES = 20_000  # ESCO, the largest framework known to us, has about 14,000 skills
ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")  # as CASE 1.1 wants it
URI = re.compile(r"(https?://|urn:)[^\s<>\"{}|\\^`]+")  # never javascript: or data:, these end up in links
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CODE = re.compile(r"[^\s#@][^\s#@]{0,63}")

SOURCE_KEYS = ("title", "url", "publisher", "date")
ITEM_KEYS = ("code", "kind", "parent", "order", "statement", "notes", "levels", "id", "uri")
FRAMEWORK_KEYS = (
    "format", "id", "version", "language", "title", "description", "status", "supersedes", "source", "licence",
    "verification", "translations", "audiences", "levels", "items", "associations",
)  # fmt: skip


class FrameworkReader:
    """Reads one tree. ``problems`` gathers what is wrong, ``lines`` where each item was written ("": the framework)."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {"": 1}
        self.language = FALLBACK
        self.key = ("", "")

    def read(self, tree: Tree) -> Framework:
        """What could be read of the framework; it is fit for use only when ``problems`` holds no error."""
        self.lines[""] = tree.line
        top = self._mapping(tree, "framework", FRAMEWORK_KEYS)
        self._one_of(top.get("format"), "format", (FORMAT,), FORMAT, tree.line)
        self.language = self._matching(top, "language", LANGUAGE, tree.line, FALLBACK)
        self.key = (
            self._matching(top, "id", ID, tree.line),
            self._matching(top, "version", VERSION, tree.line),
        )
        return Framework(
            id=self.key[0],
            version=self.key[1],
            language=self.language,
            title=self._text(top.get("title"), "title"),
            description=self._text(top.get("description"), "description"),
            status=self._one_of(top.get("status"), "status", STATUSES, "adopted"),
            supersedes=self._string(top.get("supersedes"), "supersedes"),
            source=self._source(top.get("source")),
            licence=self._string(top.get("licence"), "licence"),
            verification=self._verification(top.get("verification"), tree.line),
            translation_status=self._translations(top.get("translations")),
            audiences=tuple(self._audience(entry) for entry in self._list(top.get("audiences"), "audiences")),
            levels=tuple(
                self._level(entry, n) for n, entry in enumerate(self._list(top.get("levels"), "levels"), start=1)
            ),
            items=self._items(top.get("items")),
            associations=tuple(
                found
                for entry in self._list(top.get("associations"), "associations")
                if (found := self._association(entry)) is not None
            ),
        )

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _source(self, tree: Tree | None) -> Source:
        entries = self._mapping(tree, "source", SOURCE_KEYS)
        return Source(
            title=self._string(entries.get("title"), "title"),
            url=self._optional(entries, "url", URI),
            publisher=self._string(entries.get("publisher"), "publisher"),
            date=self._optional(entries, "date", DATE),
        )

    def _verification(self, tree: Tree | None, line: int) -> Verification:
        entries = self._mapping(tree, "verification", ("status", "note"))
        status = self._one_of(
            entries.get("status"), "verification.status", VERIFICATION_STATUSES, None, tree.line if tree else line
        )
        return Verification(status, self._text(entries.get("note"), "note"))

    def _translations(self, tree: Tree | None) -> dict[str, Any]:
        entries = self._mapping(tree, "translations", None)
        for lang, entry in entries.items():
            self._language(lang, entry.line)
        return {
            lang: self._one_of(entry, f"translations.{lang}", TRANSLATION_STATUSES, None)
            for lang, entry in entries.items()
        }

    def _audience(self, tree: Tree) -> Audience:
        entries = self._mapping(tree, "audiences", ("who", "purpose"))
        return Audience(self._text(entries.get("who"), "who"), self._text(entries.get("purpose"), "purpose"))

    def _level(self, tree: Tree, position: int) -> Level:
        entries = self._mapping(tree, "levels", ("id", "order", "title", "description"))
        return Level(
            id=self._matching(entries, "id", CODE, tree.line),
            order=self._order(entries.get("order"), position),
            title=self._text(entries.get("title"), "title"),
            description=self._text(entries.get("description"), "description"),
        )

    def _items(self, tree: Tree | None) -> tuple[Competency, ...]:
        siblings: dict[str, int] = {}
        found = []
        for entry in self._list(tree, "items"):
            entries = self._mapping(entry, "items", ITEM_KEYS)
            code = self._matching(entries, "code", CODE, entry.line)
            parent = self._string(entries.get("parent"), "parent")
            siblings[parent] = siblings.get(parent, 0) + 1
            if code:
                self.lines[code] = entry.line
            levels = self._mapping(entries.get("levels"), "levels", None)
            found.append(
                Competency(
                    code=code,
                    statement=self._text(entries.get("statement"), "statement"),
                    kind=self._string(entries.get("kind"), "kind") or "competency",
                    parent=parent,
                    order=self._order(entries.get("order"), siblings[parent]),
                    notes=self._text(entries.get("notes"), "notes"),
                    levels=tuple(LevelDescriptor(name, self._text(text, name)) for name, text in levels.items()),
                    id=self._optional(entries, "id", UUID),
                    uri=self._optional(entries, "uri", URI),
                )
            )
        return tuple(found)

    def _association(self, tree: Tree) -> Association | None:
        entries = self._mapping(tree, "associations", ("kind", "origin", "destination", "note", "proposed_by"))
        kind = self._one_of(entries.get("kind"), "kind", ASSOCIATION_KINDS, None, tree.line)
        origin = self._node(entries.get("origin"), "origin", tree.line)
        destination = self._node(entries.get("destination"), "destination", tree.line)
        if origin is None or destination is None:
            return None
        note = self._text(entries.get("note"), "note")
        return Association(kind, origin, destination, note, self._string(entries.get("proposed_by"), "proposed_by"))

    def _node(self, tree: Tree | None, name: str, line: int) -> Node | None:
        if tree is not None and isinstance(tree.value, dict):
            entries = self._mapping(tree, name, ("uri", "title"))
            uri = self._string(entries.get("uri"), "uri")
            if URI.fullmatch(uri):
                return ExternalNode(uri, self._string(entries.get("title"), "title"))
        elif text := self._string(tree, name):
            if CODE.fullmatch(text):
                return ItemRef(*self.key, text)
            try:
                return ItemRef.parse(text)
            except ValueError:
                pass
        self._wrong(
            tree.line if tree else line,
            bilingual("« {name} » ne désigne rien de connu.", "`{name}` does not designate anything known.", name=name),
            bilingual(
                "Écrivez un code de ce référentiel, référentiel@version#code, ou {{uri: …, title: …}}.",
                "Write a code of this framework, framework@version#code, or {{uri: …, title: …}}.",
            ),
        )
        return None

    # -- values --------------------------------------------------------------------------------------------------------

    def _wrong(self, line: int, message: Translated, cure: Translated) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("shape", "error", message, cure, self.path, line))
        elif len(self.problems) == MAX_PROBLEMS:
            more = bilingual(
                "Le fichier a encore d'autres défauts, non listés.", "The file has more faults, which are not listed."
            )
            cure = bilingual("Corrigez d'abord ceux-ci, puis relisez.", "Correct these first, then read it again.")
            self.problems.append(Problem("more", "error", more, cure, self.path))

    def _mapping(self, tree: Tree | None, name: str, allowed: tuple[str, ...] | None) -> dict[str, Tree]:
        if tree is None or tree.value is None:
            return {}
        if not isinstance(tree.value, dict):
            self._wrong(
                tree.line,
                bilingual(
                    "« {name} » attend des lignes « clé: valeur ».", "`{name}` wants `key: value` lines.", name=name
                ),
                bilingual("Suivez l'exemple de la documentation.", "Follow the example in the documentation."),
            )
            return {}
        for key in tree.value:
            if allowed is not None and key not in allowed:
                self._wrong(
                    tree.key_lines[key],
                    bilingual(
                        "« {key} » n'existe pas dans « {name} ».",
                        "`{key}` does not exist in `{name}`.",
                        key=key,
                        name=name,
                    ),
                    bilingual("Clés admises : {keys}.", "Accepted keys: {keys}.", keys=", ".join(allowed)),
                )
        return tree.value

    def _list(self, tree: Tree | None, name: str) -> list[Tree]:
        if tree is None or tree.value is None:
            return []
        if isinstance(tree.value, list) and len(tree.value) <= MAX_ENTRIES:
            return tree.value
        self._wrong(
            tree.line,
            bilingual(
                "« {name} » attend une liste de {n} éléments au plus.",
                "`{name}` wants a list of at most {n} entries.",
                name=name,
                n=MAX_ENTRIES,
            ),
            bilingual("Commencez chaque élément par un tiret.", "Begin each entry with a dash."),
        )
        return []

    def _string(self, tree: Tree | None, name: str) -> str:
        if tree is None or tree.value is None:
            return ""
        if isinstance(tree.value, str):
            if UNPRINTABLE.search(tree.value) is None:
                return tree.value
            self._wrong(
                tree.line,
                bilingual(
                    "« {name} » contient un caractère de contrôle.", "`{name}` holds a control character.", name=name
                ),
                bilingual("Effacez-le et tapez le texte à nouveau.", "Delete it and type the text again."),
            )
            return ""
        self._wrong(
            tree.line,
            bilingual("« {name} » attend un texte.", "`{name}` wants a text.", name=name),
            bilingual("Écrivez-le entre guillemets.", "Write it between quotation marks."),
        )
        return ""

    def _text(self, tree: Tree | None, name: str) -> Translated:
        if tree is None or not isinstance(tree.value, dict):
            return Translated({self.language: self._string(tree, name)}, self.language)
        for lang, entry in tree.value.items():
            self._language(lang, entry.line)
        texts = {lang: self._string(entry, f"{name}.{lang}") for lang, entry in tree.value.items()}
        return Translated(texts, self.language)

    def _language(self, lang: str, line: int) -> None:
        if not LANGUAGE.fullmatch(lang):
            self._wrong(
                line,
                bilingual("« {lang} » n'est pas une langue.", "`{lang}` is not a language.", lang=lang),
                bilingual("Écrivez fr, en, pt-BR…", "Write fr, en, pt-BR…"),
            )

    def _matching(
        self, entries: dict[str, Tree], name: str, pattern: re.Pattern[str], line: int, default: str = ""
    ) -> str:
        tree = entries.get(name)
        text = self._string(tree, name) or default
        if not pattern.fullmatch(text):
            self._wrong(
                tree.line if tree else line,
                bilingual(
                    "« {name} » manque ou est mal écrit : « {text} ».",
                    "`{name}` is missing or badly written: `{text}`.",
                    name=name,
                    text=text[:80],
                ),
                bilingual(
                    "Forme attendue : {shape}",
                    "Expected shape: {shape}",
                    shape=pattern.pattern,
                ),
            )
        return text

    def _optional(self, entries: dict[str, Tree], name: str, pattern: re.Pattern[str]) -> str:
        return self._matching(entries, name, pattern, 0) if self._string(entries.get(name), name) else ""

    def _one_of(
        self, tree: Tree | None, name: str, allowed: tuple[Any, ...], default: str | None, line: int = 0
    ) -> Any:
        text = self._string(tree, name) or default
        if text not in allowed:
            self._wrong(
                tree.line if tree else line,
                bilingual(
                    "« {name} » ne peut pas valoir « {text} ».",
                    "`{name}` cannot be `{text}`.",
                    name=name,
                    text=text or "",
                ),
                bilingual("Choisissez : {allowed}.", "Choose: {allowed}.", allowed=", ".join(allowed)),
            )
            return allowed[0]
        return text

    def _order(self, tree: Tree | None, position: int) -> int:
        text = self._string(tree, "order") or str(position)
        if not re.fullmatch(r"-?[0-9]{1,6}", text):
            self._wrong(
                tree.line if tree else 0,
                bilingual("« order » attend un nombre entier.", "`order` wants a whole number."),
                bilingual("Écrivez 1, 2, 3…, ou retirez la ligne.", "Write 1, 2, 3…, or remove the line."),
            )
            return position
        return int(text)
