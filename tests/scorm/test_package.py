from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.archive import open_archive
from scorm.package import write_package

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_content_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    video.write_bytes(bytes(range(256)) * 4096)
    entries: list[tuple[str, bytes | Path]] = [("media/film.mp4", video), ("index.html", b"<p>" * 5000)]
    first = b"".join(write_package(entries))
    video.touch()
    assert b"".join(write_package(reversed(entries))) == first
    assert b"".join(write_package(entries, mtime=datetime(2024, 5, 1, 8, tzinfo=UTC))) != first


def test_text_shrinks_media_do_not_and_both_come_back(tmp_path: Path) -> None:
    picture = bytes(range(256)) * 400
    data = b"".join(write_package([("a.html", b"<p>" * 5000), ("b.png", picture)]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("a.html").compress_size < 500
        assert archive.getinfo("b.png").compress_size >= len(picture)
        assert {info.date_time for info in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}


def test_a_big_file_is_sent_in_pieces(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    video.write_bytes(b"\x01" * (3 * 2**20))
    assert max(len(chunk) for chunk in write_package([("film.mp4", video)])) < 2**20


@pytest.mark.parametrize("name", ["", "/a", "a//b", "../a", "a/../b", "a/.", "été.html", "a b", "a\\b", "a/"])
def test_names_that_are_not_plain_relative_paths_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="relative path"):
        write_package([(name, b"x")])


def test_names_that_differ_by_case_only_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        write_package([("A.html", b"x"), ("a.html", b"y")])


@settings(max_examples=30)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.(html|png)", fullmatch=True), st.binary(max_size=2000), min_size=1))
def test_whatever_is_written_can_be_opened_safely(files: dict[str, bytes]) -> None:
    with open_archive(io.BytesIO(b"".join(write_package(files.items())))) as archive:
        assert {name: archive.read(name) for name in archive.names} == files
