"""LOM metadata, inline and in files of its own, against the structure and the words of its standard."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import xml
from scorm.archive import MANIFEST, ArchiveError
from scorm.check_files import metadata_files
from scorm.lom import BINDINGS, Binding, Node
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.archive import SafeArchive
    from scorm.model import Manifest

_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*|none")
_LIMIT: Final = 2 * 2**20


def check_metadata(manifest: Manifest, root: _Element, archive: SafeArchive, findings: Findings) -> None:
    """Add what is wrong with each LOM record of the manifest and of the files that ``adlcp:location`` names."""
    binding = BINDINGS[manifest.standard]
    for lom in root.iter("*"):
        if xml.local(lom) == "lom":
            _Record(binding, MANIFEST, findings).check(lom)
    seen: set[str] = set()
    for element, name in metadata_files(root, archive):
        if name is None:
            where = Where(MANIFEST, xml.line_of(element), "location")
            findings.add("metadata-file-missing", where, path=xml.text_of(element)[:120])
        elif name not in seen:
            seen.add(name)
            _check_file(binding, archive, name, findings)


def _check_file(binding: Binding, archive: SafeArchive, name: str, findings: Findings) -> None:
    try:
        lom, _ = xml.parse(archive.read(name, _LIMIT))
    except (xml.XmlError, ArchiveError) as error:
        findings.add("lom-unreadable", Where(name, error.line), reason=error.fr, reason_en=error.en)
        return
    _Record(binding, name, findings).check(lom)


class _Record:
    """One ``lom`` element while it is looked at."""

    def __init__(self, binding: Binding, file: str, findings: Findings) -> None:
        self.binding = binding
        self.file = file
        self.findings = findings
        self.present: set[str] = set()
        self.models: list[tuple[_Element, str]] = []

    def where(self, element: _Element) -> Where:
        return Where(self.file, xml.line_of(element), etree.QName(element).localname)

    def check(self, lom: _Element) -> None:
        name = etree.QName(lom)
        if name.localname != "lom" or name.namespace not in self.binding.namespaces:
            expected = self.binding.namespaces[0]
            self.findings.add("lom-root", self.where(lom), element=name.localname, expected=expected)
            if xml.local(lom) != "lom":
                return
        self.look(lom, Node(self.binding.root), "")
        if self.models and not {text for _, text in self.models} & set(self.binding.schemas):
            element, text = self.models[0]
            spelt, expected = self.binding.schema_element, " / ".join(self.binding.schemas)
            self.findings.add("lom-schema", self.where(element), element=spelt, value=text[:80], expected=expected)
        missing = [path for path in self.binding.mandatory if path not in self.present]
        if missing:
            self.findings.add("lom-mandatory", self.where(lom), elements=", ".join(missing))

    def look(self, element: _Element, node: Node, path: str) -> None:
        """``path`` is the element's own, as its binding writes it."""
        if node.vocabulary:
            self.check_words(element, path)
            return
        if node.children is None:
            self.check_text(element, path)
            return
        self.check_order(element, node.children)
        for part in element:
            name = self.name_of(part)
            if name is None:
                continue  # an extension of another namespace
            inner = node.children.get(name)
            if inner is None:
                parent = etree.QName(element).localname
                self.findings.add("lom-unknown", self.where(part), element=name, parent=parent)
                continue
            below = f"{path}/{name}".lstrip("/")
            self.present.add(below)
            self.look(part, inner, below)

    def name_of(self, element: _Element) -> str | None:
        name = etree.QName(element)
        ours = (*self.binding.namespaces, None)
        parent = element.getparent()
        same = parent is not None and name.namespace == etree.QName(parent).namespace
        return name.localname if same or name.namespace in ours else None

    def check_order(self, element: _Element, children: dict[str, Node]) -> None:
        order = list(children)
        parent = etree.QName(element).localname
        counts: Counter[str] = Counter()
        last, before = -1, ""
        for part in element:
            name = self.name_of(part)
            if name not in children:
                continue
            counts[name] += 1
            if counts[name] == 2 and not children[name].many:
                self.findings.add("lom-repeated", self.where(part), element=name, parent=parent)
            place = order.index(name)
            if self.binding.ordered and place < last:
                self.findings.add(
                    "lom-order", self.where(part), element=name, before=before, parent=parent, expected=", ".join(order)
                )
            if place >= last:
                last, before = place, name

    def check_words(self, element: _Element, path: str) -> None:
        """A vocabulary: its source, then its value (IEEE 1484.12.1, 5.3)."""
        source = xml.text_of(xml.child(element, "source"))
        value = xml.text_of(xml.child(element, "value"))
        words = self.binding.words.get(path.lower(), ())
        name = etree.QName(element).localname
        if source not in {"LOMv1.0", "LOM", "LOMv1.0p"}:
            self.findings.add("lom-source", self.where(element), element=name, source=source[:80], expected="LOMv1.0")
        elif words and value.lower() not in words:
            self.findings.add(
                "lom-vocabulary",
                self.where(element),
                element=name,
                value=value[:80],
                source=source,
                expected=", ".join(words),
            )

    def check_text(self, element: _Element, path: str) -> None:
        name = path.rpartition("/")[2]
        for part in (element, *element.iter("*")):
            language = part.get(f"{{{xml.XML_NS}}}lang") or part.get("language") or ""
            if language and not _LANGUAGE.fullmatch(language):
                self.findings.add("lom-language", self.where(part), value=language[:40])
        text = xml.text_of(element)
        if name == "language" and text and not _LANGUAGE.fullmatch(text):
            self.findings.add("lom-language", self.where(element), value=text[:40])
        if name == self.binding.schema_element:
            self.models.append((element, text))
