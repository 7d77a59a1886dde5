"""What the forms of a framework hold, from the model and back; refusals in the reader's words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from competency_frameworks.model import Audience, Level, Source
from competency_frameworks.text import Translated, folded

if TYPE_CHECKING:
    from competency_frameworks.model import Framework
    from lms.competencies.forms import FactsForm
    from lms.frameworks.models import FrameworkVersion

SEPARATOR = re.compile(r"\s*:\s+")


def other_language(row: FrameworkVersion) -> str:
    """The other language of the interface, in which a draft can be written too."""
    return "en" if row.language == "fr" else "fr"


def edit_reason(error: Exception) -> str:
    """Why a change was refused, and what to do."""
    reason = getattr(error, "reason", "")
    words = {
        "code-taken": _("Another item has this code: choose another one."),
        "code-shape": _("A code has no spaces, # or @, and 64 characters at most."),
        "no-statement": _("Say what the item is in the language of the framework."),
        "no-such-item": _("No item of this draft has this code."),
        "under-itself": _("An item cannot stand under itself."),
        "stale": _("Somebody else has changed this item meanwhile. What you typed is kept below: copy it, open the item again and compare."),
    }  # fmt: skip
    return str(words.get(reason, _("This cannot be done.")))


def facts_values(framework: Framework) -> dict[str, Any]:
    """The values of the form of facts."""
    own, other = framework.language, "en" if framework.language == "fr" else "fr"
    return {
        "title": framework.title.get(own, ""), "title_other": framework.title.get(other, ""), "version": framework.version,
        "description": framework.description.get(own, ""), "description_other": framework.description.get(other, ""),
        "licence": framework.licence, "source_title": framework.source.title, "source_publisher": framework.source.publisher,
        "source_url": framework.source.url, "source_date": framework.source.date,
        "audiences": "\n".join(f"{one.who.text(own)} : {one.purpose.text(own)}" for one in framework.audiences),
        "levels": "\n".join(
            f"{one.title.text(own)} : {one.description.text(own)}".rstrip(" :") for one in sorted(framework.levels, key=lambda one: one.order)
        ),
    }  # fmt: skip


def facts_of(form: FactsForm, before: Framework) -> Framework:
    """The framework as the form says it; what the form does not show stays."""
    own, other = before.language, "en" if before.language == "fr" else "fr"

    def said(text: str | None, elsewhere: str | None, kept: Translated) -> Translated:
        return Translated(dict(kept.pairs) | {own: text or "", other: elsewhere or ""}, own)

    status = dict(before.translation_status)
    if form.title_other.data and other not in status:
        status[other] = "unofficial"
    return replace(
        before,
        title=said(form.title.data, form.title_other.data, before.title),
        description=said(form.description.data, form.description_other.data, before.description),
        licence=form.licence.data or "",
        source=Source(
            form.source_title.data or "",
            form.source_url.data or "",
            form.source_publisher.data or "",
            form.source_date.data or "",
        ),
        audiences=_audiences(form.audiences.data or "", before, own),
        levels=_levels(form.levels.data or "", before, own),
        translation_status=status,
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = (line.strip() for line in text.splitlines())
    split = (SEPARATOR.split(line, maxsplit=1) for line in lines if line)
    return [(parts[0], parts[1] if len(parts) > 1 else "") for parts in split]


def _audiences(text: str, before: Framework, own: str) -> tuple[Audience, ...]:
    known = {one.who.text(own): one for one in before.audiences}
    found = []
    for who, purpose in _pairs(text):
        old = known.get(who)
        kept = (dict(old.who.pairs), dict(old.purpose.pairs)) if old else ({}, {})
        found.append(Audience(Translated(kept[0] | {own: who}, own), Translated(kept[1] | {own: purpose}, own)))
    return tuple(found)


def _levels(text: str, before: Framework, own: str) -> tuple[Level, ...]:
    """A level that keeps its title keeps its id, and with it what items say of it."""
    known = {one.title.text(own): one for one in before.levels}
    taken = {one.id for one in before.levels}
    found = []
    for order, (title, description) in enumerate(_pairs(text), start=1):
        old = known.get(title)
        if old is not None:
            words = Translated(dict(old.description.pairs) | {own: description}, own)
            found.append(replace(old, order=order, description=words))
            continue
        base = re.sub(r"[^a-z0-9]+", "-", folded(title)).strip("-")[:40] or f"level-{order}"
        name = base if base not in taken else f"{base}-{order}"
        taken.add(name)
        found.append(Level(name, order, Translated({own: title}, own), Translated({own: description}, own)))
    return tuple(found)
