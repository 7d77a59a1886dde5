"""Every format in one list: what it is called, what it reads, what it writes, and how a file is recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from competency_frameworks.formats import (
    canvas_csv,
    case,
    digcomp_jsonld,
    moodle_csv,
    moodle_csv_writer,
    rncp_xml,
    yaml_format,
)
from competency_frameworks.problems import Problem, ReadResult
from competency_frameworks.text import Translated, bilingual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from competency_frameworks.model import Framework

    Reader = Callable[[bytes, str, str], ReadResult]
    Written = tuple[Iterator[bytes], tuple[Problem, ...]]
    Writer = Callable[[Framework, datetime], Written]


class _Later:
    """A module of this folder that is loaded when one of its functions is called: its libraries weigh 30 MB and half a second at each start."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, function: str) -> Any:
        return lambda *given: getattr(import_module(f"competency_frameworks.formats.{self._name}"), function)(*given)  # noqa: PLW0108 - called later


skos, skos_writer, table, table_writer = map(_Later, ("skos", "skos_writer", "table", "table_writer"))


@dataclass(frozen=True, slots=True)
class Format:
    """One file format; ``reader`` and ``writer`` are None where we do not read or write it."""

    name: str
    label: Translated
    suffix: str
    media_type: str
    reader: Reader | None = None
    writer: Writer | None = None

    def read(self, data: bytes, path: str = "", language: str = "fr") -> ReadResult:
        """Read one framework; ``language`` is that of the texts where the format cannot say. ValueError when not read."""
        if self.reader is None:
            raise ValueError(f"{self.name} is not read")
        result = self.reader(data, path, language)
        return ReadResult(result.framework, result.problems, self.name)

    def write(self, framework: Framework, changed: datetime | None = None) -> Written:
        """The file in pieces, and what it could not hold. ``changed`` dates CASE records (now when None)."""
        if self.writer is None:
            raise ValueError(f"{self.name} is not written")
        return self.writer(framework, changed or datetime.now(UTC))


def _case(version: case.CaseVersion) -> Writer:
    return lambda framework, changed: (
        case.stream_case(framework, changed, version),
        case.case_losses(framework, version),
    )


_LIST = (
    Format("yaml", bilingual("YAML de Bouquet", "Bouquet's YAML"), ".yaml", "application/yaml",
           lambda data, path, _: yaml_format.read_yaml(data, path), lambda one, _: (iter((yaml_format.write_yaml(one),)), ())),
    Format("case1.1", bilingual("CASE 1.1 (JSON)", "CASE 1.1 (JSON)"), ".json", "application/json",
           lambda data, path, _: case.read_case(data, path), _case("1.1")),
    Format("case1.0", bilingual("CASE 1.0 (JSON)", "CASE 1.0 (JSON)"), ".json", "application/json",
           lambda data, path, _: case.read_case(data, path), _case("1.0")),
    Format("moodle-csv", bilingual("Moodle (CSV)", "Moodle (CSV)"), ".csv", "text/csv",
           moodle_csv.read_moodle_csv, lambda one, _: moodle_csv_writer.write_moodle_csv(one)),
    Format("canvas-csv", bilingual("Canvas (CSV)", "Canvas (CSV)"), ".csv", "text/csv",
           canvas_csv.read_canvas_csv, lambda one, _: canvas_csv.write_canvas_csv(one)),
    Format("skos-ttl", bilingual("SKOS (Turtle)", "SKOS (Turtle)"), ".ttl", "text/turtle",
           lambda data, path, _: skos.read_skos_ttl(data, path), lambda one, _: skos_writer.write_skos_ttl(one)),
    Format("skos-jsonld", bilingual("SKOS (JSON-LD)", "SKOS (JSON-LD)"), ".jsonld", "application/ld+json",
           lambda data, path, _: skos.read_skos_jsonld(data, path), lambda one, _: skos_writer.write_skos_jsonld(one)),
    Format("digcomp-jsonld", bilingual("DigComp 3.0 (JSON-LD du JRC)", "DigComp 3.0 (JRC's JSON-LD)"), ".jsonld", "application/ld+json",
           lambda data, path, _: digcomp_jsonld.read_digcomp(data, path)),
    Format("rncp-xml", bilingual("RNCP (XML 4.1)", "RNCP (XML 4.1)"), ".xml", "application/xml",
           lambda data, path, _: rncp_xml.read_rncp_xml(data, path)),
    Format("xlsx", bilingual("Tableur (XLSX)", "Spreadsheet (XLSX)"), ".xlsx",
           "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", table.read_xlsx, lambda one, _: table_writer.write_xlsx(one)),
    Format("csv", bilingual("Tableur (CSV)", "Spreadsheet (CSV)"), ".csv", "text/csv",
           table.read_csv_table, lambda one, _: table_writer.write_csv_table(one)),
    Format("json-table", bilingual("Liste JSON", "JSON list"), ".json", "application/json", table.read_json_table),
)  # fmt: skip
FORMATS: dict[str, Format] = {one.name: one for one in _LIST}


def detect(data: bytes, path: str = "") -> str:  # noqa: PLR0911 (one return a format)
    """The name of the format that ``data`` seems to be in; the content decides, the suffix of ``path`` only breaks ties."""
    start = data[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    suffix = path.rpartition(".")[2].lower()
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    if start[:1] in {b"{", b"["} and suffix not in {"yaml", "yml", "ttl", "csv"}:
        return _json_kind(data)
    if start[:1] == b"<" and b"FICHE" in data[:20_000]:
        return "rncp-xml"
    head = start.partition(b"\n")[0].decode("utf-8", "replace").lower()
    if suffix == "ttl" or re.match(r"@prefix|@base|prefix |<http", head):
        return "skos-ttl"
    if "vendor_guid" in head:
        return "canvas-csv"
    if suffix == "csv" or (
        suffix not in {"yaml", "yml"} and max(head.count(","), head.count(";"), head.count("\t")) > 2
    ):
        columns = max(head.count(","), head.count(";")) + 1
        return "moodle-csv" if columns == len(moodle_csv.COLUMNS) or "scaleid" in head else "csv"
    return "yaml"


def _json_kind(data: bytes) -> str:
    if b'"CFDocument"' in data:
        return "case1.1"
    if b'"CompetenceArea"' in data and b'"@graph"' in data:
        return "digcomp-jsonld"
    if b'"@context"' in data or b'"@graph"' in data or b'"@id"' in data:
        return "skos-jsonld"
    return "json-table"


def read_any(data: bytes, path: str = "", name: str = "auto", language: str = "fr") -> ReadResult:
    """Read a file in the format ``name``, or in the one it seems to be in. KeyError when there is no such format."""
    return FORMATS[detect(data, path) if name == "auto" else name].read(data, path, language)
