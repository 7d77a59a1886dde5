"""Lists of learners: what spreadsheets write, what hostile files try."""

from __future__ import annotations

import time

import pytest

from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.roster import read_roster
from lms.delivery.services import import_learners, plan_import
from tests.lms.delivery.test_enrolments import counted

HEADER = "Prénom;Nom;Courriel;Employeur;Fonction\r\n"
LINE = "Zoé;Modèle;zoe@example.org;Mairie d'Exemple;Médiatrice\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_usual_encodings_of_spreadsheets_are_read(encoding):
    (line,) = read_roster((HEADER + LINE).encode(encoding))
    assert (line.given_name, line.family_name, line.email) == ("Zoé", "Modèle", "zoe@example.org")
    assert (line.employer, line.job_title, line.error) == ("Mairie d'Exemple", "Médiatrice", "")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found(separator):
    text = (HEADER + LINE).replace(";", separator)
    assert read_roster(text.encode())[0].email == "zoe@example.org"


def test_columns_are_found_by_name_in_any_order_in_french_or_english():
    lines = read_roster(b"sep=,\nE-mail,LAST NAME,unknown,First name\nANA@Example.org,Exemple,x,Ana\n")
    assert (lines[0].given_name, lines[0].family_name, lines[0].email) == ("Ana", "Exemple", "ana@example.org")


def test_a_missing_column_is_named_with_what_was_read():
    with pytest.raises(DeliveryRefusal) as refused:
        read_roster("Prénom;Téléphone\nAna;0\n".encode())
    assert refused.value.code == "columns"
    assert (
        "«\N{NO-BREAK SPACE}nom\N{NO-BREAK SPACE}», «\N{NO-BREAK SPACE}courriel\N{NO-BREAK SPACE}»" in refused.value.fr
    )
    assert "Téléphone" in refused.value.fr


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ("Ana;Exemple;", "no_email"),
        ("Ana;Exemple;ana.example.org", "bad_email"),
        ("Ana;;ana@example.org", "no_name"),
        ("=1+1;Exemple;ana@example.org", "formula"),
        ("Ana;@SUM(A1);ana@example.org", "formula"),
        ("Ana;+33;ana@example.org", "formula"),
        ("Ana;Exe\x1bmple;ana@example.org", "sign"),
        ("A\u202ena;Exemple;ana@example.org", "sign"),
        (f"{'A' * 90};Exemple;ana@example.org", "too_long"),
        ("Ana", "no_email"),
    ],
)
def test_a_wrong_line_says_why_and_leaves_the_others(cells, error):
    lines = read_roster((HEADER + cells + "\r\n\r\n" + LINE).encode())
    assert [line.error for line in lines] == [error, ""]
    assert [line.number for line in lines] == [2, 4]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0 an old one", "workbook"),
        ((HEADER + "A\0;b;c@example.org").encode(), "binary"),
        (HEADER.encode(), "empty"),
        (b"", "columns"),
        ((HEADER + 'Ana;"Exemple;ana@example.org\r\n').encode(), "quotes"),
        (b"x" * 2_000_001, "size"),
        ((HEADER + LINE * 2001).encode(), "lines"),
    ],
)
def test_what_is_no_list_is_refused_whole(data, code):
    with pytest.raises(DeliveryRefusal) as refused:
        read_roster(data)
    assert refused.value.code == code
    assert "Rien n’a été écrit" in refused.value.fr


def test_a_very_long_cell_stops_nothing():
    lines = read_roster((HEADER + f"{'A' * 130_000};b;c@example.org\r\n").encode()[:2_000_000])
    assert lines[0].error == "too_long"
    assert len(lines[0].given_name) == 60


def test_each_line_is_told_its_fate_and_nothing_is_written(session, connection, world, run, enrolment):
    run.capacity = 3
    session.commit()
    text = HEADER + "".join(
        f"P;N;{email};;\r\n"
        for email in (
            "new@example.org", world.a.learner.email, world.a.auditor.email, "NEW@example.org", "late@example.org", "wrong",
        )
    )  # fmt: skip
    with counted(connection) as statements:
        plan = plan_import(session, training_session=run, lines=read_roster(text.encode()))
    assert [planned.fate for planned in plan.lines] == ["new", "enrolled", "known", "duplicate", "full", "error"]
    assert plan.lines[3].first_number == 2
    assert not [
        statement for statement in statements if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    ]


def test_a_thousand_lines_enter_in_one_go_with_bounded_statements(session, connection, world, run):
    run.capacity = 0
    session.commit()
    text = HEADER + "".join(f"Prénom {n};Nom {n};p{n}@example.org;;\r\n" for n in range(1000))
    start = time.perf_counter()
    lines = read_roster(text.encode())
    with counted(connection) as statements:
        rows = import_learners(session, training_session=run, lines=lines, by=world.a.lead.id)
        session.flush()
    assert len(rows) == 1000
    assert len(statements) <= 50
    assert time.perf_counter() - start < 10
