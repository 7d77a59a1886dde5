from __future__ import annotations

import io
import struct
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from scorm.archive import ArchiveError, Limits, open_archive
from scorm.check import check_package
from scorm.unpack import unpack_package
from tests.scorm.builders import MANIFEST_12, zip_bytes


def refusal(data: bytes, limits: Limits | None = None) -> ArchiveError:
    with tempfile.TemporaryDirectory() as place:
        with pytest.raises(ArchiveError) as caught:
            unpack_package(io.BytesIO(data), Path(place, "package"), limits)
        assert list(Path(place).iterdir()) == []  # nothing is left behind
    assert caught.value.fr
    assert caught.value.text("en") == caught.value.en
    return caught.value


def with_mode(name: str, mode: int, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("../evil.html", "path-traversal"),
        ("a/../../evil.html", "path-traversal"),
        ("a\\..\\..\\evil.html", "path-traversal"),
        ("%2e%2e/evil.html", "path-traversal"),
        ("a/..%5c..%5cevil.html", "path-traversal"),
        ("/etc/passwd", "absolute-path"),
        ("\\windows\\a.txt", "absolute-path"),
        ("C:\\windows\\a.txt", "absolute-path"),
        ("c:a.txt", "absolute-path"),
        ("a\nb.html", "bad-name"),
        ("a%00b.html", "bad-name"),
        ("x" * 300, "bad-name"),
        ("./", "bad-name"),
    ],
)
def test_names_that_leave_the_folder_are_refused(name: str, rule: str) -> None:
    assert refusal(zip_bytes({"index.html": b"x", name: b"y"})).rule == rule


def test_links_and_devices_are_refused() -> None:
    for mode in (0o120777, 0o020666, 0o010666):
        assert refusal(with_mode("link", mode, b"/etc/passwd")).rule == "link"


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(zip_bytes({"a.html": b"x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    error = refusal(bytes(data))
    assert (error.rule, error.name) == ("encrypted", "a.html")


def test_unusual_compression_is_refused() -> None:
    assert refusal(zip_bytes({"a.html": b"x" * 100}, zipfile.ZIP_BZIP2)).rule == "compression"


@pytest.mark.parametrize(
    ("one", "other"),
    [("A.html", "a.html"), ("é.html", "e\u0301.html"), ("a b.html", "a%20b.html"), ("a", "a/b.html"), ("x/A", "X/a")],
)
def test_names_that_are_one_on_some_disks_are_refused(one: str, other: str) -> None:
    assert refusal(zip_bytes({one: b"1", other: b"2"})).rule == "name-collision"


def test_the_same_name_twice_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.html", b"1")
        archive.writestr("b.html", b"2")
    data = target.getvalue().replace(b"b.html", b"a.html")
    assert refusal(data).rule == "name-collision"


def test_bombs_are_refused_before_they_inflate() -> None:
    zeros = zip_bytes({"zeros.txt": b"\0" * (9 * 2**20)})
    error = refusal(zeros)
    assert (error.rule, error.name) == ("zip-bomb", "zeros.txt")
    spread = zip_bytes({f"{n}.txt": b"\0" * (2 * 2**20) for n in range(5)})
    assert refusal(spread).rule == "zip-bomb"


def test_every_limit_can_be_set() -> None:
    files: dict[str, bytes | str] = {"a.html": b"x" * 1000, "b.html": b"y" * 1000}
    assert refusal(zip_bytes(files), Limits(max_members=1)).rule == "too-many-members"
    assert refusal(zip_bytes(files), Limits(max_total=1500)).rule == "too-large"
    assert refusal(zip_bytes(files), Limits(max_member=500)).rule == "member-too-large"


def test_members_that_share_bytes_are_refused() -> None:
    data = bytearray(zip_bytes({"a.html": b"a" * 50, "b.html": b"b" * 50}, zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)  # both entries now point at the first member
    assert refusal(bytes(data)).rule == "zip-bomb"


def test_a_member_with_other_bytes_than_declared_is_refused() -> None:
    data = bytearray(zip_bytes({"a.html": b"hello world"}, zipfile.ZIP_STORED))
    data[data.index(b"hello")] = ord("j")
    assert refusal(bytes(data)).rule == "damaged"


def test_a_member_shorter_or_longer_than_declared_is_refused() -> None:
    for size in (5, 50_000):
        data = bytearray(zip_bytes({"a.html": b"hello world" * 20}))
        struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, size)
        assert refusal(bytes(data)).rule == "damaged"


def test_a_member_whose_own_header_is_broken_is_refused() -> None:
    data = bytearray(zip_bytes({"a.html": b"hello"}))
    data[0:4] = b"XXXX"
    assert refusal(bytes(data)).rule == "damaged"


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", zip_bytes({"a.html": b"x"})[:40]], ids=["empty", "text", "cut short"]
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert refusal(data).rule == "not-a-zip"


def test_an_archive_without_files_is_refused() -> None:
    assert refusal(zip_bytes({})).rule == "empty"
    assert refusal(zip_bytes({"folder/": b""})).rule == "empty"


def test_names_are_normalised_and_system_files_reported() -> None:
    data = zip_bytes(
        {
            "imsmanifest.xml": MANIFEST_12,
            "pages\\un.html": b"1",
            "./deux.html": b"2",
            "__MACOSX/._deux.html": b"",
            "pages/.DS_Store": b"",
        }
    )
    with open_archive(io.BytesIO(data)) as archive:
        assert archive.names == ("deux.html", "imsmanifest.xml", "pages/un.html")
        assert archive.ignored == ("__MACOSX/._deux.html", "pages/.DS_Store") == archive.system
        assert archive.total_size == len(MANIFEST_12.encode()) + 2
        assert archive.read("pages/un.html") == b"1"


def test_a_manifest_in_a_folder_makes_that_folder_the_root() -> None:
    data = zip_bytes({"course/ImsManifest.XML": "<manifest/>", "course/a.html": b"x", "readme.txt": b"y"})
    with open_archive(io.BytesIO(data)) as archive:
        assert (archive.root, archive.names) == ("course/", ("a.html", "imsmanifest.xml", "readme.txt"))
        assert (archive.outside, archive.system, archive.manifest_name) == (("readme.txt",), (), "ImsManifest.XML")
        assert archive.read("imsmanifest.xml") == b"<manifest/>"
        assert archive.read("readme.txt") == b"y"


@pytest.mark.parametrize("other", ["a.html", "A.HTML", "img/logo.png", "_outside/x"])
def test_files_beside_the_manifest_s_folder_are_kept_and_cover_nothing(other: str) -> None:
    inside = {"c/imsmanifest.xml": "<manifest/>", "c/a.html": b"x", "c/img/b.png": b"y", "c/_outside/z": b"z"}
    with open_archive(io.BytesIO(zip_bytes(inside | {other: b"mine"}))) as archive:
        assert archive.outside == (f"_outside1/{other}",)
        assert archive.read(archive.outside[0]) == b"mine"
        assert archive.read("a.html") == b"x"


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "UTF-8"), ("cp850", "cp850"), ("cp437", "cp850"), ("cp1252", "cp1252")]
)
def test_accented_names_of_any_tool_are_read_as_they_were_meant(encoding: str, told: str) -> None:
    name = "leçons/éléphant à vélo.html"
    plain = "x" * len(name.encode(encoding))
    data = zip_bytes({plain: b"1"}).replace(plain.encode(), name.encode(encoding))
    with open_archive(io.BytesIO(data)) as archive:
        assert (archive.names, archive.recoded, archive.encoding) == ((name,), (name,), told)
        assert archive.read(name) == b"1"


def test_backslashes_in_names_are_folders_and_it_is_said() -> None:
    with open_archive(io.BytesIO(zip_bytes({"a\\b.html": b"1", "c\\": b""}))) as archive:
        assert (archive.names, archive.backslashed) == (("a/b.html",), ("a/b.html",))


def test_members_are_found_under_other_spellings() -> None:
    data = zip_bytes({"mon cours/e\u0301t\u00e9.html": b"x", "a%20b.html": b"y", "Logo.PNG": b"z"})
    with open_archive(io.BytesIO(data)) as archive:
        assert archive.find("mon%20cours/%C3%A9t%C3%A9.html") == "mon cours/e\u0301t\u00e9.html"
        assert archive.find("a b.html") == "a%20b.html"
        assert archive.find("logo.png") is None
        assert archive.find_other_case("logo.png") == "Logo.PNG"
        assert "Logo.PNG" in archive
        assert not archive.has_manifest


def test_reading_a_member_whole_is_bounded() -> None:
    with open_archive(io.BytesIO(zip_bytes({"a.html": b"x" * 100}))) as archive:
        with pytest.raises(ArchiveError) as caught:
            archive.read("a.html", limit=10)
        assert caught.value.rule == "member-too-large"


def test_unpacking_gives_every_file_whole(tmp_path: Path) -> None:
    content = bytes(range(256)) * 8192
    path = tmp_path / "p.zip"
    path.write_bytes(zip_bytes({"m/b.bin": content, "a.html": b"x"}, zipfile.ZIP_STORED))
    assert unpack_package(path, tmp_path / "deep" / "out") == ("a.html", "m/b.bin")
    assert (tmp_path / "deep" / "out" / "m" / "b.bin").read_bytes() == content
    with pytest.raises(FileExistsError):
        unpack_package(path, tmp_path / "deep" / "out")


def test_memory_does_not_grow_with_the_package(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive, archive.open("film.mp4", "w") as member:
        for _ in range(60):
            member.write(bytes(2**20))
    tracemalloc.start()
    try:
        unpack_package(path, tmp_path / "out")
        assert check_package(path).problems
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 2**20
