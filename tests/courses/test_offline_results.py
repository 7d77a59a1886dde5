"""The file of results that offline pages give: proven first, then judged part by part."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.offline_results import MAX_BYTES, BadResultError, read_signed, sign

KEY = bytes(range(32))
RESULT = {
    "format": 1, "package": "v1", "course": "premiers-pas", "version": "2", "run": "0" * 32,
    "made": "2026-11-20T10:00:00.000Z", "seen": ["page-ecouter", "trace"], "seconds": {"page-ecouter": 90},
    "attempts": [{"quiz": "test-final", "number": 1, "answers": [{"question": "t-garder", "response": ["a", "c"], "seconds": 4.5}]}],
}  # fmt: skip


def signed(changes=None, key=KEY) -> bytes:
    text = json.dumps(RESULT | (changes or {}))
    return json.dumps({"result": text, "signature": sign(text, key)}).encode()


def test_a_file_is_read_once_its_signature_is_proven():
    found = read_signed(signed())
    assert found.package == "v1"
    result = found.verify(KEY)
    assert result.seen == {"page-ecouter", "trace"}
    assert result.attempts[0].answers[0].response == ["a", "c"]
    assert (result.made.year, result.seconds) == (2026, {"page-ecouter": 90.0})
    assert result.digest == read_signed(signed()).verify(KEY).digest


def test_a_changed_file_and_another_packages_key_are_refused():
    outer = json.loads(signed())
    outer["result"] = outer["result"].replace('"c"', '"b"')
    for data, key in ((json.dumps(outer).encode(), KEY), (signed(), bytes(32)), (signed(key=bytes(32)), KEY)):
        with pytest.raises(BadResultError) as refused:
            read_signed(data).verify(key)
        assert refused.value.rule == "signature"
        assert "signature" in refused.value.fr
        assert "signature" in refused.value.en


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "shape"),
        (b"[]", "shape"),
        (b"\xff\xfe", "shape"),
        (b"[" * 100_000, "shape"),
        (b'{"result": {}, "signature": ""}', "shape"),
        (b'{"result": "{}", "signature": "' + b"0" * 64 + b'"}', "shape"),
        (signed({"format": 2}), "format"),
        (signed({"package": 3}), "shape"),
        (b" " * (MAX_BYTES + 1), "size"),
    ],
)
def test_what_is_no_result_is_refused_before_anything_else(data, rule):
    with pytest.raises(BadResultError) as refused:
        read_signed(data)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "changes",
    [
        {"run": "x"}, {"run": None}, {"made": "hier"}, {"made": "2026-11-20T10:00:00"}, {"seen": "page"},
        {"seen": ["../x"]}, {"seen": [1]}, {"attempts": {}}, {"attempts": [{"quiz": "q", "number": 0}]},
        {"attempts": [{"quiz": "q", "number": 10**9}]}, {"attempts": [{"quiz": "q", "number": 1, "answers": [3]}]},
        {"attempts": [{"quiz": "q", "number": 1, "answers": [{"question": "a"}, {"question": "a"}]}]},
        {"seen": ["page"] * 6000}, {"version": "v" * 300},
    ],
)  # fmt: skip
def test_a_signed_file_is_judged_all_the_same(changes):
    with pytest.raises(BadResultError) as refused:
        read_signed(signed(changes)).verify(KEY)
    assert refused.value.rule == "shape"


def test_time_is_bounded_and_never_a_reason_to_refuse():
    spent = {"page-ecouter": 1e12, "trace": -5, "test-final": "long"}
    result = read_signed(signed({"seconds": spent})).verify(KEY)
    assert result.seconds == {"page-ecouter": 86400.0, "trace": 0.0, "test-final": 0.0}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_nothing_signed_makes_it_crash(value):
    for name in RESULT:
        try:
            read_signed(signed({name: value})).verify(KEY)
        except BadResultError:
            continue
