from __future__ import annotations

import re
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from courses.media import image_size
from courses.model import Course
from courses.render import render_inline, render_markdown, render_page
from courses.sanitise import SCHEMES, TAGS, sanitise
from courses.words import size_in_words
from tests.courses.samples import COURSE, PAGE, PATHS, SVG, sample_course, sample_files


def page_html(body: str | None = None, *, with_files: bool = True, **changes: str | bytes | None) -> str:
    page = PAGE if body is None else f"{PAGE.split('---')[0]}---{PAGE.split('---')[1]}---\n\n{body}\n"
    files = sample_files(page=page, **changes)
    course = sample_course(page=page, **changes)
    return render_page(
        course.activity("page-accueil"),
        course,
        resolve="/media/{}".format,
        link="/activity/{}".format,
        files=files if with_files else None,
    )


def tree(text: str) -> lxml_html.HtmlElement:
    visible = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)  # lxml takes none, a browser shows none
    return lxml_html.fragment_fromstring(visible, create_parent="div")


def test_each_block_is_a_section_that_carries_its_id() -> None:
    root = tree(page_html())
    assert [one.get("data-block") for one in root.xpath("//section[@data-block]")] == [
        "ecouter", "act-entretien", "pratiquer",
    ]  # fmt: skip
    assert root.xpath("//section[@id='ecouter']/h2")[0].text_content() == "Écouter vraiment"
    assert root.xpath("//section[@id='ecouter']//section[@id='act-entretien']")


def test_headings_never_skip_a_level_whatever_is_nested() -> None:
    body = "# Un\n\n## Deux {#deux}\n\n::::tabs\n:::tab[Onglet]\n## Trop haut\n\n### Trois\n:::\n::::\n\n### Suite\n"
    levels = [int(one.tag[1]) for one in tree(page_html(body)).xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels == [2, 2, 3, 4, 4, 3]


def test_an_activity_says_its_time_and_mode_in_words() -> None:
    facts = tree(page_html()).xpath("//p[@class='activity-facts']")[0].text_content()
    assert facts == "Activité · 15 minutes · En binôme"


def test_a_callout_says_what_kind_it_is() -> None:
    aside = tree(page_html()).xpath("//aside")[0]
    assert aside.get("class") == "callout callout-warning"
    assert aside.get("aria-label") == "Attention\u00a0: Un point"
    assert "Attention" in aside.text_content()


def test_words_follow_the_language_of_the_course() -> None:
    english = page_html(course=COURSE.replace("language: fr", "language: en"))
    assert 'aria-label="Warning: Un point"' in english
    assert "In pairs" in english
    assert "(PDF, 2.3 MB)" in english


def test_tabs_and_panels_work_without_script() -> None:
    root = tree(page_html())
    assert [one.text for one in root.xpath("//div[@data-tabs]/section[@data-tab]/h3")] == ["Sur place", "À distance"]
    assert root.xpath("//details[@class='panel']/summary")[0].text == "Pour aller plus loin"


def test_a_figure_has_its_alternative_size_and_credit() -> None:
    figure = tree(page_html()).xpath("//figure[@class='figure']")[0]
    image = figure.find("img")
    assert image is not None
    assert dict(image.attrib) == {
        "src": "/media/media/dessin.svg", "alt": "Deux étapes reliées", "loading": "lazy", "width": "300", "height": "120",
    }  # fmt: skip
    assert figure.xpath("figcaption")[0].text_content() == "Le cycle Crédit\u00a0: Réseau fictif"


def test_a_decorative_figure_has_an_empty_alternative() -> None:
    image = tree(page_html("::figure[]{src=../../media/dessin.svg decorative}")).xpath("//img")[0]
    assert image.get("alt") == ""


def test_a_video_has_captions_and_its_transcript_in_place() -> None:
    root = tree(page_html())
    track = root.xpath("//video//track")[0]
    assert (track.get("kind"), track.get("srclang"), track.get("label")) == ("captions", "fr", "Français")
    assert root.xpath("//video/@preload") == ["metadata"]
    assert "bienvenue" in root.xpath("//details[@class='transcript']")[0].text_content()


def test_without_the_files_a_transcript_is_a_link() -> None:
    root = tree(page_html(with_files=False))
    assert root.xpath("//p[@class='transcript']/a/@href") == ["/media/media/visite.md"]
    assert root.xpath("//img/@width") == []


def test_a_video_may_name_the_language_of_its_captions_and_a_poster() -> None:
    files = {"media/v.en.vtt": b"WEBVTT\n"}
    body = "::video[V]{src=../../media/visite.mp4 captions=../../media/v.en.vtt poster=../../media/dessin.svg}"
    root = tree(page_html(body, **files))  # type: ignore[arg-type]
    assert root.xpath("//track/@srclang") == ["en"]
    assert root.xpath("//video/@poster") == ["/media/media/dessin.svg"]


def test_a_transcript_that_shows_itself_ends() -> None:
    itself = "---\na: b\n---\n\n::video[V]{src=visite.mp4 transcript=visite.md}\n"
    assert page_html(transcript=itself).count("<video") == 2


def test_files_to_download_say_their_weight() -> None:
    link = tree(page_html()).xpath("//p[@class='download']/a")[0]
    assert link.text_content() == "Télécharger La fiche (PDF, 2,3 Mo)"
    assert link.get("download") == "fiche.pdf"


def test_sizes_use_the_unit_that_reads_best() -> None:
    assert [size_in_words(size, "fr") for size in (12, 3_400, 5_600_000)] == ["12 octets", "3 Ko", "5,6 Mo"]


def test_links_lead_to_activities_files_and_outside() -> None:
    root = tree(page_html())
    links = {one.text_content(): one for one in root.xpath("//section[@id='ecouter']/p//a")}
    assert links["le quiz"].get("href") == "/activity/quiz-un"
    assert links["la fiche à garder"].get("href") == "/media/media/fiche.pdf"
    outside = links["le site du livre (site externe, nouvel onglet)"]
    assert outside.get("rel") == "noopener noreferrer external"
    assert root.xpath("//p[@class='quiz-link']")[0].text_content() == "Essayer 3 minutes"


def test_links_keep_their_fragment_and_mail_opens_no_tab() -> None:
    body = "[a](accueil.md#ecouter) [b](#ecouter) [c](mailto:a@example.org) [d](nulle-part.md)"
    root = tree(page_html(body))
    assert root.xpath("//a/@href") == ["/activity/page-accueil#ecouter", "#ecouter", "mailto:a@example.org"]
    assert root.xpath("//span[@class='broken-link']")[0].text == "d"
    assert root.xpath("//a/@target") == []


def test_terms_are_explained_at_the_foot_of_the_page() -> None:
    root = tree(page_html())
    term = root.xpath("//a[@data-term='mediation']")[0]
    definition = root.get_element_by_id(term.get("href")[1:])
    assert definition.getnext().text_content() == "Aider à faire."


def test_terms_of_a_fragment_carry_their_definition() -> None:
    course = sample_course()
    found = render_markdown(
        ":term[ce mot]{id=mediation} :term[autre]{id=inconnu}", course, path="x.yaml", resolve=str, link=str
    )
    assert tree(found).xpath("//dfn/@title") == ["Aider à faire."]
    assert "autre" in found


def test_notes_lead_there_and_back() -> None:
    root = tree(page_html("Un[^1], encore[^1].\n\n[^1]: Note.\n"))
    for link in root.xpath("//a[@role='doc-noteref' or @role='doc-backlink']"):
        assert root.get_element_by_id(link.get("href")[1:]) is not None
        assert link.get("aria-label")


def test_tables_can_be_scrolled_and_have_no_inline_style() -> None:
    found = page_html()
    root = tree(found)
    assert root.xpath("//div[@role='region'][@tabindex='0']/table//th/@scope") == ["col", "col"]
    assert root.xpath("//td/@class") == ["align-right"]
    assert "style" not in found


def test_an_empty_corner_makes_the_first_column_name_the_rows() -> None:
    root = tree(page_html("|  | Avant |\n|--|--|\n| Qui | Nous |\n"))
    assert [(one.text, one.get("scope")) for one in root.xpath("//th")] == [("Avant", "col"), ("Qui", "row")]


def test_what_is_missing_is_said_and_breaks_nothing() -> None:
    body = (
        "::figure[Le cycle]{src=rien.svg}\n\n::video[V]{src=rien.mp4}\n\n::download[F]{src=rien.pdf}\n\n"
        "::quiz[Q]{ref=rien}\n\n![I](rien.png)\n\n![E](https://example.org/x.png)\n\n::autre[A]\n\n:::inconnu\nB\n:::\n"
    )
    root = tree(page_html(body))
    assert len(root.xpath("//*[@class='missing-media']")) == 6
    assert "Fichier manquant\u00a0: Le cycle" in root.text_content()
    assert not root.xpath("//img|//video")


def test_times_and_ratios_stay_text() -> None:
    assert "10:30, 1:2, a:b" in page_html("10:30, 1:2, a:b")


def test_labels_are_phrasing_content_only() -> None:
    found = render_inline("Un **mot**\n\n# pas un titre", sample_course(), path="x.yaml", resolve=str, link=str)
    assert found == "Un <strong>mot</strong> # pas un titre"


def test_headings_of_a_text_start_where_the_screen_says() -> None:
    found = render_markdown("## A\n\n### B", sample_course(), path="x.yaml", resolve=str, link=str, heading_level=4)
    assert re.findall(r"<h(\d)>", found) == ["4", "5"]


def test_only_pages_are_rendered_as_pages() -> None:
    course = sample_course()
    with pytest.raises(TypeError, match="quiz-un"):
        render_page(course.activity("quiz-un"), course, resolve=str, link=str)


def test_sizes_come_from_png_and_svg_when_they_say() -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 40, 30)
    assert image_size("a.png", png) == (40, 30)
    assert image_size("a.svg", SVG.replace("viewBox", 'width="30px" height="20" viewBox').encode()) == (30, 20)
    assert image_size("a.svg", SVG.replace("0 0 300 120.4", "0 0").encode()) is None
    for name, data in (("a.png", b"x"), ("a.svg", b"x"), ("a.svg", b"<a/>"), ("a.jpg", b"x"), ("a.png", png[:20])):
        assert image_size(name, data) is None


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](  JaVaScRiPt:alert(1))",
    "[a](java&#x0A;script:alert(1))",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "![a](data:text/html,<script>1</script>)",
    "[a](data:text/html;base64,xxxx)",
    "[a](vbscript:x)",
    "[a](//evil.example)",
    ':::callout[<b onclick=x>]{kind="tip onload=1" onclick=alert(1) style="color:red"}\nx\n:::',
    '::figure["><script>x</script>]{src="javascript:x" caption="<img onerror=x>"}',
    '::figure[a]{src=../../media/dessin.svg caption="[x](javascript:alert(1))"}',
    '::video[" onplay="x]{src=../../media/visite.mp4 poster="javascript:x" transcript=../../media/visite.md}',
    '::download[<svg onload=x>]{src="../../media/fiche.pdf"}',
    ':term[<i>]{id="mediation\\" onclick=\\"x"}',
    ':::activity["><script>]{#x" minutes=<script> mode=pairs}\nx\n:::',
    '## T {#x"onclick=}',
    '```"><script>\nx\n```',
    "[^1]\n\n[^1]: <script>x</script>",
    "| <script> |\n|:-:|\n| style=x |",
    "<style>x</style><iframe src=x></iframe><object></object>",
]  # fmt: skip
PIECES = [":::", "::::", "::", ":", "[", "]", "{", "}", "#", "=", '"', "'", "\n", " ", "tabs", "tab", "callout", "term",
          "activity", "figure", "src=", "id=", "<", ">", "script", "on", "javascript:", "(", ")", "`", "|", "- ", "> "]  # fmt: skip


def assert_safe(found: str) -> None:
    root = tree(found)
    for element in root.iterdescendants():
        assert element.tag in TAGS
        for key, value in element.attrib.items():
            assert not key.lower().startswith("on")
            assert key.lower() not in ("style", "srcdoc", "srcset", "formaction", "xlink:href")
            if key in ("href", "src", "poster"):
                scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value.lower())
                assert scheme is None or scheme[1] in SCHEMES


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_out_harmless(text: str) -> None:
    assert_safe(page_html(text))
    course = sample_course()
    assert_safe(render_inline(text, course, path=PATHS["quiz"], resolve=str, link=str))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE) | st.sampled_from(PIECES) | st.text(max_size=6), max_size=25).map("".join))
def test_no_text_lets_a_script_through(text: str) -> None:
    course, files = sample_course(), sample_files()
    assert_safe(render_markdown(text, course, path=PATHS["page"], resolve=str, link=str, files=files))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<a href=", "<svg>", "<math>", "javascript:x", "<script>", "<p onclick=x>", "</p>", ">", '"', " style=x "]
        )
        | st.text(max_size=5)
    ).map("".join)
)
def test_the_last_wall_holds_by_itself(text: str) -> None:
    assert_safe(sanitise(text))


def test_deep_nesting_does_not_break_the_renderer() -> None:
    depth = 300
    text = "".join(f"{':' * (depth + 3 - level)}tabs\n" for level in range(depth)) + "x"
    assert_safe(page_html(text))
    assert_safe(page_html(">" * 500 + " x"))
    assert_safe(page_html("::a[" * 500))


@pytest.mark.parametrize("piece", [":a[", ":a{b ", ":a{", ":::tab[x]\n", "::a[b]{", "## a {#", "[a](b", "> :::tabs\n"])
def test_repeating_a_piece_costs_no_more_than_its_length(piece: str) -> None:
    course = sample_course()
    started = time.process_time()
    render_markdown(piece * 2_000, course, path="x.yaml", resolve=str, link=str)
    render_markdown("## a" + " " * 50_000 + "b", course, path="x.yaml", resolve=str, link=str)
    assert time.process_time() - started < 3


def test_a_note_written_in_place_is_numbered_like_the_others():
    html = render_markdown(
        "Un mot^[Sa note].", Course("c", "C", "fr", "", "", "", ""), path="x.md", resolve=str, link=str
    )
    assert 'id="noteref-1"' in html
    assert "Sa note" in html
