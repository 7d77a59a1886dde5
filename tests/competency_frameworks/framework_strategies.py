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
    GlossaryEntry,
    ItemRef,
    Level,
    LevelDescriptor,
    Source,
    Verification,
)
from competency_frameworks.scales import COMPLETION_OUTCOMES, CompletionRule, RatingRule, RulePart, Scale
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


RATINGS = st.sampled_from(
    (
        None,
        RatingRule("latest"),
        RatingRule("n_mastery", 3),
        RatingRule("decaying_average", 65),
        RatingRule("all_required"),
    )
)
OTHER_SCALE = "other-scale"


def levels(language: str, names: list[str]):
    return st.tuples(
        *(
            st.builds(
                Level,
                st.just(name),
                st.integers(0, 9),
                texts(language, required=True),
                texts(language),
                st.none() | st.sampled_from((0.0, 2.5, 4.0)),
                st.booleans(),
                st.booleans(),
            )
            for name in names
        )
    )


@st.composite
def completions(draw, children: list[str]) -> CompletionRule | None:
    if not children or draw(st.booleans()):
        return None
    if draw(st.booleans()):
        return CompletionRule("all", draw(st.sampled_from(COMPLETION_OUTCOMES)))
    parts = tuple(RulePart(code, draw(st.integers(1, 9)), draw(st.booleans())) for code in children)
    return CompletionRule(
        "points", draw(st.sampled_from(COMPLETION_OUTCOMES)), sum(part.points for part in parts), parts
    )


@st.composite
def items(draw, language: str, levels: list[str]) -> tuple[Competency, ...]:
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=6))
    parents = {code: draw(st.sampled_from(["", *codes[:position]])) for position, code in enumerate(codes)}
    found = []
    for code in codes:
        scale = draw(st.sampled_from(("", OTHER_SCALE)))
        steps = ["x"] if scale else levels[:2]
        found.append(
            Competency(
                code=code,
                statement=draw(texts(language, required=True)),
                kind=draw(st.sampled_from(("domain", "skill", "Compétence du socle"))),
                parent=parents[code],
                order=draw(st.integers(-5, 40)),
                notes=draw(texts(language)),
                levels=tuple(LevelDescriptor(level, draw(texts(language, required=True))) for level in steps),
                id=draw(st.just("") | st.uuids(version=4).map(str)),
                uri=draw(URIS),
                short=draw(texts(language)),
                keywords=tuple(draw(st.lists(SAID, max_size=2))),
                scale=scale,
                level=draw(st.sampled_from(["", *steps])),
                rating=draw(RATINGS),
                completion=draw(completions([child for child, parent in parents.items() if parent == code])),
            )
        )
    return tuple(draw(st.permutations(found)))


@st.composite
def frameworks(draw) -> Framework:
    language = draw(st.sampled_from(LANGUAGES))
    names = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3))
    own = draw(items(language, names))
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
        levels=draw(levels(language, names)),
        scales=(Scale(OTHER_SCALE, draw(levels(language, ["x", "y"])), draw(texts(language))),),
        rating=draw(RATINGS),
        glossary=tuple(
            GlossaryEntry(*pair)
            for pair in draw(st.lists(st.tuples(texts(language, required=True), texts(language)), max_size=2))
        ),
        document_id=draw(st.just("") | st.uuids(version=4).map(str)),
        address=draw(URIS),
        items=own,
        associations=tuple(
            Association(
                draw(st.sampled_from(ASSOCIATION_KINDS)),
                origin,
                destination,
                draw(texts(language)),
                draw(WORDS),
                draw(st.sampled_from((None, 0.5, 1.0))),
                draw(st.just("") | st.uuids(version=4).map(str)),
            )
            for origin, destination in draw(
                st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=3)
            )
        ),
    )
