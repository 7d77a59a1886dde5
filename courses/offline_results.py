"""What was done with offline pages, as the file that their player hands back: signed by the package, read strictly.

The file is JSON: ``result``, itself JSON written as text, and ``signature``, the HMAC-SHA256 (hexadecimal) of that text in
UTF-8 under the key of the package. No score is in it: whoever takes the file grades the answers again.

**What the signature proves**: the file was made by a copy of that package and nobody has edited it since. It does not prove
who answered, nor that nobody helped: the key lies in the package, where somebody skilled can find it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

FORMAT: Final = 1
MAX_BYTES: Final = 2_000_000
_MOST_SEEN, _MOST_ATTEMPTS, _MOST_ANSWERS = 5000, 500, 500
_MOST_SECONDS: Final = 24 * 3600.0
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_RUN = re.compile(r"[0-9a-f]{32}")
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "size": (
        "Ce fichier est trop gros pour un résultat hors ligne (2 Mo au plus). Choisissez le fichier que les pages hors ligne ont donné.",
        "This file is too large for an offline result (2 MB at most). Choose the file that the offline pages gave.",
    ),
    "shape": (
        "Ce fichier n’est pas un résultat hors ligne ({where}). Choisissez le fichier « resultat-….json » que les pages hors ligne ont donné.",
        "This file is not an offline result ({where}). Choose the file “resultat-….json” that the offline pages gave.",
    ),
    "format": (
        "Ce résultat vient d’une version plus récente des pages hors ligne ; mettez d’abord la plateforme à jour.",
        "This result comes from a newer version of the offline pages; update the platform first.",
    ),
    "signature": (
        (
            "La signature de ce fichier ne correspond pas à son contenu : il a été modifié depuis que les pages hors ligne "
            "l’ont donné, ou vient d’une autre plateforme. Rien n’a été ajouté ; rouvrez les pages hors ligne et demandez "
            "un nouveau fichier."
        ),
        (
            "The signature of this file does not match its content: it was changed since the offline pages gave it, or "
            "comes from another platform. Nothing was added; open the offline pages again and ask for a new file."
        ),
    ),
}  # fmt: skip


class BadResultError(ValueError):
    """A file that is refused: ``rule`` is ``size``, ``shape``, ``format`` or ``signature``; ``fr`` and ``en`` say why."""

    def __init__(self, rule: str, **values: object) -> None:
        french, english = (text.format(**values) for text in _WORDS[rule])
        super().__init__(english)
        self.rule, self.fr, self.en = rule, french, english


@dataclass(frozen=True, slots=True)
class HandBack:
    """What offline pages need to hand results back: the id and the key of the package, and where to bring the file."""

    package: str
    key: bytes
    address: str = ""


@dataclass(frozen=True, slots=True)
class OfflineAnswer:
    """``response`` as ``courses.grading`` takes it, None for « I don't know »; ``seconds`` spent on the question."""

    question: str
    response: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class OfflineAttempt:
    """One finished try at one quiz, the ``number``-th of that learner on that device."""

    quiz: str
    number: int
    answers: tuple[OfflineAnswer, ...]


@dataclass(frozen=True, slots=True)
class OfflineResult:
    """``run`` is random and names one learner's work on one device; ``seen`` are ids of activities and blocks."""

    package: str
    course: str
    version: str
    run: str
    made: datetime
    seen: frozenset[str] = frozenset()
    seconds: dict[str, float] = field(default_factory=dict)
    attempts: tuple[OfflineAttempt, ...] = ()
    digest: str = ""  # SHA-256 of what is signed: the same file again


@dataclass(frozen=True, slots=True)
class SignedResult:
    """A file whose signature is not checked yet: its package says which key to check it with."""

    package: str
    text: str
    signature: str

    def verify(self, key: bytes) -> OfflineResult:
        """The result, once the signature is proven with the package's key; BadResultError otherwise."""
        if not hmac.compare_digest(sign(self.text, key), self.signature):
            raise BadResultError("signature")
        return _result(json.loads(self.text), hashlib.sha256(self.text.encode()).hexdigest())


def sign(text: str, key: bytes) -> str:
    """HMAC-SHA256 of the text in UTF-8, in hexadecimal (RFC 2104)."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def read_signed(data: bytes) -> SignedResult:
    """What a file says it is; BadResultError when it cannot be a result. Nothing in it is to be believed yet."""
    if len(data) > MAX_BYTES:
        raise BadResultError("size")
    outer = _json(data.decode("utf-8-sig", "replace"))
    text, signature = outer.get("result"), outer.get("signature")
    if not isinstance(text, str) or not isinstance(signature, str) or not re.fullmatch(r"[0-9a-f]{64}", signature):
        raise BadResultError("shape", where="signature")
    inner = _json(text)
    package = inner.get("package")
    if inner.get("format") != FORMAT:
        raise BadResultError("format" if isinstance(inner.get("format"), int) else "shape", where="format")
    if not isinstance(package, str) or not 0 < len(package) <= 200:
        raise BadResultError("shape", where="package")
    return SignedResult(package, text, signature)


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadResultError("shape", where="JSON") from None
    if not isinstance(found, dict):
        raise BadResultError("shape", where="JSON")
    return found


def _result(data: dict[str, Any], digest: str) -> OfflineResult:
    """Every part judged: a signed file can still have been made by somebody who found the key."""
    try:
        made = datetime.fromisoformat(str(data.get("made")))
    except ValueError:
        raise BadResultError("shape", where="made") from None
    run = data.get("run")
    if not isinstance(run, str) or not _RUN.fullmatch(run) or made.tzinfo is None:
        raise BadResultError("shape", where="run")
    spent = data.get("seconds")
    return OfflineResult(
        package=data["package"],
        course=_short(data, "course"),
        version=_short(data, "version"),
        run=run,
        made=made,
        seen=frozenset(_id(one, "seen") for one in _list(data, "seen", _MOST_SEEN)),
        seconds={_id(key, "seconds"): _seconds(value) for key, value in spent.items()}
        if isinstance(spent, dict)
        else {},
        attempts=tuple(_attempt(one) for one in _list(data, "attempts", _MOST_ATTEMPTS)),
        digest=digest,
    )


def _attempt(data: Any) -> OfflineAttempt:
    if not isinstance(data, dict) or not isinstance(data.get("number"), int) or not 0 < data["number"] <= 10_000:
        raise BadResultError("shape", where="attempts")
    answers = tuple(_answer(one) for one in _list(data, "answers", _MOST_ANSWERS))
    if len({one.question for one in answers}) != len(answers):
        raise BadResultError("shape", where="answers")
    return OfflineAttempt(_id(data.get("quiz"), "quiz"), data["number"], answers)


def _answer(data: Any) -> OfflineAnswer:
    if not isinstance(data, dict):
        raise BadResultError("shape", where="answers")
    return OfflineAnswer(_id(data.get("question"), "question"), data.get("response"), _seconds(data.get("seconds")))


def _list(data: dict[str, Any], name: str, most: int) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise BadResultError("shape", where=name)
    return found


def _id(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadResultError("shape", where=where)
    return value


def _short(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or len(value) > 200:
        raise BadResultError("shape", where=name)
    return value


def _seconds(value: Any) -> float:
    """Bounded, and 0 for what is no number: time is a courtesy here, never a proof."""
    plain = isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124 - NaN
    return min(max(float(value), 0.0), _MOST_SECONDS) if plain else 0.0
