"""French is complete in every feature and plugin, and says the same thing the same way everywhere."""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
_spec = importlib.util.spec_from_file_location("messages", ROOT / ".ci" / "messages.py")
messages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(messages)

PLACES = re.compile(r"%\(\w+\)[sd]")


def catalogues():
    for path in sorted((ROOT / "lms").glob("**/translations/fr/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale="fr")


@pytest.mark.parametrize("folder", messages.folders(), ids=lambda folder: folder.name)
def test_every_text_has_its_french(folder):
    assert messages.update(folder, write=False) == []


def test_one_english_text_has_one_french_text():
    said = defaultdict(set)
    for _path, catalogue in catalogues():
        for message in catalogue:
            if message.id and message.string:
                said[(str(message.id), message.context)].add(str(message.string))
    assert {key: texts for key, texts in said.items() if len(texts) > 1} == {}


def test_each_french_text_keeps_the_places_of_its_english_one():
    wrong = []
    for path, catalogue in catalogues():
        for message in catalogue:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = {place for text in ids for place in PLACES.findall(text)}
            wrong += [
                f"{path.parent.parent.parent.parent.name}: {text}"
                for text in texts
                if message.id and text and not set(PLACES.findall(text)) <= wanted
            ]
    assert wrong == []


def test_french_typography_keeps_its_marks_with_their_words():
    """A plain space before « : ; ? ! » or inside « » lets a line break there."""
    loose = []
    for path, catalogue in catalogues():
        for message in catalogue:
            texts = message.string if isinstance(message.string, tuple) else (message.string or "",)
            loose += [
                f"{path.parent.parent.parent.parent.name}: {text}"
                for text in texts
                if message.id and re.search(r" [:;?!»](?:\s|$)|« ", text)
            ]
    assert loose == []
