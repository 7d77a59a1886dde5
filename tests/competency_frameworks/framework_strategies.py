"""Any framework that passes the check, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from competency_frameworks.model import (
    ASSOCIATION_KINDS,
    STATUSES,
    TRANSLATION_STATUSES,
    VERIFICATION_STATUSES,
    Association,
    Audience,
    Competency,
    ExternalNode,
    Framework,
    ItemRef,
    Level,
    LevelDescriptor,
    Source,
    Verification,
)
from competency_frameworks.text import Translated

LANGUAGES = ("fr", "en", "pt-BR", "no")
CODES = ("1", "1.1", "1.10", "A", "null", "true", "0x1F", "é-ç", "2023-01-01", "~", "S:1", "[x]", "on", "1e3")
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t'\":#-é"),
    max_size=20,
)
SAID = WORDS.filter(str.strip)
URIS = st.sampled_from(("", "https://example.org/a?b=c#d", "urn:isbn:0451450523"))


def texts(language: str, required: bool = False):
    others = st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=3)
    if not required:
        return others.map(lambda found: Translated(found, language))
    return st.builds(lambda found, own: Translated(found | {language: own}, language), others, SAID)


@st.composite
def items(draw, language: str, levels: list[str]) -> tuple[Competency, ...]:
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=6))
    found = [
        Competency(
            code=code,
            statement=draw(texts(language, required=True)),
            kind=draw(st.sampled_from(("domain", "skill", "Compétence du socle"))),
            parent=draw(st.sampled_from(["", *codes[:position]])),
            order=draw(st.integers(-5, 40)),
            notes=draw(texts(language)),
            levels=tuple(LevelDescriptor(level, draw(texts(language, required=True))) for level in levels[:2]),
            id=draw(st.just("") | st.uuids(version=4).map(str)),
            uri=draw(URIS),
        )
        for position, code in enumerate(codes)
    ]
    return tuple(draw(st.permutations(found)))


@st.composite
def frameworks(draw) -> Framework:
    language = draw(st.sampled_from(LANGUAGES))
    levels = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3))
    own = draw(items(language, levels))
    key = (
        draw(st.from_regex(r"[a-z0-9][a-z0-9-]{1,20}", fullmatch=True)),
        draw(st.sampled_from(("2023", "1.10", "v2_b"))),
    )
    nodes = [ItemRef(*key, item.code) for item in own]
    nodes += [ItemRef("other", "1", "X"), ExternalNode("https://example.org/x", "Ailleurs"), ExternalNode("urn:x:y")]
    return Framework(
        id=key[0],
        version=key[1],
        title=draw(texts(language, required=True)),
        language=language,
        description=draw(texts(language)),
        source=Source(
            draw(WORDS), draw(URIS), draw(WORDS), draw(st.sampled_from(("", "2022", "2022-12", "2022-12-21")))
        ),
        licence=draw(WORDS),
        audiences=tuple(
            Audience(*pair)
            for pair in draw(st.lists(st.tuples(texts(language, required=True), texts(language)), max_size=2))
        ),
        verification=Verification(draw(st.sampled_from(VERIFICATION_STATUSES)), draw(texts(language))),
        translation_status=draw(
            st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(TRANSLATION_STATUSES), max_size=2)
        ),
        status=draw(st.sampled_from(STATUSES)),
        supersedes=draw(st.sampled_from(("", "other@1"))),
        levels=tuple(
            Level(level, draw(st.integers(0, 9)), draw(texts(language, required=True)), draw(texts(language)))
            for level in levels
        ),
        items=own,
        associations=tuple(
            Association(
                draw(st.sampled_from(ASSOCIATION_KINDS)), origin, destination, draw(texts(language)), draw(WORDS)
            )
            for origin, destination in draw(
                st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=3)
            )
        ),
    )
