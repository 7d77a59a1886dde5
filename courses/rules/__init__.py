"""Every rule a course is read and checked by, with its French and English templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from courses.rules.pages import PAGES
from courses.rules.reading import READING
from courses.rules.teaching import TEACHING

if TYPE_CHECKING:
    from courses.rules.rule import Rule


def _typeset(text: str) -> str:
    """French typography asks for a space that does not break before « : ; ? ! » and inside guillemets."""
    return re.sub(r" ([:;?!»])", "\u00a0\\1", text).replace("« ", "«\u00a0")


RULES: dict[str, Rule] = {
    name: rule._replace(message_fr=_typeset(rule.message_fr), cure_fr=_typeset(rule.cure_fr))
    for name, rule in (READING | TEACHING | PAGES).items()
}
