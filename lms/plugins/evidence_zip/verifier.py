"""Vérifie un dossier de preuves sans réseau ni logiciel : python verifier.py dossier.zip

Checks an evidence pack with Python's standard library alone: every sum, every row of the tables, every link of the
chained record, the names, and that nothing was added. Exit codes: 0 intact, 1 altered, 2 not a pack.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
JOURNAL, HEAD = "07_journal/evenements.jsonl", "07_journal/tete_chaine.txt"
BLOCK = 4096
SHORT = 16
MAX_FILES, MAX_BYTES = 100_000, 4 << 30
FIXED_TIME = (2020, 1, 1, 0, 0, 0)
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


class NotAPackError(ValueError):
    """The file is not an evidence pack; ``fr`` and ``en`` say why."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en


@dataclass(frozen=True)
class Problem:
    """One alteration: its place, and what it is in both languages."""

    place: str
    fr: str
    en: str

    def text(self, language: str) -> str:
        return f"{self.place} : {self.fr}" if language == "fr" else f"{self.place}: {self.en}"


@dataclass
class Report:
    """What was checked and what was found. ``digest``: SHA-256 of the ZIP."""

    digest: str = ""
    files: int = 0
    rows: int = 0
    events: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str, fr: str, en: str) -> None:
        self.problems.append(Problem(place, fr, en))

    def as_dict(self) -> dict[str, Any]:
        return {
            "intact": not self.problems, "digest": self.digest, "files": self.files, "rows": self.rows,
            "events": self.events, "problems": [vars(problem) for problem in self.problems],
        }  # fmt: skip


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """The one way to write JSON in bytes: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def split_rows(data: bytes) -> list[bytes]:
    """The rows of a CSV of this pack: one a line, no line break inside a cell."""
    return data.split(b"\r\n")[:-1] if data.endswith(b"\r\n") else data.split(b"\r\n")


def row_digests(data: bytes) -> list[str]:
    """The first signs of the SHA-256 of each row."""
    return [sha256(row)[:SHORT] for row in split_rows(data)]


def block_digests(data: bytes) -> list[str]:
    """The first signs of the SHA-256 of each block of 4096 bytes."""
    return [sha256(data[start : start + BLOCK])[:SHORT] for start in range(0, len(data), BLOCK)]


def link(previous: str, event: Any) -> str:
    """The link of an event in the chain: SHA-256 over the previous link and the event."""
    return sha256(previous.encode() + b"\n" + canonical(event))


def verify(path: Path, expected: str = "") -> Report:
    """Check the pack; NotAPackError when the file is none. ``expected``: the digest noted when it was produced."""
    report = Report()
    try:
        with zipfile.ZipFile(path) as archive:
            _check_frame(path, archive, report)
            contents = _read_all(archive, report)
    except NotAPackError:
        raise
    except (zipfile.BadZipFile, OSError, struct.error, NotImplementedError, ValueError, OverflowError) as error:
        raise NotAPackError(
            f"{path.name} n'est pas une archive ZIP lisible ({error}).", f"{path.name} is not a readable ZIP ({error})."
        ) from error
    if SUMS not in contents and MANIFEST not in contents:
        raise NotAPackError(
            f"{path.name} n'est pas un dossier de preuves : il n'a ni {SUMS} ni {MANIFEST}.",
            f"{path.name} is not an evidence pack: it has neither {SUMS} nor {MANIFEST}.",
        )
    report.files, report.digest = len(contents), _digest_of_file(path)
    manifest = _check_manifest(contents, report)
    _check_sums(contents, manifest, report)
    _check_journal(contents, report)
    if expected and not report.digest.startswith(expected.lower()):
        report.add(
            path.name, "l'empreinte du dossier n'est pas celle qui a été notée à sa production",
            "the digest of the pack is not the one noted when it was produced",
        )  # fmt: skip
    return report


def _digest_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _read_all(archive: zipfile.ZipFile, report: Report) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_BYTES:
        raise NotAPackError("Archive trop grande pour être un dossier de preuves.", "Archive too large for a pack.")
    contents: dict[str, bytes] = {}
    for info in infos:
        if info.filename in contents:
            report.add(info.filename, "présent deux fois dans l'archive", "is in the archive twice")
            continue
        try:
            contents[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            report.add(info.filename, f"illisible : {error}", f"cannot be read: {error}")
            contents[info.filename] = b""
    return contents


def _check_frame(path: Path, archive: zipfile.ZipFile, report: Report) -> None:
    """What surrounds the files: every byte of the archive that is not content is the one that Bouquet writes."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    end_of_data = 0
    with path.open("rb") as file:
        for info in infos:
            name = info.filename.encode()
            if info.header_offset != end_of_data:
                report.add(info.filename, "octets ajoutés avant ce fichier", "bytes were added before this file")
            file.seek(info.header_offset)
            head = file.read(30 + len(name))
            file.seek(info.compress_size, 1)
            if head != _local_header(name) or file.read(16) != _descriptor(info) or not _is_plain(info):
                report.add(info.filename, "l'en-tête du fichier a été modifié", "the header of the file was changed")
            end_of_data = info.header_offset + len(head) + info.compress_size + 16
        file.seek(archive.start_dir)
        directory = file.read()
    expected = b"PK\x05\x06" + struct.pack(
        "<4H2LH", 0, 0, len(infos), len(infos), len(directory) - 22, archive.start_dir, 0
    )
    if archive.comment or archive.start_dir != end_of_data or directory[-22:] != expected:
        report.add(
            path.name, "octets ajoutés ou modifiés à la fin de l'archive", "bytes were added or changed at its end"
        )


def _local_header(name: bytes) -> bytes:
    day = (2020 - 1980) << 9 | 1 << 5 | 1
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 8, zipfile.ZIP_DEFLATED, 0, day, 0, 0, 0, len(name), 0) + name


def _descriptor(info: zipfile.ZipInfo) -> bytes:
    return struct.pack("<4s3I", b"PK\x07\x08", info.CRC, info.compress_size, info.file_size)


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether the entry of the directory says nothing more than it must."""
    said = (info.create_version, info.extract_version, info.flag_bits, info.reserved, info.volume, info.internal_attr)
    kept = (info.compress_type, info.create_system, info.external_attr, info.date_time)
    return (
        said == (20, 20, 8, 0, 0, 0) and kept == (zipfile.ZIP_DEFLATED, 3, 0o100644 << 16, FIXED_TIME)
        and not info.extra and not info.comment
    )  # fmt: skip


def _check_manifest(contents: dict[str, bytes], report: Report) -> dict[str, Any]:
    try:
        manifest = json.loads(contents.get(MANIFEST, b""))
        return {entry["path"]: entry for entry in manifest["files"]}
    except (ValueError, KeyError, TypeError):
        report.add(MANIFEST, "absent ou illisible", "missing or unreadable")
        return {}


def _check_sums(contents: dict[str, bytes], manifest: dict[str, Any], report: Report) -> None:
    sums: dict[str, str] = {}
    for number, line in enumerate(contents.get(SUMS, b"").decode("utf-8", "replace").splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            report.add(f"{SUMS}, ligne {number}", "illisible", "unreadable")
        else:
            sums[found[2]] = found[1]
    if SUMS not in contents:
        report.add(SUMS, "absent", "missing")
    for name in sorted(sums.keys() | manifest.keys() | (contents.keys() - {SUMS})):
        entry = manifest.get(name)
        if name not in contents:
            report.add(
                name,
                "annoncé, mais absent de l'archive (retiré ou renommé)",
                "announced but missing (removed or renamed)",
            )
        elif name not in sums or (entry is None and name != MANIFEST):
            report.add(
                name, "fichier ajouté ou renommé : il n'est pas annoncé", "added or renamed file: it is not announced"
            )
        else:
            _check_file(name, contents[name], sums[name], entry or {}, report)


def _check_file(name: str, data: bytes, digest: str, entry: dict[str, Any], report: Report) -> None:
    report.rows += len(entry.get("rows", ()))
    announced = entry.get("sha256", digest)
    if announced != digest:
        report.add(name, f"{SUMS} et {MANIFEST} ne disent pas la même empreinte", f"{SUMS} and {MANIFEST} disagree")
    if sha256(data) == digest == announced:
        return
    if isinstance(entry.get("rows"), list):
        changed = _differences(row_digests(data), entry["rows"])
        places = [f"{name}, ligne {number + 1}" for number in changed]
    else:
        changed = _differences(block_digests(data), entry.get("blocks", []))
        places = [f"{name}, octets {number * BLOCK} à {number * BLOCK + BLOCK - 1}" for number in changed[:3]]
    for place in places[:10] or [name]:
        report.add(place, "modifié, ajouté ou retiré", "changed, added or removed")


def _differences(found: list[str], announced: list[str]) -> list[int]:
    """Where two lists differ: the rows that are new or changed, or the first that is missing."""
    if len(found) == len(announced):
        return [at for at, (one, other) in enumerate(zip(found, announced, strict=True)) if one != other]
    for at, (one, other) in enumerate(zip(found, announced, strict=False)):
        if one != other:
            return [at]
    return [min(len(found), len(announced))]


def _check_journal(contents: dict[str, bytes], report: Report) -> None:
    previous = ""
    lines = [line for line in contents.get(JOURNAL, b"").decode("utf-8", "replace").split("\n") if line]
    for number, line in enumerate(lines, start=1):
        place = f"{JOURNAL}, ligne {number}"
        try:
            row = json.loads(line)
            good = row["n"] == number and row["previous"] == previous and row["link"] == link(previous, row["event"])
            previous = str(row["link"])
        except (ValueError, KeyError, TypeError):
            good = False
        if not good:
            report.add(
                place, "la chaîne est rompue : événement modifié, retiré ou ajouté ici",
                "the chain is broken: an event was changed, removed or added here",
            )  # fmt: skip
            return
    report.events = len(lines)
    head = contents.get(HEAD, b"").decode("utf-8", "replace").split()
    if head != [str(len(lines)), previous or "-"]:
        report.add(HEAD, "la tête de chaîne n'est pas celle du journal", "the head of the chain is not the journal's")


def main(arguments: list[str] | None = None) -> int:
    """The command: prints the report in French and returns the exit code."""
    parser = argparse.ArgumentParser(description="Vérifie un dossier de preuves, sans réseau.")
    parser.add_argument("dossier", type=Path)
    parser.add_argument("--empreinte", default="", help="empreinte notée à la production du dossier")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        report = verify(options.dossier, options.empreinte)
    except NotAPackError as error:
        print(json.dumps({"error": error.fr}, ensure_ascii=False) if options.json else error.fr)  # noqa: T201
        return 2
    if options.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))  # noqa: T201
    else:
        for line in say(report, "fr"):
            print(line)  # noqa: T201
    return 1 if report.problems else 0


def say(report: Report, language: str) -> list[str]:
    """The report in lines."""
    lines = [problem.text(language) for problem in report.problems]
    if language == "fr":
        verdict = (
            f"Dossier altéré : {len(report.problems)} problème(s)." if lines
            else f"Dossier intact : {report.files} fichiers, {report.rows} lignes de tableaux, {report.events} événements."
        )  # fmt: skip
        return [*lines, verdict, f"Empreinte du dossier : {report.digest}"]
    verdict = (
        f"Altered pack: {len(report.problems)} problem(s)." if lines
        else f"Intact pack: {report.files} files, {report.rows} table rows, {report.events} events."
    )  # fmt: skip
    return [*lines, verdict, f"Digest of the pack: {report.digest}"]


if __name__ == "__main__":
    sys.exit(main())
