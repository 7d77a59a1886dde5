from __future__ import annotations

from dataclasses import replace

import pytest

from competency_frameworks.model import Association, Competency, ExternalNode, Framework, ItemRef, Level
from competency_frameworks.text import Translated, folded


def fr(text: str) -> Translated:
    return Translated({"fr": text}, "fr")


def small() -> Framework:
    return Framework(
        id="demo",
        version="1",
        title=fr("Démo"),
        items=(
            Competency("A", fr("Domaine"), "domain", order=2),
            Competency("A2", fr("Deux"), parent="A", order=2),
            Competency("A1", fr("Un"), parent="A", order=1),
            Competency("B", fr("Autre"), "domain", order=1),
        ),
        levels=(Level("un", 1, fr("Un")),),
    )


def codes(items) -> list[str]:
    return [item.code for item in items]


def test_a_text_falls_back_to_its_base_language_then_to_the_default_then_to_any():
    text = Translated({"fr": "Bonjour", "en": "Hello", "de": "  "}, "fr")
    assert text.text("en") == "Hello"
    assert text.text("en-GB") == "Hello"
    assert text.text("de") == text.text("") == text.text() == "Bonjour"
    assert Translated({"en": "Hello"}, "fr").text("es") == "Hello"
    assert Translated().text("fr") == ""


def test_a_text_is_a_read_only_mapping_that_compares_and_hashes_by_value():
    one, other = Translated({"fr": "a", "en": "b"}), Translated({"en": "b", "fr": "a"})
    assert one == other
    assert hash(one) == hash(other)
    assert dict(one) == {"en": "b", "fr": "a"}
    assert repr(one) == "Translated({'en': 'b', 'fr': 'a'}, default='fr')"
    assert one != Translated({"en": "b", "fr": "a"}, "en")
    with pytest.raises(KeyError):
        one["es"]


def test_folding_drops_case_accents_ligatures_and_punctuation():
    assert folded("L'ŒUVRE  d’Élodie : 1.1 !") == "l oeuvre d elodie 1.1"


def test_roots_and_children_come_in_order():
    framework = small()
    assert codes(framework.roots()) == ["B", "A"]
    assert codes(framework.children("A")) == ["A1", "A2"]
    assert framework.children("A1") == framework.children("") == framework.children("nowhere") == ()


def test_a_path_goes_from_the_root_to_the_item():
    assert codes(small().path("A2")) == ["A", "A2"]
    assert small().path("nowhere") == ()


def test_a_path_ends_on_a_cycle():
    looped = Framework(
        "x", "1", fr("x"), items=(Competency("A", fr("a"), parent="B"), Competency("B", fr("b"), parent="A"))
    )
    assert codes(looped.path("A")) == ["B", "A"]


def test_items_and_levels_are_found_by_name():
    framework = small()
    assert framework.find("A1") is framework.items[2]
    assert framework.find("C") is None
    assert framework.level("un") is framework.levels[0]
    assert framework.level("deux") is None
    assert framework.key == ("demo", "1")
    assert str(framework.ref("A1")) == "demo@1#A1"


def test_an_item_keeps_its_identifier_from_one_version_to_the_next():
    framework = small()
    later = replace(framework, version="2")
    assert framework.identifier("A1") == later.identifier("A1")
    assert framework.identifier() != later.identifier()
    assert (
        framework.identifier("A1") == "2872d2b6-7940-54e3-a5bd-4354b8259d73"
    )  # stored and exchanged: must never change
    assert framework.uri("A1") == f"urn:uuid:{framework.identifier('A1')}"
    with pytest.raises(KeyError):
        framework.identifier("nowhere")


def test_an_item_that_came_with_its_own_identifier_keeps_it():
    item = Competency("A", fr("a"), id="33c3cbb0-5d11-59f6-8e27-0ecd5eba5532", uri="https://example.org/a")
    framework = Framework("x", "1", fr("x"), items=(item,))
    assert framework.identifier("A") == item.id
    assert framework.uri("A") == item.uri


def test_the_content_hash_follows_content_and_not_the_order_of_writing():
    framework = small()
    assert framework.content_hash == replace(framework, items=framework.items[::-1]).content_hash
    assert len(framework.content_hash) == 64
    note = Association("isPeerOf", framework.ref("A"), ExternalNode("urn:x:y"))
    for changed in (
        replace(framework, title=fr("Autre")),
        replace(framework, items=framework.items[1:]),
        replace(framework, associations=(note,)),
        replace(framework, translation_status={"en": "official"}),
    ):
        assert changed.content_hash != framework.content_hash


def test_the_content_hash_does_not_depend_on_how_accents_are_encoded():
    assert replace(small(), title=fr("De\u0301mo")).content_hash == small().content_hash


def test_languages_name_the_framework_s_own_first_and_skip_those_not_translated():
    framework = replace(small(), translation_status={"en": "unofficial", "de": "none", "fr": "official"})
    assert framework.languages == ("fr", "en")


def test_frameworks_can_be_put_in_sets():
    assert len({small(), small()}) == 1


@pytest.mark.parametrize("text", ["", "a", "a@b", "a#b", "@1#A", "a@#A", "a@1#"])
def test_a_malformed_reference_is_refused_by_name(text):
    with pytest.raises(ValueError, match="not an item reference"):
        ItemRef.parse(text)


def test_a_reference_reads_back_what_it_writes():
    assert ItemRef.parse("a@1#B.2") == ItemRef("a", "1", "B.2")
    assert str(ExternalNode("urn:x:y", "X")) == "urn:x:y"
