"""Files read where they lie in the ZIP are the files that unpacking gives."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

import pytest

from scorm.archive import ArchiveError, open_archive
from scorm.members import GZIP_EXTRA, as_gzip, inflate, locate_members, read_index
from scorm.members import MemberIndex as Index
from tests.scorm.builders import SAMPLES

TEXT = ("Une phrase qui se répète. " * 4000).encode()
NOISE = random.Random(7).randbytes(300_000)


def made() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr(zipfile.ZipInfo("vide.txt"), b"")
        archive.writestr("texte.html", TEXT, zipfile.ZIP_DEFLATED)
        archive.writestr("bruit.bin", NOISE, zipfile.ZIP_DEFLATED, 0)
        archive.writestr("son.mp3", NOISE, zipfile.ZIP_STORED)
        info = zipfile.ZipInfo("long.txt")
        info.extra = b"\x99\x99\x04\x00abcd"  # headers differ in length from those of the directory
        archive.writestr(info, "après")
        archive.writestr("Été/Page%20une.html", "une")
    return memory.getvalue()


def indexed(data: bytes) -> Index:
    stream = io.BytesIO(data)
    with open_archive(stream) as archive:
        return Index(locate_members(stream, archive))


def content(data: bytes, member, start=0, stop=None) -> bytes:
    stop = member.size if stop is None else min(stop, member.size)
    if not member.deflated:
        return data[member.offset + start : member.offset + stop]
    raw = data[member.offset : member.stop]
    pieces = [raw[at : at + 10_000] for at in range(0, len(raw), 10_000)]
    return b"".join(inflate(pieces, start, stop))


def test_every_member_is_found_where_it_lies():
    data = made()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in indexed(data).members:
            whole = archive.read(member.name)
            assert content(data, member) == whole
            assert content(data, member, 3, 4000) == whole[3:4000]
            assert content(data, member, max(len(whole) - 5, 0)) == whole[-5:]
            if member.deflated:
                wrapped = b"".join(as_gzip(member, [data[member.offset : member.stop]]))
                assert gzip.decompress(wrapped) == whole
                assert len(wrapped) == member.stored + GZIP_EXTRA


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample packages are not here")
@pytest.mark.parametrize("archive", sorted(SAMPLES.rglob("*SingleSCO*.zip"))[:6], ids=lambda path: path.name)
def test_members_of_packages_of_others_are_found_where_they_lie(archive):
    data = archive.read_bytes()
    index = indexed(data)
    with zipfile.ZipFile(archive) as zipped:
        for name in zipped.namelist():
            if not name.endswith("/"):
                assert content(data, index.find(name)) == zipped.read(name)


def test_content_finds_its_files_by_the_spellings_it_uses():
    index = indexed(made())
    for path in ("Été/Page%20une.html", "E\u0301te\u0301/Page%20une.html", "été/page une.html", "Été/PAGE%20UNE.html"):
        assert index.find(path).name == "Été/Page%20une.html"
    assert index.find("Été") is None
    assert index.find("../texte.html") is None


def test_an_index_is_kept_whole_and_another_format_is_made_again():
    index = indexed(made())
    assert read_index(index.to_bytes()).members == index.members
    assert read_index(index.to_bytes().replace(b'"format":1', b'"format":0')) is None


def test_a_member_without_a_header_of_its_own_is_refused():
    data = bytearray(made())
    at = data.index(b"PK\x03\x04", 10)
    data[at : at + 4] = b"XXXX"
    with pytest.raises(ArchiveError) as refused:
        indexed(bytes(data))
    assert refused.value.rule == "damaged"
