"""What is said of a package before it is used: the check's problems by what they break, its parts, what can be repaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from scorm.archive import ArchiveError, Limits, open_archive
from scorm.check import check_package
from scorm.messages import ScormError
from scorm.opening import manifest_of
from scorm.outline import launchable_scos, package_outline
from scorm.repair import Repaired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scorm.archive import SafeArchive
    from scorm.model import Manifest
    from scorm.report import Problem

MAX_SHOWN: Final = 200
MAX_PARTS: Final = 400
# what a problem breaks, in the order in which it matters to a trainer
OPENS, FOLLOWS, ELSEWHERE, STANDARD, OFFLINE, EVERYBODY, WEIGHT, KNOW = (
    "opens", "follows", "elsewhere", "standard", "offline", "everybody", "weight", "know",
)  # fmt: skip
GROUPS: Final = (OPENS, FOLLOWS, ELSEWHERE, STANDARD, OFFLINE, EVERYBODY, WEIGHT, KNOW)
_PREFIXES: Final = {
    "launch-": OPENS, "file-missing": OPENS, "file-case": OPENS, "path-outside": OPENS, "organizations-missing": OPENS,
    "organization-empty": OPENS, "identifierref-unresolved": OPENS, "manifest-missing": OPENS, "other-kind": OPENS,
    "manifest-unreadable": OPENS, "not-a-manifest": OPENS, "xml-not-well-formed": OPENS, "xml-entities": OPENS,
    "xml-too-large": OPENS, "archive": OPENS, "damaged": OPENS, "not-a-zip": OPENS, "empty": OPENS, "encrypted": OPENS,
    "compression": OPENS, "link": OPENS, "path-traversal": OPENS, "absolute-path": OPENS, "bad-name": OPENS,
    "name-collision": OPENS, "too-": OPENS, "member-too-large": OPENS, "zip-bomb": OPENS, "runtime-": FOLLOWS, "completion-": FOLLOWS, "moodle-": ELSEWHERE,
    "several-": ELSEWHERE, "prerequisites-ignored": ELSEWHERE, "external-": OFFLINE,
}  # fmt: skip
_MOODLE: Final = ("moodle-",)


def group_of(problem: Mapping[str, Any]) -> str:
    """What a problem breaks; a rule that is not known here is a matter of the standard."""
    rule: str = problem["rule"]
    if problem["severity"] == "note":
        return KNOW
    if problem["clause"].startswith("WCAG"):
        return EVERYBODY
    if rule.endswith("-heavy"):
        return WEIGHT
    return next((group for prefix, group in _PREFIXES.items() if rule.startswith(prefix)), STANDARD)


def grouped(problems: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The problems by what they break, the gravest group first; empty groups are left out."""
    found: dict[str, list[Mapping[str, Any]]] = {name: [] for name in GROUPS}
    for problem in problems:
        found[group_of(problem)].append(problem)
    return [(name, rows) for name, rows in found.items() if rows]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one sentence says: where the module works, and how many points are to be corrected for its standard."""

    usable: bool
    whole: bool  # everything opens and is followed
    moodle: bool
    points: int


def verdict_of(report: Mapping[str, Any]) -> Verdict:
    """The verdict on a report of ``examine``."""
    counted = report["counts"]
    moodle = not any(one["rule"].startswith(_MOODLE) and one["severity"] != "note" for one in report["problems"])
    return Verdict(report["usable"], not (counted.get(OPENS) or counted.get(FOLLOWS)), moodle, counted.get(STANDARD, 0))


def examine(path: Path, name: str, limits: Limits | None = None) -> dict[str, Any]:
    """The report on the archive at ``path`` as plain data in both languages; it never raises on what the file holds.

    ``usable`` when something in it can be played; ``organizations`` its parts in order; ``repairs`` what can be put right
    without asking; ``counts`` the problems by group, all of them though only the first 200 are in ``problems``.
    """
    report = check_package(path, limits, name=name)
    problems = [as_data(problem) for problem in report.problems]
    found: dict[str, Any] = {
        "title": "", "usable": False, "outline": {}, "standard": report.standard, "edition": report.edition, "organizations": [],
        "repairs": [], "files": 0, "size": 0,
    }  # fmt: skip
    try:
        with open_archive(path, limits) as archive:
            found |= {"files": len(archive.names), "size": archive.total_size}
            manifest = manifest_of(archive)
            found |= _parts(manifest, archive) | {"outline": package_outline(manifest)}
            found["repairs"] = [
                {"rule": one.rule, "fr": one.message.fr, "en": one.message.en} for one in Repaired(archive).repairs
            ]
    except ScormError:
        found["usable"] = False
    counts: dict[str, int] = {}
    for problem in problems:
        counts[group_of(problem)] = counts.get(group_of(problem), 0) + 1
    return found | {"problems": problems[:MAX_SHOWN], "counts": counts}


def as_data(problem: Problem) -> dict[str, Any]:
    """A problem of the check as plain data in both languages."""
    return {
        "rule": problem.rule, "severity": problem.severity, "where": str(problem.where), "clause": problem.clause,
        "message": {"fr": problem.message.fr, "en": problem.message.en},
        "cure": {"fr": problem.cure.fr, "en": problem.cure.en},
    }  # fmt: skip


def refused(report: dict[str, Any], error: ArchiveError) -> dict[str, Any]:
    """The report of a package that turned out damaged once it was read to the end."""
    problem = {
        "rule": error.rule, "severity": "error", "where": error.name, "clause": "",
        "message": {"fr": error.fr, "en": error.en}, "cure": {"fr": "", "en": ""},
    }  # fmt: skip
    return report | {"usable": False, "repairs": [], "problems": [problem, *report["problems"]]}


def _parts(manifest: Manifest, archive: SafeArchive) -> dict[str, Any]:
    default = manifest.default_organization
    return {
        "title": manifest.title,
        "usable": bool(launchable_scos(manifest, archive)),
        "organizations": [
            {
                "title": one.title or manifest.title,
                "default": one is default,
                "scos": [{"title": sco.item.title, "is_sco": sco.is_sco} for sco in manifest.scos(one)][:MAX_PARTS],
            }
            for one in manifest.organizations
        ],
    }


def repair(path: Path, target: BinaryIO, limits: Limits | None = None) -> list[dict[str, str]]:
    """Write the repaired package to ``target``; what was done, in both languages. ScormError when it cannot be read."""
    with open_archive(path, limits) as archive:
        repaired = Repaired(archive)
        repaired.write(target)
    return [{"rule": one.rule, "fr": one.message.fr, "en": one.message.en} for one in repaired.repairs]
