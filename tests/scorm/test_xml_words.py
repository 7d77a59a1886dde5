"""What libxml2 says is told in words, in French as in English."""

from __future__ import annotations

import pytest

from scorm import schemas, xml
from scorm.xml_words import explain
from tests.scorm.builders import MANIFEST_12, MANIFEST_2004


@pytest.mark.parametrize(
    ("data", "fr", "en"),
    [
        ("<a>\n<b></a>", "<b>, ouvert à la ligne 2, est fermé par </a>", "<b>, opened at line 2, is closed by </a>"),
        ("<a>", "le fichier s'arrête alors que <a>", "the file ends while <a>"),
        ("", "il n'y a pas de XML à lire", "there is no XML to read"),
        ("hello", "il n'y a pas de XML à lire", "there is no XML to read"),
        ("<a/><b/>", "il y a du texte après la fin", "there is text after the end"),
        ("<a>x & y</a>", "un « & » seul", "a lone “&”"),
        ("<a>&eacute;</a>", "l'entité &eacute; n'existe pas", "the entity &eacute; does not exist"),
        ('<a b="1" b="2"/>', "l'attribut b est écrit deux fois", "the attribute b is written twice"),
        ("<a b=1/>", "un attribut est mal écrit", "an attribute is badly written"),
        ("<a>\x01</a>", "un caractère interdit", "a character that XML forbids"),
        ("<a <b/></a>", "mal écrit", "badly written"),
        ("<a>" * 300, "trop de niveaux", "too many levels"),
    ],
)
def test_what_is_not_well_formed_is_told_in_words(data: str, fr: str, en: str) -> None:
    with pytest.raises(xml.XmlError) as caught:
        xml.parse(data.encode())
    assert fr in caught.value.fr.replace("\u00a0", " ")
    assert en in caught.value.en


@pytest.mark.skipif(not schemas.schema_files("4th"), reason="the schemas are brought by the build")
@pytest.mark.parametrize(
    ("manifest", "old", "new", "fr"),
    [
        (MANIFEST_12, "</organizations>", "<surprise/></organizations>", "<surprise> n'est pas à sa place"),
        (MANIFEST_12, "<resources>", "<resources><metadata/><x/>", "n'est pas à sa place ; il faut ici"),
        (MANIFEST_12, ' identifier="ORG"', "", "l'attribut identifier manque à <organization>"),
        (MANIFEST_12, 'href="api.js"', 'href="api.js" weight="1"', "l'attribut weight n'est pas permis sur <file>"),
        (
            MANIFEST_12,
            "adlcp:masteryscore",
            "adlcp:masteryScore",
            "<masteryScore> n'existe pas dans cet espace de noms",
        ),
        (
            MANIFEST_12,
            ">exit,message<",
            ">exit<",
            "« exit » n'est pas permis dans <timelimitaction> ; il faut l'une de ces valeurs : 'exit,no message'",
        ),
        (MANIFEST_12, "adlcp:scormtype=", "adlcp:scormType=", "l'attribut scormType"),
        (
            MANIFEST_2004,
            "<imsss:minNormalizedMeasure>0.6",
            "<imsss:minNormalizedMeasure>much",
            "« much » n'est pas une valeur",
        ),
        (MANIFEST_2004, 'identifier="I1"', 'identifier="1 I"', "« 1 I » n'est pas une valeur de"),
        (MANIFEST_2004, "<resources>", "texte<resources>", "<manifest> ne peut pas contenir de texte"),
    ],
)
def test_what_the_schema_refuses_is_told_in_words(manifest: str, old: str, new: str, fr: str) -> None:
    changed = manifest.replace(old, new)
    root, _ = xml.parse(changed.encode())
    told = [
        explain(fault.reason).fr.replace("\u00a0", " ")
        for fault in schemas.validate(root, "1.2" if manifest is MANIFEST_12 else "4th") or ()
    ]
    assert any(fr in text for text in told), told
    assert not any("Element '" in text for text in told)


def test_what_is_not_known_is_told_as_it_is_and_quickly() -> None:
    assert explain("something new").fr == "something new"
    assert len(explain("Element 'a': [facet 'x'] " + "length of '1" * 5_000).fr) <= 2_000
