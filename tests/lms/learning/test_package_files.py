"""Files of packages as browsers ask for them: whole, as gzip, in part, again; out of the ZIP that they came in."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import zipfile

import pytest

from lms.catalog.packages import APART_FROM, blob_key, package_members, register_package
from lms.learning.content import create_content_app
from lms.learning.package_files import member_response
from scorm.messages import ScormError
from tests.factories.courses import LESSON, MANIFEST_12

NOISE = random.Random(5).randbytes(APART_FROM + 500_000)
PAGE = ("<p>Bonjour à toutes et à tous.</p>" * 3000).encode()
FILES = {
    "imsmanifest.xml": (MANIFEST_12.encode(), zipfile.ZIP_DEFLATED),
    "index.html": (LESSON.encode(), zipfile.ZIP_STORED),
    "page.html": (PAGE, zipfile.ZIP_DEFLATED),
    "film.mp4": (NOISE, zipfile.ZIP_DEFLATED),  # most tools deflate media, though it gains nothing
    "son.mp3": (NOISE[::-1], zipfile.ZIP_STORED),
    "donnees.bin": (NOISE, zipfile.ZIP_DEFLATED),
}


def zipped(files) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, (data, method) in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, method)
    return memory.getvalue()


@pytest.fixture
def package(session, house, world):
    data = zipped(FILES)
    sha256 = hashlib.sha256(data).hexdigest()
    house.files.put(blob_key(sha256), data)
    register_package(session, house.files, sha256, hub_id=world.a.hub.id, person_id=None)
    return sha256


@pytest.fixture
def ask(house, package):
    app = create_content_app(house)

    def ask(path, **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        with app.test_request_context("/", headers=given):
            answer = member_response(house.files, package, path, "text/plain")
            return None if answer is None else (answer, answer.get_data())

    return ask


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_comes_whole_whatever_the_browser_takes(ask, path):
    whole = FILES[path][0]
    plain, data = ask(path)
    assert (plain.status_code, data, plain.headers["Content-Length"]) == (200, whole, str(len(whole)))
    answer, packed = ask(path, Accept_Encoding="gzip, br")
    assert answer.headers["Content-Length"] == str(len(packed))
    assert (gzip.decompress(packed) if answer.headers.get("Content-Encoding") == "gzip" else packed) == whole


def test_text_goes_out_as_it_was_deflated_and_media_never_does(ask):
    answer, packed = ask("page.html", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(packed) < len(PAGE) / 20
    assert answer.headers["Vary"] == "Accept-Encoding"
    for path in ("film.mp4", "son.mp3"):
        assert "Content-Encoding" not in ask(path, Accept_Encoding="gzip")[0].headers


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize("place", [(0, 0), (5, 900), (100, 10_000_000), (None, 7)])
def test_a_range_is_the_same_wherever_the_file_lies(ask, path, place):
    whole, (first, last) = FILES[path][0], place
    if first is not None and first >= len(whole):
        return
    wanted = whole[-last:] if first is None else whole[first : last + 1]
    start = len(whole) - len(wanted) if first is None else first
    answer, data = ask(path, Range=f"bytes={'' if first is None else first}-{last}", Accept_Encoding="gzip")
    assert (answer.status_code, data) == (206, wanted)
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"


def test_what_a_browser_has_already_is_not_sent_again(ask):
    tag = ask("page.html")[0].headers["ETag"]
    answer, data = ask("page.html", If_None_Match=tag)
    assert (answer.status_code, data) == (304, b"")


def test_only_media_that_the_archive_deflates_is_kept_a_second_time(house, package):
    assert [one.name for one in package_members(house.files, package).members if one.apart >= 0] == ["film.mp4"]
    assert sorted(house.files.list_keys(f"packages/{package}")) == [
        f"packages/{package}/index.json",
        f"packages/{package}/media/0",
    ]


def test_an_index_that_is_missing_is_made_again(house, package, ask, monkeypatch):
    house.files.delete([f"packages/{package}/index.json", f"packages/{package}/media/0"])
    monkeypatch.setattr("lms.catalog.packages._indexes", type(package_members.__globals__["_indexes"])())
    assert ask("film.mp4")[1] == NOISE


def test_a_damaged_member_refuses_the_package_and_leaves_nothing(session, house, world):
    data = bytearray(zipped(FILES | {"z.bin": (b"x" * 5000, zipfile.ZIP_STORED)}))
    data[data.index(b"x" * 5000) + 40] ^= 1
    sha256 = hashlib.sha256(data).hexdigest()
    house.files.put(blob_key(sha256), bytes(data))
    with pytest.raises(ScormError) as refused:
        register_package(session, house.files, sha256, hub_id=world.a.hub.id, person_id=None)
    assert "z.bin" in refused.value.fr
    assert list(house.files.list_keys(f"packages/{sha256}")) == []
