"""Each rule of the catalogue: a package that breaks it, and one that does not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from scorm import schemas
from scorm.catalogue import CATALOGUE
from scorm.check import Problem, check_package
from tests.scorm.builders import files_12, files_2004, zip_bytes
from tests.scorm.rule_cases import CASES, Case, Files

if TYPE_CHECKING:
    from scorm.archive import Limits


def problems(package: Files | bytes, limits: Limits | None = None) -> list[Problem]:
    data = package if isinstance(package, bytes) else zip_bytes(package)
    return list(check_package(io.BytesIO(data), limits, name="p.zip").problems)


def test_every_rule_has_its_two_packages() -> None:
    assert CASES.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("rule", [rule for rule in CASES if rule != "schema-unchecked"])
def test_a_package_that_breaks_the_rule_is_told_where_and_one_that_does_not_is_left_alone(rule: str) -> None:
    if rule == "schema-invalid" and not schemas.schema_files("1.2"):
        pytest.skip("the schemas are brought by the build")
    found = CASES[rule]
    case = found if isinstance(found, Case) else found()
    told = [problem for problem in problems(case.bad, case.limits) if problem.rule == rule]
    assert told
    assert rule not in {problem.rule for problem in problems(case.good, case.limits)}
    assert {problem.severity for problem in told} == {CATALOGUE[rule].severity}
    if case.file is not None:
        assert told[0].where.file == case.file
    if case.element:
        assert told[0].where.element.lower() == case.element.lower()
        assert told[0].where.line > 0 or case.element == "organizations"
    for language in ("fr", "en"):
        text = told[0].text(language)
        assert "{" not in text.replace("{" + "}", "")
        assert text.strip()


def test_sound_packages_break_no_rule() -> None:
    quiet = {"schema-unchecked"}
    for files in (files_12(), files_2004()):
        assert [problem for problem in problems(files) if problem.rule not in quiet] == []


def test_every_rule_speaks_both_languages_and_names_its_cure_and_its_clause() -> None:
    without_clause = {"more-of-the-same", "too-many-members", "member-too-large", "too-large", "zip-bomb"}  # our limits
    for rule, entry in CATALOGUE.items():
        assert entry.fr != entry.en, rule
        assert entry.cure_fr, rule
        assert entry.cure_en, rule
        assert bool(entry.clause) != (rule in without_clause), rule


def test_french_sentences_are_set_as_french_is() -> None:
    entry = CATALOGUE["file-case"]
    text = entry.message({"path": "a : b", "name": "A"}).fr
    assert text.startswith("«\u00a0a : b\u00a0» s'appelle")  # what was found stays as it is
    assert "\u00a0:" in text
    for rule, one in CATALOGUE.items():
        assert "!" not in one.fr + one.cure_fr.replace("<!", ""), rule  # calm
