"""Packages spoiled in a thousand ways, each from one number, so that a case that fails can be made again."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from courses.files import FolderFiles
from courses.loader import load_course
from courses.packaging import Provenance, pack
from tests.scorm.builders import SAMPLES, files_12, files_2004, zip_bytes
from tests.scorm.test_round_trip import EVERYTHING_12, EVERYTHING_2004

if TYPE_CHECKING:
    from collections.abc import Callable

COURSE = Path(__file__).parents[1] / "data" / "premiers-pas"
MOST = 600_000  # bytes of a seed: larger ones say nothing more and take longer
NAMES = (
    "../evil.txt", "..\\evil.txt", "/evil.txt", "C:\\evil.txt", "a/../../evil.txt", "%2e%2e/evil.txt", "..%2fevil.txt",
    "a/..%5c..%5cevil.txt", "evil\x00.txt", "evil\n.txt", "con", "aux.txt", "a" * 400, "a/" * 120 + "x", "./", "", "//a",
    "IMSMANIFEST.XML", "imsmanifest.xml", "deep/imsmanifest.xml", "__MACOSX/imsmanifest.xml", "\u202etxt.exe", "é.html",
    "e\u0301.html", "a ", "a.", "~/x", "$HOME/x", "index.html/x", "index.html", "INDEX.html", "....//evil", ".. /evil",
)  # fmt: skip
VALUES = (
    "", " ", "0", "-1", "1e309", "NaN", "inf", "9" * 400, "true", "../../etc/passwd", "file:///etc/passwd", "//x/y",
    "javascript:alert(1)", "%00", "%2e%2e%2f", "\\\\server\\share", "a" * 5_000, "&amp;" * 50, "é\u202e", "http://[", "?#",
    "#", "{target=x}choice", "1.2", "2004 4th Edition", "CAM 1.3", "P1Y", "PT", "0000:00:00.00", "&undefined;", "<", "]]>",
)  # fmt: skip
INSERTS = (
    '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>', "<!--", "-->", "<![CDATA[", "]]>", "<?php",
    "<item>" * 60, "<item identifier='x'>", "</item>", "<manifest>", "&#0;", "&#xD800;", "\x0b", "<x:y/>", 'xsi:a="b"',
    '<resource href="%2e%2e/x"/>', "<imsss:sequencing IDRef='x'/>", "<title>" + "t" * 3_000 + "</title>", "<lom/>",
)  # fmt: skip
CONTENTS = (
    b"", b"\x00" * 5_000, b"<html" * 3_000, b"<" * 20_000, b"API" * 5_000, b"url(" * 4_000, b'"' * 10_000, b"\xff\xfe<a>",
    b"findAPITries > " * 800, b".open('GET', " * 800, b"<img src=" * 2_000, b"@import " * 2_000, b"<frameset><frame>" * 500,
    b"max" + b"a" * 30_000, b"<div>" * 3_000, b"max_" * 8_000 + b"tries", b"PK\x03\x04" * 500, b"\n" * 30_000,
)  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """Whole packages to spoil: our packager's, those of the other tests, and others' where they are at hand."""
    files = dict(FolderFiles(COURSE))
    course = load_course(files).course
    assert course is not None
    here = Provenance(hub="Hub fictif", version="1")
    ours = [
        b"".join(pack(course, files, module="mod-proteger", format=name, provenance=here))
        for name in ("scorm12", "scorm2004-3", "scorm2004-4")
    ]
    small = [
        zip_bytes(files_12()),
        zip_bytes(files_2004()),
        zip_bytes(files_12(imsmanifest_xml=EVERYTHING_12)),
        zip_bytes(files_2004(imsmanifest_xml=EVERYTHING_2004), zipfile.ZIP_STORED),
    ]
    others = [path.read_bytes() for path in sorted(SAMPLES.rglob("*.zip")) if path.stat().st_size < MOST]
    return (*ours, *small, *others)


def spoiled(number: int) -> bytes:
    """The package of that number."""
    chance = random.Random(number)
    whole = chance.choice(seeds()[:7] if chance.random() < 0.5 else seeds())
    return chance.choice((_bytes, _bytes, _directory, _members, _manifest, _manifest, _manifest))(whole, chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, dropped, doubled, cut, anywhere."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(spoilt) + 1), chance.randint(1, 400)
        match chance.randrange(6):
            case 0:
                spoilt[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del spoilt[at : at + length]
            case 2:
                spoilt[at:at] = chance.randbytes(length)
            case 3:
                spoilt[at:at] = spoilt[at : at + length]
            case 4:
                spoilt[at : at + length] = bytes(length)
            case _:
                del spoilt[max(at, 1) :]
    return bytes(spoilt)


def _directory(data: bytes, chance: random.Random) -> bytes:
    """Fields of the ZIP's own headers set to what they should not be."""
    spoilt = bytearray(data)
    marks = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    for _ in range(chance.randint(1, 6)):
        at = chance.choice(marks) + chance.randint(4, 46)
        value = chance.choice((0, 1, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, chance.randrange(2**32)))
        if at + 4 <= len(spoilt):
            wide = chance.random() < 0.5
            struct.pack_into("<I" if wide else "<H", spoilt, at, value if wide else value & 0xFFFF)
    return bytes(spoilt)


def _rezipped(data: bytes, change: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    change(members)
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # the same name twice is what is wanted
        for info, content in members:
            fresh = zipfile.ZipInfo(info.filename or "x")
            fresh.filename = info.filename
            fresh.external_attr = info.external_attr
            fresh.compress_type = info.compress_type if info.compress_type in {0, 8} else 8
            archive.writestr(fresh, content)
    return target.getvalue()


def _members(data: bytes, chance: random.Random) -> bytes:
    """Names, kinds and contents of members replaced."""

    def change(members: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(members))
            info, content = members[at]
            match chance.randrange(5):
                case 0:
                    info = zipfile.ZipInfo("x")
                    info.filename = chance.choice(NAMES)
                    members.append((info, b"evil"))
                case 1:
                    info.filename = chance.choice(NAMES)
                case 2:
                    info.external_attr = chance.choice((0o120777, 0o020666, 0o040755, 0o100000)) << 16
                case 3:
                    members[at] = (info, chance.choice(CONTENTS))
                case _:
                    members[at] = (info, _bytes(content or b"x", chance))

    return _rezipped(data, change)


def _manifest(data: bytes, chance: random.Random) -> bytes:
    """The manifest's text, attributes and encoding spoiled, in a sound archive."""

    def change(members: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        for at, (info, content) in enumerate(members):
            if info.filename.lower().endswith(("imsmanifest.xml", "metadata.xml", "cmi5.xml")):
                members[at] = (info, _text(content, chance))

    return _rezipped(data, change)


def _text(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    if chance.random() < 0.6:  # still XML: what it says is what is wrong
        for _ in range(chance.randint(1, 8)):
            value = chance.choice(VALUES).replace("&", "&amp;").replace("<", "&lt;")
            pattern, new = chance.choice(((r'"[^"<]*"', f'"{value}"'), (r">[^<]+<", f">{value}<")))
            text = _replace_one(pattern, new, text, chance)
        return text.encode("utf-8", "replace")
    for _ in range(chance.randint(1, 8)):
        match chance.randrange(6):
            case 0:
                text = _replace_one(r'"[^"<]*"', f'"{chance.choice(VALUES)}"', text, chance)
            case 1:
                text = _replace_one(r">[^<]+<", f">{chance.choice(VALUES)}<", text, chance)
            case 2:
                text = _replace_one(r"<[^>]*>", "", text, chance)
            case 3:
                at = chance.randrange(len(text) + 1)
                text = text[:at] + chance.choice(INSERTS) + text[at:]
            case 4:
                text = _replace_one(
                    r"\b(?:adlcp|imsss|adlnav|adlseq|xmlns)(?::\w+)?",
                    chance.choice(("x:y", "adlcp:a", "imsss:b")),
                    text,
                    chance,
                )
            case _:
                lines = text.split("\n")
                one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one : one + 3] = lines[other : other + chance.randint(0, 6)]
                text = "\n".join(lines)
    return text.encode(chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252")), "replace")


def _replace_one(pattern: str, new: str, text: str, chance: random.Random) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + new + text[match.end() :]
