"""A small course that is right in everything, for tests to spoil one thing at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.loader import load_course

if TYPE_CHECKING:
    from courses.model import Course

COURSE = """\
format: 1
id: cours-essai
title: "Un cours d'essai"
language: fr
summary: Un résumé.
audience: Des médiatrices et médiateurs.
prerequisites: Aucun.
methods: Lire et faire.
assessment: Un quiz.
accessibility: Tout est lisible au clavier.
licence: CC-BY-SA-4.0
authors: ["Réseau fictif"]
frameworks:
  med: cadre-essai@2022
objectives:
  - id: obj-ecouter
    text: "Écouter avant de proposer"
    competencies: ["med:SF1"]
modules: [01-un]
sources:
  - {title: "Un livre", author: "A. Fictive", year: 1984, url: "https://example.org/livre", licence: "tous droits"}
"""

MODULE = """\
id: mod-un
title: "Premier module"
summary: Une phrase.
objectives: [obj-ecouter]
activities:
  - page: accueil.md
  - quiz: quiz.yaml
  - assignment: devoir.yaml
  - survey: chaud.yaml
  - live_session: atelier.yaml
  - scorm: paquet.zip
  - sondage_express: plugin.yaml
"""

PAGE = """\
---
id: page-accueil
title: "Accueil"
minutes: 5
objectives: [obj-ecouter]
competencies: ["med:SF1"]
---

Un mot sur la :term[médiation]{id=mediation}, avant la première partie.

## Écouter *vraiment* {#ecouter}

Voir [le site du livre](https://example.org/livre), [le quiz](quiz.yaml) et [la fiche à garder](../../media/fiche.pdf).

::figure[Deux étapes reliées]{src=../../media/dessin.svg caption="Le cycle" credit="Réseau fictif"}

:::activity[Mon entretien]{#act-entretien minutes=15 mode=pairs objectives=obj-ecouter competencies="med:SF1"}
À deux, parlez.
:::

## Pratiquer {#pratiquer}

::video[Une visite]{src=../../media/visite.mp4 captions=../../media/visite.vtt transcript=../../media/visite.md}

::download[La fiche]{src=../../media/fiche.pdf}

::quiz[Essayer]{ref=quiz-un}

::::tabs
:::tab[Sur place]
Ici.
:::
:::tab[À distance]
Là-bas.
:::
::::

::::accordion
:::panel[Pour aller plus loin]
Encore.
:::
::::

:::callout[Un point]{kind=warning}
Prudence.
:::

| Signal | Geste |
|---|--:|
| silence | appel |

Une note[^1].

[^1]: Le texte de la note.
"""

QUIZ = """\
id: quiz-un
title: "Ai-je compris ?"
minutes: 3
questions:
  - id: q-single
    type: single
    prompt: Choisir
    objective: obj-ecouter
    choices:
      - {id: a, text: Non, feedback: "Pas encore."}
      - {id: b, text: Oui, correct: true, feedback: "C'est cela."}
  - id: q-multiple
    type: multiple
    prompt: Cocher
    choices:
      - {id: a, text: A, correct: true, feedback: "Oui A."}
      - {id: b, text: B, correct: true, feedback: "Oui B."}
      - {id: c, text: C, correct: false, feedback: "Non C."}
  - id: q-order
    type: ordering
    prompt: Ranger
    choices:
      - {id: a, text: Un, feedback: "D'abord."}
      - {id: b, text: Deux, feedback: "Ensuite."}
      - {id: c, text: Trois, feedback: "Enfin."}
  - id: q-match
    type: matching
    prompt: Relier
    choices:
      - {id: a, text: Paris, match: France, feedback: "En France."}
      - {id: b, text: Lyon, match: France, feedback: "En France aussi."}
      - {id: c, text: Rome, match: Italie, feedback: "En Italie."}
  - id: q-number
    type: numeric
    prompt: Combien
    answer: {value: 7.5, tolerance: 0.25, unit: h}
    feedback_correct: Juste.
    feedback_incorrect: Relisez.
  - id: q-text
    type: text
    prompt: Nommer
    accepted: ["Conception à rebours", "backward design"]
    feedback_correct: Juste.
    feedback_incorrect: Relisez.
"""

ASSIGNMENT = """\
id: devoir-un
title: Devoir
minutes: 30
instructions: |
  Faites ceci.

  Puis cela.
rubric:
  - id: crit-un
    title: Le besoin est analysé
    competencies: ["med:SF1"]
    levels:
      - {id: a, label: "À reprendre", description: "…", points: 0}
      - {id: b, label: "Acquis", description: "…", points: 2}
"""

SURVEY = """\
id: enquete-un
title: Votre avis
minutes: 2
items:
  - {id: utile, type: scale, text: "Utile ?", low: "non", high: "oui", indicator: satisfaction}
  - {id: reco, type: nps, text: "Recommander ?", opt_out: false, required: true}
  - {id: rythme, type: single, text: "Rythme", options: [{id: lent, text: Lent}, {id: bon, text: Bon}]}
"""

LIVE = """\
id: atelier-un
title: Atelier
minutes: 210
modality: on_site
before: Lire la page.
plan: |
  ## 9 h

  Accueil.
materials: ["Feutres"]
competencies: ["med:SF1"]
"""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120.4"><title>Deux étapes</title><rect width="9"/></svg>
"""


def sample_files(**changes: str | bytes | None) -> dict[str, bytes]:
    """The files of the sample; ``changes`` replace one by its short name (``page``, ``quiz``…), None removes it."""
    files: dict[str, str | bytes | None] = {
        "course": COURSE,
        "module": MODULE,
        "page": PAGE,
        "quiz": QUIZ,
        "assignment": ASSIGNMENT,
        "survey": SURVEY,
        "live": LIVE,
        "scorm": b"PK",
        "plugin": "id: sondage\ntitle: Sondage\nminutes: 1\ncouleurs: [vert, 3, 2.5, true, null]\n",
        "glossary": '- {id: mediation, term: "Médiation", definition: "Aider à *faire*."}\n',
        "svg": SVG,
        "video": b"video",
        "captions": "WEBVTT\n",
        "transcript": "Bonjour, **bienvenue**.\n",
        "download": b"x" * 2_345_000,
        **changes,
    }
    return {
        PATHS.get(name, name): data.encode() if isinstance(data, str) else data
        for name, data in files.items()
        if data is not None
    }


PATHS = {
    "course": "course.yaml",
    "module": "modules/01-un/module.yaml",
    "page": "modules/01-un/accueil.md",
    "quiz": "modules/01-un/quiz.yaml",
    "assignment": "modules/01-un/devoir.yaml",
    "survey": "modules/01-un/chaud.yaml",
    "live": "modules/01-un/atelier.yaml",
    "scorm": "modules/01-un/paquet.zip",
    "plugin": "modules/01-un/plugin.yaml",
    "glossary": "glossary.yaml",
    "svg": "media/dessin.svg",
    "video": "media/visite.mp4",
    "captions": "media/visite.vtt",
    "transcript": "media/visite.md",
    "download": "media/fiche.pdf",
}


def sample_course(**changes: str | bytes | None) -> Course:
    course = load_course(sample_files(**changes)).course
    assert course is not None
    return course
