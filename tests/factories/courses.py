"""A small course with one activity of every kind and one question of every type, and a small SCORM package."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REF = "fpa-rncp37275@2023#CP1"
COURSE = """
format: 1
id: petit-cours
title: "Un petit cours"
language: fr
summary: "Un cours pour essayer."
audience: "Tout le monde"
prerequisites: "Aucun"
methods: "Lire, faire"
assessment: "Un quiz"
accessibility: "Demandez"
licence: CC-BY-SA-4.0
authors: ["Réseau d'essai"]
frameworks: {fpa: "fpa-rncp37275@2023"}
objectives:
  - {id: obj-un, text: "Repérer un besoin", competencies: ["fpa:CP1"]}
modules: [01-debut]
"""
MODULE = """
id: mod-debut
title: "Le début"
summary: "Tout y est."
objectives: [obj-un]
activities:
  - page: accueil.md
  - quiz: quiz.yaml
  - quiz: positionnement.yaml
  - assignment: devoir.yaml
  - survey: enquete.yaml
  - live_session: atelier.yaml
"""
PAGE = """---
id: page-accueil
title: "Bienvenue"
minutes: 5
objectives: [obj-un]
competencies: ["fpa:CP1"]
---

Un dessin et [le quiz](quiz.yaml).

::figure[Un rond]{src=../../media/rond.svg caption="Un rond"}

## Première partie {#premiere}

Du texte.
"""
QUESTIONS = """
  - {id: q-single, type: single, prompt: "Laquelle ?", competencies: ["fpa:CP1"], choices: [{id: a, text: "Celle-ci", correct: true, feedback: "Voilà le secret."}, {id: b, text: "Celle-là", feedback: "Non."}]}
  - {id: q-multiple, type: multiple, prompt: "Lesquelles ?", choices: [{id: a, text: "Une", correct: true, feedback: "oui"}, {id: b, text: "Deux", correct: true, feedback: "oui"}, {id: c, text: "Trois", feedback: "non"}]}
  - {id: q-ordering, type: ordering, prompt: "Dans l'ordre ?", feedback_correct: "oui", feedback_incorrect: "non", choices: [{id: a, text: "Un"}, {id: b, text: "Deux"}, {id: c, text: "Trois"}]}
  - {id: q-matching, type: matching, prompt: "Par deux ?", feedback_correct: "oui", feedback_incorrect: "non", choices: [{id: a, text: "France", match: "Paris"}, {id: b, text: "Italie", match: "Rome"}]}
  - {id: q-numeric, type: numeric, prompt: "Combien ?", answer: {value: 7, tolerance: 0.5, unit: h}, feedback_correct: "oui", feedback_incorrect: "non"}
  - {id: q-text, type: text, prompt: "Le mot ?", accepted: ["rebours"], feedback_correct: "oui", feedback_incorrect: "non"}
"""
QUIZ = f"""
id: quiz-un
title: "Le quiz"
minutes: 3
purpose: final
objectives: [obj-un]
pass_score: 0.7
feedback: immediate
questions:{QUESTIONS}
"""
POSITIONING = """
id: positionnement
title: "Où j'en suis"
minutes: 2
purpose: positioning
feedback: end
allow_dont_know: true
questions:
  - {id: p-un, type: single, prompt: "Laquelle ?", competencies: ["fpa:CP1"], choices: [{id: a, text: "Celle-ci", correct: true, feedback: "oui"}, {id: b, text: "Celle-là", feedback: "non"}]}
"""
ASSIGNMENT = """
id: devoir-un
title: "Le devoir"
minutes: 30
deliverable: file_or_text
instructions: "Racontez."
pass_score: 0.5
competencies: ["fpa:CP1"]
rubric:
  - id: crit-un
    title: "C'est clair"
    competencies: ["fpa:CP1"]
    levels:
      - {id: non, label: "À reprendre", description: "Pas clair", points: 0}
      - {id: oui, label: "Acquis", description: "Clair", points: 2}
"""
SURVEY = """
id: enquete-une
title: "Votre avis"
minutes: 2
purpose: hot
items:
  - {id: utile, type: scale, text: "Utile ?", low: "pas du tout", high: "tout à fait", indicator: satisfaction}
  - {id: reco, type: nps, text: "Recommander ?", indicator: recommandation}
  - {id: rythme, type: single, text: "Le rythme ?", options: [{id: lent, text: "Lent"}, {id: bon, text: "Bon"}]}
  - {id: libre, type: text, text: "Autre chose ?"}
"""
LIVE = """
id: atelier-un
title: "Atelier"
minutes: 180
modality: on_site
before: "Venez avec une question."
plan: "Le plan du formateur."
materials: ["Marqueurs"]
"""
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>Rond</title><circle cx="5" cy="5" r="4"/></svg>'

MANIFEST_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="essai" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="org"><organization identifier="org"><title>Un module venu d'ailleurs</title>
    <item identifier="item-1" identifierref="res-1"><title>Leçon</title><adlcp:masteryscore>60</adlcp:masteryscore></item>
  </organization></organizations>
  <resources><resource identifier="res-1" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource></resources>
</manifest>
"""
LESSON = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Leçon</title></head>
<body><h1>Leçon</h1><script>
let api = null; for (let w = window; w && !api; w = w.parent === w ? null : w.parent) api = w.API || null;
document.body.dataset.started = api ? api.LMSInitialize("") : "none";
function finish(score) { api.LMSSetValue("cmi.core.score.raw", String(score)); api.LMSSetValue("cmi.core.lesson_status", "completed"); api.LMSSetValue("cmi.suspend_data", "place=3"); api.LMSCommit(""); api.LMSFinish(""); }
</script></body></html>
"""


def small_course(**changes: str | bytes | None) -> dict[str, bytes]:
    """The files of the small course; a keyword replaces the file of that name (dots and slashes written ``__``)."""
    folder = "modules/01-debut/"
    files: dict[str, str | bytes | None] = {
        "course.yaml": COURSE, folder + "module.yaml": MODULE, folder + "accueil.md": PAGE, folder + "quiz.yaml": QUIZ,
        folder + "positionnement.yaml": POSITIONING, folder + "devoir.yaml": ASSIGNMENT, folder + "enquete.yaml": SURVEY,
        folder + "atelier.yaml": LIVE, "media/rond.svg": DRAWING,
    }  # fmt: skip
    files.update(changes)
    return {path: data.encode() if isinstance(data, str) else data for path, data in files.items() if data is not None}


def course_with_package(package: bytes) -> dict[str, bytes]:
    """The small course with one more activity, ``module-scorm``."""
    module = MODULE + "  - {scorm: paquet.zip, id: module-scorm, title: Ailleurs, minutes: 10}\n"
    return small_course() | {"modules/01-debut/module.yaml": module.encode(), "modules/01-debut/paquet.zip": package}


def scorm_zip(files: Mapping[str, str | bytes] | None = None, manifest: str = MANIFEST_12) -> bytes:
    """A SCORM 1.2 package of one lesson, with these files besides or instead."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in ({"imsmanifest.xml": manifest, "index.html": LESSON} | dict(files or {})).items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return memory.getvalue()


MANIFEST_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="essai2004" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="org"><organization identifier="org"><title>Deux leçons</title>
    <item identifier="item-1" identifierref="res-1"><title>Première</title></item>
    <item identifier="item-2" identifierref="res-2"><title>Seconde</title></item>
  </organization></organizations>
  <resources>
    <resource identifier="res-1" type="webcontent" adlcp:scormType="sco" href="index.html"><file href="index.html"/></resource>
    <resource identifier="res-2" type="webcontent" adlcp:scormType="sco" href="index.html"><file href="index.html"/></resource>
  </resources>
</manifest>
"""
LESSON_2004 = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Leçon</title></head>
<body><h1>Leçon</h1><script>
let api = null; for (let w = window; w && !api; w = w.parent === w ? null : w.parent) api = w.API_1484_11 || null;
api.Initialize("");
function finish(score) {
  const said = [["cmi.score.scaled", String(score)], ["cmi.completion_status", "completed"], ["cmi.success_status", "passed"],
    ["cmi.suspend_data", "fin"], ["cmi.exit", "suspend"]].map(([name, value]) => api.SetValue(name, value));
  return [...said, api.Commit(""), api.Terminate("")].join();
}
</script></body></html>
"""
