"""Pictures that authors send: judged by their bytes, bounded, shown without power."""

from __future__ import annotations

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.factories.courses import DRAWING

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(17)


def send(client, url, data, name):
    fields = {"file": FileStorage(io.BytesIO(data), filename=name, content_type="image/png")}
    boundary, body = encode_multipart(fields)  # in memory: a large body leaves no temporary file behind
    return client.post(
        f"{url}/edit/page-accueil/media", data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
    )


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (PNG, "Mon écran.JPG", "../../media/mon-ecran.png"),
        (b"\xff\xd8\xff\xe0abc", "../../etc/passwd", "../../media/passwd.jpg"),
        (DRAWING.replace(b'r="4"', b'r="3"'), "cercle.svg", "../../media/cercle.svg"),
        (PNG, "..\\x.png", "../../media/sans-titre.png"),
        (DRAWING, "autre nom.svg", "../../media/rond.svg"),  # the same drawing is there already
    ],
)
def test_a_picture_is_kept_under_a_plain_name_of_its_true_kind(lead, make_course, base, data, name, expected):
    answer = send(lead, base(make_course()), data, name)
    assert (answer.status_code, answer.json) in [(201, {"src": expected}), (201, {"src": "../../media/image.png"})]


def test_two_pictures_of_one_name_are_both_kept(lead, make_course, base):
    course = make_course()
    sources = [send(lead, base(course), PNG + bytes([n]), "photo.png").json["src"] for n in range(2)]
    assert sources == ["../../media/photo.png", "../../media/photo-2.png"]


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"plain text",
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.org/x.png"/></svg>',
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>',
        PNG + bytes(12 << 20),
    ],
    ids=["html", "text", "empty", "script", "handler", "outside", "entity", "large"],
)
def test_what_is_no_safe_picture_is_refused_with_words(lead, make_course, base, texts_of, data):
    course = make_course()
    before = texts_of(course)
    answer = send(lead, base(course), data, "image.png")
    assert answer.status_code == 422
    assert answer.json["error"]
    assert texts_of(course) == before


def test_a_picture_of_the_draft_can_do_nothing_where_it_is_shown(lead, make_course, base):
    course = make_course()
    answer = lead.get(f"{base(course)}/media/rond.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert lead.get(f"{base(course)}/media/../course.yaml").status_code == 404
    assert lead.get(f"{base(course)}/media/nobody.svg").status_code == 404
