from __future__ import annotations

import io
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from courses.files import BadCourseZipError, FolderFiles, zip_files
from courses.loader import load_course
from scorm.archive import ArchiveError, Limits
from tests.courses.samples import PATHS, sample_files

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: Path) -> None:
    for name, data in sample_files().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def zipped(prefix: str = "", **more: bytes) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**sample_files(), **more}.items():
            archive.writestr(prefix + name, data)
    buffer.seek(0)
    return buffer


def test_a_folder_is_a_mapping_of_its_files(tmp_path: Path) -> None:
    fill(tmp_path)
    files = FolderFiles(tmp_path)
    assert dict(files) == sample_files()
    assert len(files) == len(sample_files())
    assert load_course(files).problems == ()


def test_dotfiles_and_leftovers_do_not_exist(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / ".git").mkdir()
    for name in (".git/config", ".env", "Thumbs.db"):
        (tmp_path / name).write_text("secret")
    assert dict(FolderFiles(tmp_path)) == sample_files()


def test_links_out_of_the_folder_do_not_exist(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    fill(course)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "other").mkdir()
    (course / ".hidden").write_text("secret")
    (course / "media" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (course / "media" / "folder").symlink_to(tmp_path / "other")
    (course / "media" / "hidden.txt").symlink_to(course / ".hidden")
    (course / "media" / "broken.txt").symlink_to(tmp_path / "nowhere")
    files = FolderFiles(course)
    assert dict(files) == sample_files()
    for name in ("media/out.txt", "../secret.txt", "/etc/passwd"):
        assert name not in files
        with pytest.raises(KeyError):
            files[name]


def test_a_file_that_disappears_meanwhile_is_reported_as_missing(tmp_path: Path) -> None:
    fill(tmp_path)
    files = FolderFiles(tmp_path)
    assert PATHS["quiz"] in files
    (tmp_path / PATHS["quiz"]).unlink()
    assert [one.rule for one in load_course(files).problems] == ["file-missing"]


@pytest.mark.parametrize("prefix", ["", "mon-cours/"])
def test_a_zip_may_hold_the_course_one_folder_down(prefix: str) -> None:
    files = zip_files(zipped(prefix))
    assert dict(files) == sample_files()
    assert all(files.size(path) == len(data) for path, data in sample_files().items())
    assert all(b"".join(files.chunks(path)) == data for path, data in sample_files().items())


def test_a_zip_without_a_course_gives_its_files_to_the_loader_to_refuse() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.md", "x")
    assert load_course(zip_files(buffer)).course is None


@pytest.mark.parametrize(("name", "rule"), [("../out.txt", "zip-path-traversal"), ("/etc/passwd", "zip-absolute-path")])
def test_a_zip_that_leaves_its_folder_is_refused_in_both_languages(name: str, rule: str) -> None:
    with pytest.raises(BadCourseZipError) as refused:
        zip_files(zipped(**{name: b"x"}))
    assert refused.value.problem.rule == rule
    assert refused.value.problem.text("fr") != refused.value.problem.text("en")


def test_a_bomb_is_refused() -> None:
    with pytest.raises(BadCourseZipError) as refused:
        zip_files(zipped(**{"media/big.txt": b"0" * 20_000_000}))
    assert refused.value.problem.rule == "zip-zip-bomb"


def test_limits_are_the_callers(tmp_path: Path) -> None:
    file = tmp_path / "course.zip"
    file.write_bytes(zipped().getvalue())
    with pytest.raises(BadCourseZipError):
        zip_files(file, Limits(max_members=3))


def test_a_damaged_file_is_found_before_it_is_needed() -> None:
    sound = random.Random(1).randbytes(400)  # nothing to deflate: it stands in the archive as it is
    data = bytearray(zipped(**{"media/son.bin": sound}).getvalue())
    data[data.index(sound) + 5] ^= 1
    files = zip_files(io.BytesIO(bytes(data)))
    with pytest.raises(ArchiveError) as refused:
        files.verify()
    assert refused.value.name == "media/son.bin"


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(BadCourseZipError):
        zip_files(io.BytesIO(b"not a zip"))
