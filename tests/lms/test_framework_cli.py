"""``bouquet framework``: from any format to any other, with a report; exit codes 0, 1 and 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import main

COURSE = next(
    path
    for path in sorted((Path(__file__).parents[2] / "courses" / "data").iterdir())
    if (path / "course.yaml").is_file()
)
CSV = "Code;Énoncé;Rangé sous\nA;Accueillir;\nA1;Écouter;A\nB1;Perdu;Z\n"


def run(*words: object):
    return CliRunner().invoke(main, ["framework", *map(str, words)])


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "fiche.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_a_table_goes_through_every_format_and_keeps_its_tree(table, tmp_path):
    before = table
    for name in ("yaml", "case1.1", "case1.0", "skos-ttl", "skos-jsonld", "xlsx", "moodle-csv", "canvas-csv", "csv"):
        after = tmp_path / f"out.{name}"
        found = run("convert", before, after, "--to", name, "--report", tmp_path / f"{name}.json", "--lang", "fr")
        assert found.exit_code == 0, found.output
        report = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        assert (report["accepted"], report["read"]["items"]) == (True, 3)
        before = after
    shown = run("show", before)
    assert "  A1  Écouter" in shown.output


def test_the_report_names_the_orphan_and_a_dry_run_writes_nothing(table, tmp_path):
    target, report = tmp_path / "x.yaml", tmp_path / "r.txt"
    found = run("convert", table, target, "--to", "yaml", "--dry-run", "--report", report, "--lang", "fr")
    assert found.exit_code == 0
    assert "déplacé" in found.output
    assert "« B1 »".replace(" ", "\u00a0") in found.output
    assert not target.exists()
    assert not report.exists()


def test_an_update_by_identity_keeps_what_the_file_does_not_say(table, tmp_path):
    known = tmp_path / "known.yaml"
    run("convert", table, known, "--to", "yaml")
    text = known.read_text(encoding="utf-8").replace("statement: Écouter", "statement: {fr: Écouter, en: Listen}")
    known.write_text(text, encoding="utf-8")
    found = run("convert", table, known, "--to", "yaml", "--onto", known, "--json")
    assert json.loads(found.output)["merge"]["added"] == []
    assert "Listen" in known.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_ends_with_one_and_leaves_nothing(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    found = run("convert", bad, tmp_path / "x.yaml", "--to", "yaml", "--lang", "en")
    assert found.exit_code == 1
    assert "column" in found.output
    assert not (tmp_path / "x.yaml").exists()
    assert run("check", bad).exit_code == 1
    assert run("check", bad, "--json").exit_code == 1


def test_the_two_versions_of_digcomp_are_compared():
    found = run("diff", "digcomp@2.2", "digcomp@3.0", "--json")
    kinds = [change["kind"] for change in json.loads(found.output)["changes"]]
    assert (kinds.count("reworded"), kinds.count("added")) == (16, 885)
    shown = run("diff", "fpa-rncp247", "fpa-rncp37275", "--lang", "fr")
    assert "partagé: BC01 → BC01, BC02" in shown.output
    assert run("diff", "nothing", "digcomp").exit_code == 2


def test_coverage_shows_gaps_first():
    found = run("coverage", COURSE, "--json")
    lines = json.loads(found.output)
    assert {line["framework"] for line in lines} >= {"fpa-rncp37275@2023"}
    assert any(line["assessed"] for line in lines)
    assert any(not (line["taught"] or line["practised"] or line["assessed"]) for line in lines)
    first = run("coverage", COURSE).output.splitlines()[0]
    assert first.split()[2:5] == ["0", "0", "0"]


def test_one_certification_is_taken_out_of_a_flow(tmp_path):
    flow = tmp_path / "flow.xml"
    fiche = "<FICHE><NUMERO_FICHE>RNCP{0}</NUMERO_FICHE><INTITULE>Titre {0}</INTITULE></FICHE>"
    flow.write_text("<FICHES>" + "".join(fiche.format(n) for n in range(3)) + "</FICHES>", encoding="utf-8")
    assert run("convert", flow, tmp_path / "x.yaml", "--to", "yaml", "--only", "RNCP2").exit_code == 0
    assert "Titre 2" in (tmp_path / "x.yaml").read_text(encoding="utf-8")
    assert run("convert", flow, tmp_path / "y.yaml", "--to", "yaml", "--only", "RNCP9").exit_code == 2
