"""What libxml2 says of a file, in the two languages of the interface: its own words are for programmers."""

from __future__ import annotations

import re
from typing import Final

from scorm.catalogue.entry import Message, french

_WORDS: Final[tuple[tuple[str, str, str], ...]] = (
    # schema validity
    (
        r"Element '(?P<a>[^']*)': This element is not expected\. Expected is (?:one of )?\( (?P<b>.*) \)",
        "<{a}> n'est pas à sa place ; il faut ici : {b}",
        "<{a}> is not in its place; here must come: {b}",
    ),
    (r"Element '(?P<a>[^']*)': This element is not expected", "<{a}> n'est pas à sa place", "<{a}> is not in its place"),
    (
        r"Element '(?P<a>[^']*)': Missing child element\(s\)\. Expected is (?:one of )?\( (?P<b>.*) \)",
        "il manque dans <{a}> : {b}",
        "<{a}> lacks: {b}",
    ),
    (
        r"Element '(?P<a>[^']*)', attribute '(?P<b>[^']*)': The attribute '[^']*' is not allowed",
        "l'attribut {b} n'est pas permis sur <{a}>",
        "the attribute {b} is not allowed on <{a}>",
    ),
    (
        r"Element '(?P<a>[^']*)': The attribute '(?P<b>[^']*)' is required but missing",
        "l'attribut {b} manque à <{a}>",
        "the attribute {b} is missing from <{a}>",
    ),
    (
        r"Element '(?P<a>[^']*)', attribute '(?P<b>[^']*)': (?:\[facet '[^']*'\] )?(?:The value )?'(?P<c>.*)' is not a valid value.*",
        "« {c} » n'est pas une valeur de l'attribut {b} de <{a}>",
        "“{c}” is not a value of the attribute {b} of <{a}>",
    ),
    (
        r"Element '(?P<a>[^']*)': (?:\[facet '[^']*'\] )?'(?P<b>.*)' is not a valid value.*",
        "« {b} » n'est pas une valeur de <{a}>",
        "“{b}” is not a value of <{a}>",
    ),
    (
        r"Element '(?P<a>[^']*)'(?:, attribute '(?P<b>[^']*)')?: \[facet 'enumeration'\] The value '(?P<c>.*)' is not an element of the set \{?(?P<d>[^}]*)\}?",
        "« {c} » n'est pas permis dans <{a}> ; il faut l'une de ces valeurs : {d}",
        "“{c}” is not allowed in <{a}>; it must be one of: {d}",
    ),
    (
        r"Element '(?P<a>[^']*)'(?:, attribute '(?P<b>[^']*)')?: \[facet '(?:max|min)?[Ll]ength'\] .* length of '(?P<c>\d+)'.* length of '(?P<d>\d+)'",
        "le texte de <{a}> a {c} caractères ; la limite est {d}",
        "the text of <{a}> has {c} characters; the limit is {d}",
    ),
    (
        r"Element '(?P<a>[^']*)'(?:, attribute '(?P<b>[^']*)')?: \[facet '[^']*'\] The value '(?P<c>.*)' (?:is|has) .*",
        "« {c} » n'est pas permis dans <{a}>",
        "“{c}” is not allowed in <{a}>",
    ),
    (
        r"Element '(?P<a>[^']*)', attribute '(?P<b>[^']*)': No matching global attribute declaration.*",
        "l'attribut {b} de <{a}> n'existe pas dans cet espace de noms (version ou majuscules)",
        "the attribute {b} of <{a}> does not exist in this namespace (version or capitals)",
    ),
    (
        r"Element '(?P<a>[^']*)': No matching global element declaration.*",
        "<{a}> n'existe pas dans cet espace de noms (version ou majuscules)",
        "<{a}> does not exist in this namespace (version or capitals)",
    ),
    (
        r"Element '(?P<a>[^']*)': Character content .* is not allowed.*",
        "<{a}> ne peut pas contenir de texte",
        "<{a}> cannot hold text",
    ),
    (
        r"Element '(?P<a>[^']*)': (?:Element|Attribute) content is not allowed.*",
        "<{a}> doit être vide",
        "<{a}> must be empty",
    ),
    (
        r"Element '(?P<a>[^']*)': Duplicate key-sequence \[?'?(?P<b>[^\]']*)'?\]?.*",
        "« {b} » figure deux fois dans <{a}>",
        "“{b}” stands twice in <{a}>",
    ),
    # well-formedness
    (
        r"Opening and ending tag mismatch: (?P<a>\S+) line (?P<b>\d+) and (?P<c>\S+)",
        "<{a}>, ouvert à la ligne {b}, est fermé par </{c}>",
        "<{a}>, opened at line {b}, is closed by </{c}>",
    ),
    (
        r"Premature end of data in tag (?P<a>\S+) line (?P<b>\d+)",
        "le fichier s'arrête alors que <{a}>, ouvert à la ligne {b}, n'est pas fermé",
        "the file ends while <{a}>, opened at line {b}, is not closed",
    ),
    (r"(?:Start tag expected.*|Document is empty|empty|no element found)", "il n'y a pas de XML à lire", "there is no XML to read"),
    (r"Extra content at the end of the document", "il y a du texte après la fin du document", "there is text after the end of the document"),
    (
        r"(?:xmlParseEntityRef: no name|EntityRef: expecting ';'|CharRef: invalid.*|xmlParseCharRef:.*)",
        "un « & » seul : écrivez &amp;",
        "a lone “&”: write &amp;",
    ),
    (r"Entity '(?P<a>[^']*)' not defined", "l'entité &{a}; n'existe pas en XML", "the entity &{a}; does not exist in XML"),
    (r"Attribute (?P<a>\S+) redefined", "l'attribut {a} est écrit deux fois", "the attribute {a} is written twice"),
    (
        r"(?:AttValue:.*|attributes construct error|Specification mandates? value for attribute (?P<a>\S+)|Unescaped '<' not allowed in attributes values.*)",
        'un attribut est mal écrit : nom="valeur"',
        'an attribute is badly written: name="value"',
    ),
    (
        r"(?:Couldn't find end of Start Tag (?P<a>\S+).*|StartTag: invalid element name|expected '>'|error parsing attribute name)",
        "une balise est mal écrite",
        "a tag is badly written",
    ),
    (
        r"(?:PCDATA invalid Char value.*|Char 0x.* out of allowed range|xmlChar .*|invalid character.*|Input is not proper UTF-8.*)",
        "un caractère interdit en XML",
        "a character that XML forbids",
    ),
    (r"Excessive depth in document.*", "trop de niveaux d'éléments emboîtés", "too many levels of nested elements"),
)  # fmt: skip
_COMPILED: Final = tuple((re.compile(pattern + r"\.?", re.DOTALL), fr, en) for pattern, fr, en in _WORDS)
_LONGEST: Final = 2_000


def explain(reason: str) -> Message:
    """The validator's sentence, without its namespaces, as a person would say it; itself when it is not known."""
    text = reason[:_LONGEST]
    for pattern, fr, en in _COMPILED:
        match = pattern.fullmatch(text)
        if match:
            parts = {name: " ".join((value or "").split())[:200] for name, value in match.groupdict().items()}
            return Message(french(fr).format(**parts), en.format(**parts))
    return Message(text, text)
