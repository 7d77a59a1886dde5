"""The pages of results and of satisfaction, and the files taken from them."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from lms.accounts.models import AuditEvent
from lms.web.sheets import write_csv
from tests.factories import make_member, sign_in
from tests.factories.results import CP1, answer_test, enrol_many, fill_survey, show_levels

RIGHT, WRONG = ("a", 1.0), ("b", 0.0)


def page(run, *more, hub="hub-a"):
    return f"/h/{hub}/sessions/{run.id}/" + "/".join(more)


@pytest.fixture
def full(session, run):
    """A session with ten learners, tests, evidence and surveys."""
    people = enrol_many(session, run, 10)
    answer_test(session, people, "positionnement", "positioning", {"p-un": WRONG, "p-deux": WRONG})
    answer_test(session, people[:4], "bilan", "final", {"f-un": RIGHT, "f-deux": RIGHT})
    answer_test(session, people[4:], "bilan", "final", {"f-un": WRONG, "f-deux": RIGHT})
    show_levels(session, people[:4], "final", {CP1: (1.0, 1)})
    fill_survey(
        session, run, [{"utile": n, "reco": 2 * n, "rythme": ["bon"], "libre": f"=avis {n}"} for n in (1, 2, 3, 4, 5)]
    )
    session.commit()
    return run


def test_results_show_weak_figures_first_with_their_intervals(client, world, full):
    html = sign_in(client, world.a.lead).get(page(full, "results") + "?lang=en").text
    assert html.index("Que faire d&#39;abord ?") < html.index("Que faire ensuite ?")
    assert "40%" in html
    assert "between 17% and 69%" in html
    assert "less than half right" in html


def test_a_question_page_shows_its_choices_and_its_pair(client, world, full):
    html = sign_in(client, world.a.trainer).get(page(full, "results/bilan/f-un") + "?lang=en").text
    assert "Écouter" in html
    assert "out of 10" in html
    assert "results/positionnement/p-un" in html
    assert client.get(page(full, "results/bilan/unknown")).status_code == 404


def test_satisfaction_shows_distribution_score_and_comments(client, world, full):
    html = sign_in(client, world.a.auditor).get(page(full, "satisfaction") + "?lang=en").text
    assert "5 answers out of 10 invited" in html
    assert "2 / 5" in html
    assert "=avis 3" in html


def test_every_weak_figure_opens_an_improvement_action_that_knows_it(client, world, full):
    sign_in(client, world.a.lead)
    links = []
    for path in ("results", "satisfaction", "results/bilan/f-un"):
        html = client.get(page(full, path) + "?lang=en").text
        links += [unescape(link) for link in re.findall(r'href="(/h/hub-a/improvements/new[^"]+)"', html)]
    kinds = {dict(parse_qsl(urlsplit(link).query))["kind"] for link in links}
    assert kinds == {"question", "competency", "item"}
    for link in links:
        assert client.get(link).status_code == 200, link
    assert "improvements/new" not in sign_in(client, world.a.auditor).get(page(full, "results")).text


@pytest.mark.parametrize("path", ["results", "results/bilan/f-un", "satisfaction", "figures.csv"])
def test_only_those_who_train_lead_or_audit_may_read(client, session, world, full, path):
    for role in ("trainer", "lead", "hub_admin", "auditor"):
        assert sign_in(client, world.a.people[role]).get(page(full, path)).status_code == 200
    assert sign_in(client, world.a.learner).get(page(full, path)).status_code == 403
    assert sign_in(client, world.b.lead).get(page(full, path)).status_code == 404
    assert sign_in(client, world.b.lead).get(page(full, path, hub="hub-b")).status_code == 404
    stranger = make_member(session, world.a.hub, "trainer", "Autre")
    session.commit()
    assert sign_in(client, stranger).get(page(full, path)).status_code == 403


@pytest.mark.parametrize("what", ["tests", "surveys"])
def test_answers_are_for_leads_and_their_export_is_recorded(client, session, world, full, what):
    for role in ("trainer", "hub_admin", "auditor", "learner"):
        assert sign_in(client, world.a.people[role]).post(page(full, f"answers/{what}.csv")).status_code == 403
    assert sign_in(client, world.b.lead).post(page(full, f"answers/{what}.csv", hub="hub-b")).status_code == 404
    assert sign_in(client, world.a.lead).post(page(full, f"answers/{what}.csv")).status_code == 200
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "answers.exported")).all()
    assert [(event.target, event.details) for event in events] == [(str(full.id), {"what": what})]


def test_answers_go_out_without_names_and_without_free_text(client, world, full):
    sign_in(client, world.a.lead)
    tests = client.post(page(full, "answers/tests.csv")).text
    surveys = client.post(page(full, "answers/surveys.csv")).text
    assert "P-" in tests
    assert "Élève" not in tests + surveys
    assert "example.org" not in tests + surveys
    assert "avis" not in surveys


def read(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter))


@pytest.mark.parametrize("n", range(1, 5))
def test_no_page_and_no_file_tells_a_figure_of_fewer_than_five(client, session, world, run, n):
    people = enrol_many(session, run, 12)
    answer_test(session, people[:n], "bilan", "final", {"f-un": RIGHT, "f-deux": WRONG})
    answer_test(session, people, "positionnement", "positioning", {"p-un": WRONG, "p-deux": WRONG})
    answer_test(session, people[:n], "positionnement", "positioning", {"p-un": RIGHT, "p-deux": RIGHT}, number=2)
    show_levels(session, people[:n], "final", {CP1: (1.0, 1)})
    fill_survey(session, run, [{"utile": 1, "reco": 0, "rythme": ["lent"], "libre": "un secret"}] * n)
    session.commit()
    sign_in(client, world.a.lead)
    for path in ("results", "results/bilan/f-un", "satisfaction"):
        html = client.get(page(run, path) + "?lang=en&min=1&purpose=final&n=1").text
        assert "un secret" not in html
        assert "100%" not in html
    rows = read(client.get(page(run, "figures.csv") + "?lang=en").text)
    told = [row for row in rows if row["Denominator"] and int(row["Denominator"]) < 5]
    assert told
    assert all(row["Value"] == row["Numerator"] == row["Low (95%)"] == "" for row in told)
    assert not [row for row in rows if row["Key"] in {"utile", "reco", "rythme", "libre"} and row["Value"]]
    tests = read(client.post(page(run, "answers/tests.csv") + "?lang=en").text)
    assert {(row["Question"], row["Attempt"]) for row in tests} == {("p-un", "1"), ("p-deux", "1")}
    assert read(client.post(page(run, "answers/surveys.csv") + "?lang=en").text) == []


def test_an_item_few_answered_is_left_out_of_rows_that_many_filled(client, session, world, run):
    enrol_many(session, run, 8)
    fill_survey(session, run, [{"utile": 5, "reco": 9 if n < 3 else "not_concerned"} for n in range(8)])
    session.commit()
    rows = read(sign_in(client, world.a.lead).post(page(run, "answers/surveys.csv") + "?lang=en").text)
    assert {row["Item"] for row in rows} == {"utile"}


def test_a_page_takes_few_statements_for_a_thousand_learners(client, session, world, run, statements):
    people = enrol_many(session, run, 1000)
    answer_test(session, people, "positionnement", "positioning", {"p-un": WRONG, "p-deux": WRONG})
    answer_test(session, people, "bilan", "final", {"f-un": RIGHT, "f-deux": WRONG})
    show_levels(session, people, "final", {CP1: (1.0, 1)})
    fill_survey(session, run, [{"utile": n % 5 + 1} for n in range(300)])
    session.commit()
    sign_in(client, world.a.lead)
    for path in ("results", "satisfaction", "results/bilan/f-un"):
        with statements() as seen:
            assert client.get(page(run, path)).status_code == 200
        assert len(seen) <= 15, path


def test_no_cell_of_a_file_is_a_formula():
    text = write_csv(["a"], [["=1+1"], ["+33"], ["-x"], ["@cmd"], ["\tx"], [" =2"], ["fine"], [-0.5], [None]], "fr")
    assert text.lstrip("\ufeff").splitlines() == [
        "a",
        "'=1+1",
        "'+33",
        "'-x",
        "'@cmd",
        "'\tx",
        "' =2",
        "fine",
        "-0,5",
        '""',
    ]


def test_french_files_open_in_french_spreadsheets():
    assert write_csv(["a", "b"], [[0.25, "x"]], "fr") == "\ufeffa;b\r\n0,25;x\r\n"
    assert write_csv(["a", "b"], [[0.25, "x"]], "en") == "\ufeffa,b\r\n0.25,x\r\n"
