"""Plain data of a file -> Framework, collecting every problem of shape on the way."""

from __future__ import annotations

from typing import Any

from competency_frameworks.formats.tree_values import (
    CODE,
    DATE,
    ID,
    LANGUAGE,
    URI,
    UUID,
    VERSION,
    Value,
    ValueReader,
    opened,
)
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
    GlossaryEntry,
    ItemRef,
    Node,
    Source,
    Verification,
)
from competency_frameworks.scales import (
    COMPLETION_KINDS,
    COMPLETION_OUTCOMES,
    RATING_METHODS,
    CompletionRule,
    Level,
    LevelDescriptor,
    RatingRule,
    RulePart,
    Scale,
)
from competency_frameworks.text import FALLBACK, bilingual

FORMAT = "1"
SOURCE_KEYS = ("title", "url", "publisher", "date")
LEVEL_KEYS = ("id", "order", "title", "description", "points", "proficient", "default")
ITEM_KEYS = (
    "code", "kind", "parent", "order", "statement", "short", "notes", "keywords", "scale", "level", "levels", "rating",
    "completion", "id", "uri",
)  # fmt: skip
ASSOCIATION_KEYS = ("kind", "origin", "destination", "note", "proposed_by", "strength", "id")
FRAMEWORK_KEYS = (
    "format", "id", "version", "language", "title", "description", "status", "supersedes", "source", "licence",
    "verification", "translations", "audiences", "levels", "scales", "rating", "items", "associations", "glossary",
    "document_id", "address",
)  # fmt: skip


class FrameworkReader(ValueReader):
    """Reads one framework. ``lines`` says where each item was written ("": the framework)."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.lines: dict[str, int] = {"": 1}
        self.key = ("", "")

    def read(self, value: Value) -> Framework:
        """What could be read of the framework; it is fit for use only when ``problems`` holds no error."""
        line = self.lines[""] = opened(value)[1]
        top = self.mapping(value, "framework", FRAMEWORK_KEYS)
        self.one_of(top.get("format"), "format", (FORMAT,), FORMAT, line)
        self.language = self.matching(top, "language", LANGUAGE, line, FALLBACK)
        self.key = (self.matching(top, "id", ID, line), self.matching(top, "version", VERSION, line))
        return Framework(
            id=self.key[0],
            version=self.key[1],
            language=self.language,
            title=self.text(top.get("title"), "title"),
            description=self.text(top.get("description"), "description"),
            status=self.one_of(top.get("status"), "status", STATUSES, "adopted"),
            supersedes=self.string(top.get("supersedes"), "supersedes"),
            source=self._source(top.get("source")),
            licence=self.string(top.get("licence"), "licence"),
            verification=self._verification(top.get("verification"), line),
            translation_status=self._translations(top.get("translations")),
            audiences=tuple(self._audience(entry) for entry in self.entries(top.get("audiences"), "audiences")),
            levels=self._levels(top.get("levels")),
            scales=tuple(self._scale(entry) for entry in self.entries(top.get("scales"), "scales")),
            rating=self._rating(top.get("rating")),
            items=self._items(top.get("items")),
            associations=self._associations(top.get("associations")),
            glossary=tuple(self._glossary(entry) for entry in self.entries(top.get("glossary"), "glossary")),
            document_id=self.optional(top, "document_id", UUID),
            address=self.optional(top, "address", URI),
        )

    # -- the framework -------------------------------------------------------------------------------------------------

    def _source(self, value: Value) -> Source:
        entries = self.mapping(value, "source", SOURCE_KEYS)
        return Source(
            title=self.string(entries.get("title"), "title"),
            url=self.optional(entries, "url", URI),
            publisher=self.string(entries.get("publisher"), "publisher"),
            date=self.optional(entries, "date", DATE),
        )

    def _verification(self, value: Value, line: int) -> Verification:
        entries = self.mapping(value, "verification", ("status", "note"))
        status = self.one_of(
            entries.get("status"), "verification.status", VERIFICATION_STATUSES, None, opened(value)[1] or line
        )
        return Verification(status, self.text(entries.get("note"), "note"))

    def _translations(self, value: Value) -> dict[str, Any]:
        entries = self.mapping(value, "translations", None)
        for lang, entry in entries.items():
            self.lang(lang, opened(entry)[1])
        return {
            lang: self.one_of(entry, f"translations.{lang}", TRANSLATION_STATUSES, None)
            for lang, entry in entries.items()
        }

    def _audience(self, value: Value) -> Audience:
        entries = self.mapping(value, "audiences", ("who", "purpose"))
        return Audience(self.text(entries.get("who"), "who"), self.text(entries.get("purpose"), "purpose"))

    def _glossary(self, value: Value) -> GlossaryEntry:
        entries = self.mapping(value, "glossary", ("term", "explanation"))
        return GlossaryEntry(
            self.text(entries.get("term"), "term"), self.text(entries.get("explanation"), "explanation")
        )

    # -- scales and rules ----------------------------------------------------------------------------------------------

    def _levels(self, value: Value) -> tuple[Level, ...]:
        return tuple(self._level(entry, n) for n, entry in enumerate(self.entries(value, "levels"), start=1))

    def _level(self, value: Value, position: int) -> Level:
        entries = self.mapping(value, "levels", LEVEL_KEYS)
        return Level(
            id=self.matching(entries, "id", CODE, opened(value)[1]),
            order=self.whole(entries.get("order"), "order", position),
            title=self.text(entries.get("title"), "title"),
            description=self.text(entries.get("description"), "description"),
            points=self.number(entries.get("points"), "points"),
            proficient=self.flag(entries.get("proficient"), "proficient"),
            default=self.flag(entries.get("default"), "default"),
        )

    def _scale(self, value: Value) -> Scale:
        entries = self.mapping(value, "scales", ("id", "title", "levels"))
        name = self.matching(entries, "id", CODE, opened(value)[1])
        return Scale(name, self._levels(entries.get("levels")), self.text(entries.get("title"), "title"))

    def _rating(self, value: Value) -> RatingRule | None:
        entries = self.mapping(value, "rating", ("method", "parameter"))
        if not entries:
            return None
        method = self.one_of(entries.get("method"), "rating.method", RATING_METHODS, None, opened(value)[1])
        parameter = entries.get("parameter")
        return RatingRule(method, None if opened(parameter)[0] is None else self.whole(parameter, "parameter", 0))

    def _completion(self, value: Value) -> CompletionRule | None:
        entries = self.mapping(value, "completion", ("kind", "outcome", "points", "parts"))
        if not entries:
            return None
        parts = []
        for entry in self.entries(entries.get("parts"), "parts"):
            part = self.mapping(entry, "parts", ("code", "points", "required"))
            parts.append(
                RulePart(
                    self.matching(part, "code", CODE, opened(entry)[1]),
                    self.whole(part.get("points"), "points", 0),
                    self.flag(part.get("required"), "required"),
                )
            )
        line = opened(value)[1]
        return CompletionRule(
            self.one_of(entries.get("kind"), "completion.kind", COMPLETION_KINDS, None, line),
            self.one_of(entries.get("outcome"), "completion.outcome", COMPLETION_OUTCOMES, "evidence", line),
            self.whole(entries.get("points"), "points", 0),
            tuple(parts),
        )

    # -- items and associations ----------------------------------------------------------------------------------------

    def _items(self, value: Value) -> tuple[Competency, ...]:
        siblings: dict[str, int] = {}
        found = []
        for entry in self.entries(value, "items"):
            item = self._item(entry, siblings)
            if item.code:
                self.lines[item.code] = opened(entry)[1]
            found.append(item)
        return tuple(found)

    def _item(self, value: Value, siblings: dict[str, int]) -> Competency:
        entries = self.mapping(value, "items", ITEM_KEYS)
        get = entries.get
        parent = self.string(get("parent"), "parent")
        siblings[parent] = position = siblings.get(parent, 0) + 1
        levels = self.mapping(get("levels"), "levels", None)
        return Competency(
            code=self.matching(entries, "code", CODE, opened(value)[1]),
            statement=self.text(get("statement"), "statement"),
            kind=self.string(get("kind"), "kind") or "competency",
            parent=parent,
            order=self.whole(get("order"), "order", position),
            notes=self.text(get("notes"), "notes"),
            levels=tuple(LevelDescriptor(name, self.text(text, name)) for name, text in levels.items()),
            id=self.optional(entries, "id", UUID),
            uri=self.optional(entries, "uri", URI),
            short=self.text(get("short"), "short"),
            keywords=self.strings(get("keywords"), "keywords"),
            scale=self.optional(entries, "scale", CODE),
            level=self.optional(entries, "level", CODE),
            rating=self._rating(get("rating")),
            completion=self._completion(get("completion")),
        )

    def _associations(self, value: Value) -> tuple[Association, ...]:
        found = (self._association(entry) for entry in self.entries(value, "associations"))
        return tuple(association for association in found if association is not None)

    def _association(self, value: Value) -> Association | None:
        line = opened(value)[1]
        entries = self.mapping(value, "associations", ASSOCIATION_KEYS)
        kind = self.one_of(entries.get("kind"), "kind", ASSOCIATION_KINDS, None, line)
        origin = self._node(entries.get("origin"), "origin", line)
        destination = self._node(entries.get("destination"), "destination", line)
        if origin is None or destination is None:
            return None
        return Association(
            kind,
            origin,
            destination,
            self.text(entries.get("note"), "note"),
            self.string(entries.get("proposed_by"), "proposed_by"),
            self.number(entries.get("strength"), "strength"),
            self.optional(entries, "id", UUID),
        )

    def _node(self, value: Value, name: str, line: int) -> Node | None:
        said, own_line = opened(value)
        if isinstance(said, dict):
            entries = self.mapping(value, name, ("uri", "title"))
            uri = self.string(entries.get("uri"), "uri")
            if URI.fullmatch(uri):
                return ExternalNode(uri, self.string(entries.get("title"), "title"))
        elif text := self.string(value, name):
            if CODE.fullmatch(text):
                return ItemRef(*self.key, text)
            try:
                return ItemRef.parse(text)
            except ValueError:
                pass
        self.wrong(
            own_line or line,
            bilingual("« {name} » ne désigne rien de connu.", "`{name}` does not designate anything known.", name=name),
            bilingual(
                "Écrivez un code de ce référentiel, référentiel@version#code, ou {{uri: …, title: …}}.",
                "Write a code of this framework, framework@version#code, or {{uri: …, title: …}}.",
            ),
        )
        return None
