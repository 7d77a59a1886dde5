"""Writes the pages on SCORM: every rule of the conformance report, and what becomes of every sample package.

``python docs/build_scorm_reference.py`` brings both up to date; the second needs the sample packages, which stand beside
the repository (``../shared/samples/scorm``, or ``BOUQUET_SHARED``) and are not part of it.
"""  # noqa: INP001

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from scorm.archive import open_archive
from scorm.catalogue import CHAPTERS
from scorm.check import check_package
from scorm.messages import ScormError
from scorm.opening import manifest_of
from scorm.outline import launchable_scos

DOCS = Path(__file__).resolve().parent
RULES, SAMPLES = DOCS / "reference" / "scorm-rules.md", DOCS / "reference" / "scorm-samples.md"
SHARED = Path(os.environ.get("BOUQUET_SHARED") or DOCS.parent.parent / "shared") / "samples" / "scorm"
TITLES = {
    "archive": "The archive",
    "manifest": "The manifest, its organizations and items",
    "resources": "Resources and files",
    "sequencing": "Sequencing (SCORM 2004)",
    "metadata": "Metadata",
    "runtime": "Run time",
    "content": "Pages and media",
    "portability": "Other platforms",
}
COLLECTIONS = {
    "golf": "Golf examples of SCORM 1.2 and 2004, whole and broken on purpose (Rustici Software, CC BY 3.0)",
    "moodle-tests": "Moodle's own test files, good and bad",
    "aicc": "AICC course structures",
    "cmi5": "cmi5 course structures",
    "adl-2004-4th": "ADL's test packages for LMSs, 2004 4th edition (Apache-2.0)",
}


def rules_page() -> str:
    """The page of the rules, in both languages."""
    count = sum(len(rules) for rules in CHAPTERS.values())
    lines = [
        "# Rules of the SCORM report",
        "",
        "Written by `python docs/build_scorm_reference.py` from `scorm/catalogue`.",
        "",
        (
            f"`bouquet scorm check` and the report shown after an upload know {count} rules. A name is stable. `error`: it "
            "will not work or is not conformant. `warning`: it will fail somewhere, and the sentence says where. `note`: "
            "good to know. `{…}` stands for what was found."
        ),
        "",
    ]
    for chapter, rules in CHAPTERS.items():
        lines += [f"## {TITLES[chapter]}", "", "| rule | | what it says | cure | clause |", "|---|---|---|---|---|"]
        for rule, entry in rules.items():
            says, cure = f"{entry.en}<br>{entry.fr}", f"{entry.cure_en}<br>{entry.cure_fr}"
            cells = [
                f"`{rule}`",
                entry.severity,
                _cell(says),
                _cell(cure),
                _cell(entry.clause) or "limit of the installation",
            ]
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def samples_page(folder: Path = SHARED) -> str:
    """The page of the samples: one line a file."""
    lines = [
        "# What becomes of the sample packages",
        "",
        "Written by `python docs/build_scorm_reference.py`: each file is opened, checked and read as an upload is. A file that",
        "*imports* can be played; a file that is *refused* leaves nothing behind, and its reason is what the trainer reads.",
        "",
    ]
    for name, title in COLLECTIONS.items():
        rows = [_sample(path) for path in sorted((folder / name).glob("*.zip"))]
        verdicts = Counter(row[1] for row in rows)
        told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
        lines += [f"## {title}", "", f"{len(rows)} files: {told}.", ""]
        lines += [
            "| file | | read as | SCOs | errors | warnings | reason, or errors in words |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def _sample(path: Path) -> tuple[str, ...]:
    report = check_package(path)
    refusal, scos = "", 0
    try:
        with open_archive(path) as archive:
            manifest = manifest_of(archive)
            scos = len(launchable_scos(manifest, archive))
    except ScormError as error:
        refusal = error.text("en")
    errors = [problem for problem in report.problems if problem.severity == "error"]
    warnings = sum(problem.severity == "warning" for problem in report.problems)
    told = [problem.message.text("en") for problem in errors]
    imports = not refusal and scos > 0 and bool(report.standard)
    reason = " ".join(dict.fromkeys(told)) or refusal
    version = f"{report.standard} {report.edition}".strip() if report.standard != report.edition else report.standard
    rules = ", ".join(f"`{rule}`" for rule in dict.fromkeys(problem.rule for problem in errors))
    cells = (f"`{path.stem}`", "imports" if imports else "**refused**", version or "", str(scos) if imports else "")
    return (*cells, rules, str(warnings or ""), _cell(_short(reason)))


def _short(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<br>", "\0").replace("<", "&lt;").replace("\0", "<br>").replace("\n", " ")


def main() -> None:
    """Write what can be written here."""
    RULES.write_text(rules_page(), encoding="utf-8")
    if SHARED.is_dir():
        SAMPLES.write_text(samples_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
