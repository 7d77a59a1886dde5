from __future__ import annotations

from collections import Counter

import pytest

from competency_frameworks import library
from competency_frameworks.check import check
from competency_frameworks.model import ItemRef

BUNDLED = library.load_bundled()
FPA = BUNDLED["fpa-rncp37275", "2023"]
MEDIATOR = BUNDLED["mediateur-numerique-poste-type", "2022"]


@pytest.mark.parametrize("framework", BUNDLED.values(), ids=lambda framework: framework.id)
class TestEachBundledFramework:
    def test_it_passes_the_check_and_lacks_at_most_the_translation_of_foreign_statements(self, framework):
        remarks = check(framework)
        assert {problem.rule for problem in remarks} <= {"missing-translation"}
        if framework.key != ("digcomp", "3.0"):  # 885 statements and outcomes, published in English
            assert remarks == ()

    def test_it_says_where_it_comes_from_and_for_whom(self, framework):
        assert framework.source.title
        assert framework.source.publisher
        assert framework.licence
        assert framework.verification.note
        assert framework.audiences
        assert framework.status in {"adopted", "deprecated"}

    def test_what_a_person_browses_is_in_french_and_english_and_the_translation_is_marked_unofficial(self, framework):
        assert set(framework.languages) == {"fr", "en"}
        assert framework.translation_status == {framework.languages[1]: "unofficial"}
        texts = [framework.title, framework.description, framework.verification.note]
        texts += [text for audience in framework.audiences for text in (audience.who, audience.purpose)]
        if framework.key == ("digcomp", "3.0"):
            assert all(set(item.statement) == {"fr", "en"} for item in framework.items if not item.scale)
            assert all(set(level.title) == {"fr", "en"} for level in framework.levels)
            return
        texts += [text for level in framework.levels for text in (level.title, level.description) if text]
        texts += [item.statement for item in framework.items]
        texts += [association.note for association in framework.associations]
        for item in framework.items:
            texts += [item.notes] if item.notes else []
            texts += [descriptor.description for descriptor in item.levels]
        for text in texts:
            assert set(text) == {"fr", "en"}
        same = [text for text in texts if text["fr"] == text["en"]]
        assert [text["en"] for text in same] in (
            [],
            ["Communication et collaboration"],
            ["Communication and collaboration"],
        )

    def test_its_associations_lead_somewhere(self, framework):
        for association in framework.associations:
            for node in (association.origin, association.destination):
                assert isinstance(node, ItemRef)
                assert library.resolves(node.framework, node.version, node.code)


def test_the_trainer_s_framework_has_four_blocks_thirteen_competencies_and_three_transversal_ones():
    assert Counter(item.kind for item in FPA.items) == {"domain": 4, "competency": 13, "transversal": 3}
    assert [item.code for item in FPA.roots()] == ["BC01", "BC02", "BC03", "BC04", "T1", "T2", "T3"]
    sizes = {code: [item.code for item in FPA.children(code)] for code in ("BC01", "BC02", "BC03", "BC04")}
    assert sizes == {
        "BC01": ["CP1", "CP2", "CP3"],
        "BC02": ["CP4", "CP5", "CP6"],
        "BC03": ["CP7", "CP8", "CP9", "CP10"],
        "BC04": ["CP11", "CP12", "CP13"],
    }
    assert FPA.verification.status == "secondary source"


def test_the_mediator_s_framework_has_five_six_and_five_items():
    assert [item.code for item in MEDIATOR.roots()] == ["S", "SF", "SE"]
    assert [len(MEDIATOR.children(code)) for code in ("S", "SF", "SE")] == [5, 6, 5]
    kinds = [{item.kind for item in MEDIATOR.children(code)} for code in ("S", "SF", "SE")]
    assert kinds == [{"knowledge"}, {"skill"}, {"attitude"}]
    assert all(item.notes for item in MEDIATOR.items)
    assert MEDIATOR.verification.status == "own work"


def test_each_skill_of_the_mediator_is_described_at_the_four_levels():
    scale = ["decouverte", "accompagnement", "autonome", "transmet"]
    assert [level.id for level in MEDIATOR.levels] == scale
    for item in MEDIATOR.children("SF"):
        assert [descriptor.level for descriptor in item.levels] == scale


def test_relations_to_the_trainer_s_framework_are_marked_as_our_proposal():
    pairs = {(link.origin.code, link.destination.code) for link in MEDIATOR.associations}
    assert {("SF3", "CP1"), ("SF3", "CP2"), ("SF4", "CP4"), ("SF2", "CP7"), ("SF5", "CP6")} <= pairs
    for link in MEDIATOR.associations:
        assert (link.kind, link.proposed_by) == ("isRelatedTo", "Bouquet")
        assert link.note["fr"].startswith("Proposition de Bouquet.")
        assert link.note["en"].startswith("Bouquet's proposal.")


def test_a_framework_is_got_by_id_and_version():
    assert library.get("fpa-rncp37275", "2023") is FPA
    assert library.get("fpa-rncp37275", "1999") is None
    assert library.latest("fpa-rncp37275") is FPA
    assert library.latest("unknown") is None
    assert library.load_bundled() is BUNDLED


def test_only_existing_items_resolve():
    assert library.resolves("fpa-rncp37275", "2023", "CP13")
    assert not library.resolves("fpa-rncp37275", "2023", "CP14")
    assert not library.resolves("fpa-rncp37275", "2018", "CP1")


def test_versions_compare_number_by_number():
    assert sorted(["3.10", "3.9", "2023", "draft", "3.9.1"], key=library.version_order) == [
        "draft", "3.9", "3.9.1", "3.10", "2023",
    ]  # fmt: skip


def found(text: str, lang: str = "fr") -> list[str]:
    return [item.code for _, item in library.search(BUNDLED.values(), text, lang)]


def test_search_ignores_case_accents_and_the_order_of_words():
    assert found("ÉVALUER acquis")[0] in {"BC02", "CP5", "E1"}
    assert set(found("numeriques ATELIERS animer")) == {"SF4"}
    assert found("workshops digital", "en") == ["SF4"]


def test_search_puts_codes_first_and_the_exact_code_before_its_prefixes():
    assert found("cp1")[:5] == ["CP1", "CP10", "CP11", "CP12", "CP13"]
    assert found("SF") == ["SF", "SF1", "SF2", "SF3", "SF4", "SF5", "SF6"]


def test_search_puts_statements_before_notes():
    assert found("équipe") == ["SE4", "S1", "S3", "SE"]


def test_search_for_nothing_finds_nothing():
    assert found("  ") == found("!") == found("zzz") == []


def test_a_faulty_bundled_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bad.yaml").write_text("format: 1\n", encoding="utf-8")
    monkeypatch.setattr(library, "files", lambda _package: tmp_path)
    library.load_bundled.cache_clear()
    with pytest.raises(ValueError, match=r"bad\.yaml"):
        library.load_bundled()
    monkeypatch.undo()
    library.load_bundled.cache_clear()
