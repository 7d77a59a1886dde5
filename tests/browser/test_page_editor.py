"""The page editor gives back what it was given: same blocks, same directives, same words."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from courses.directives import directive_of
from courses.markdown import tokens_of
from tests.browser.demo import PATIENCE

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "lms/web/static"
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:"
PAGES = sorted((ROOT / "courses/data").rglob("modules/**/*.md"))

EVERY_CONSTRUCT = """\
La :term[médiation]{id=mediation} à 10:30, note:important, snake_case et 3 * 4.[^1]

## Écouter avant de proposer {#ecouter}

::figure[Quatre étapes reliées par des flèches]{src=../../media/kolb.svg caption="Le cycle d'apprentissage"}

:::activity[Mon **premier** entretien]{#act-entretien minutes=15 mode=pairs competencies="med:SF1 med:SF2"}
À deux, interrogez-vous.

- un
- deux
  1. a
  2. b
:::

::::tabs
:::tab[Sur place]
La salle.
:::
:::tab[À distance]
| a | b |
|---|--:|
| 1 | 2 |
:::
::::

::::accordion
:::panel[Pourquoi ?]
Parce que.
:::
::::

:::callout[À retenir]{kind=warning}
Ne prenez pas la souris.
:::

::video[L'entretien]{src=../../media/e.mp4 captions=../../media/e.vtt transcript=../../media/e.md}

::download[La fiche]{src=../../media/fiche.pdf}

::quiz[Ai-je compris ?]{ref=quiz-publics}

::figure{src=../../media/trait.svg decorative}

> Des mots
> sur deux lignes

```yaml
a: 1
```

[^1]: Une note.
"""


@pytest.fixture
def open_editor(page):
    """A page with nothing but the editor, under the application's policy, served from the built assets."""
    if not (STATIC / "vendor/editor.js").is_file():
        pytest.skip("the front end is not built: run the asset build first")

    def serve(route):
        name = route.request.url.split("example.org/", 1)[1].split("?")[0]
        path = STATIC / name.removeprefix("static/")
        if name == "page":
            route.fulfill(
                body=serve.body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            )
        elif path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(status=404, body="")

    page.set_default_timeout(PATIENCE)

    def open_with(text: str) -> None:
        serve.body = (
            '<!doctype html><html lang="fr"><head><title>Page</title><meta name="csrf-token" content="x">'
            '<script type="application/json" id="texts">{}</script>'
            f'<script type="application/json" id="words">{json.dumps({"editor": "Contenu"})}</script></head><body><form>'
            f'<textarea data-markdown-editor="words" data-icons="/static/vendor/icons.svg">\n{html.escape(text)}</textarea>'
            '</form><script src="/static/vendor/app.js"></script><script src="/static/vendor/editor.js"></script></body></html>'
        )
        page.route("**/*", serve)
        page.goto("http://example.org/page")
        page.wait_for_selector(".md-editor[data-ready]")

    return open_with


def meaning(markdown: str) -> list[tuple[object, ...]]:
    """What a text says, without how it was typed: kinds, words, attributes and directives, in order."""
    said: list[tuple[object, ...]] = []

    def walk(tokens):
        for token in tokens:
            if token.children:
                walk(token.children)
            elif token.type not in {"inline", "text"}:
                found = directive_of(token)
                directive = (found.name, found.form, found.label, sorted(found.attributes.items())) if found else None
                said.append(
                    (token.type, token.tag, token.hidden, token.content, sorted(token.attrs.items()), directive)
                )
            elif said and said[-1][0] == "text":
                said[-1] = ("text", str(said[-1][1]) + token.content)
            else:
                said.append(("text", token.content))

    walk(tokens_of(markdown))
    return said


@pytest.mark.browser
def test_every_construct_of_the_course_format_survives_the_editor(page, open_editor):
    open_editor(EVERY_CONSTRUCT)
    written = page.evaluate("document.querySelector('textarea').bouquetEditor.read()")
    assert meaning(written) == meaning(EVERY_CONSTRUCT)


@pytest.mark.browser
def test_the_pages_of_our_courses_survive_the_editor(page, open_editor):
    open_editor("")
    source = page.locator(".md-toolbar button").last
    for path in PAGES:
        text = path.read_text("utf-8")
        source.click()
        page.fill("textarea", text)
        source.click()
        written = page.evaluate("document.querySelector('textarea').bouquetEditor.read()")
        assert meaning(written) == meaning(text), path.name


@pytest.mark.browser
def test_a_page_that_was_only_opened_goes_back_byte_for_byte(page, open_editor):
    text = "---\nid: page-a\n---\n\nUn  *texte*\n* liste\n"
    open_editor(text)
    page.evaluate("document.querySelector('textarea').bouquetEditor.write()")
    assert page.eval_on_selector("textarea", "area => area.value") == text


@pytest.mark.browser
def test_what_is_typed_becomes_the_value_of_the_form(page, open_editor):
    open_editor("Bonjour.\n")
    page.click(".ProseMirror p")
    page.keyboard.press("End")
    page.keyboard.type(" Entrez.")
    page.evaluate("document.querySelector('textarea').bouquetEditor.write()")
    assert page.eval_on_selector("textarea", "area => area.value") == "Bonjour. Entrez.\n"
