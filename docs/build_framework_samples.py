"""Write docs/reference/framework-samples.md: what each third-party sample becomes, and the traps its report names.

    python docs/build_framework_samples.py

The samples lie outside the repository; without them the page is left as it is (a test compares when they are there).
"""  # noqa: INP001

from __future__ import annotations

from pathlib import Path

from competency_frameworks.formats.registry import detect, read_any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "framework-samples.md"
HEAD = """# What becomes of the sample files

Written by `docs/build_framework_samples.py` from files of other systems (OpenSALT, Moodle, the JRC, synthetic ones for Canvas,
SKOS and the RNCP); they are not in this repository. For each: the format that was recognised, how many items were read,
and what its import report says was changed or found (rule: how many times). Files that are no framework are refused.

| file | format | items | the report names |
|---|---|---|---|
"""


def samples() -> Path | None:
    """The folder of samples, beside the repository or above its work trees."""
    places = (parent / "shared" / "samples" / "frameworks" for parent in ROOT.parents)
    return next((place for place in places if place.is_dir()), None)


def page(folder: Path) -> str:
    """The whole page."""
    rows = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.suffix == ".md" or path.name == "LICENSE":
            continue
        data = path.read_bytes()
        result = read_any(data, path.name, language="en")
        told: dict[str, int] = {}
        for problem in result.problems:
            if problem.act or problem.severity == "error" or problem.rule.startswith(result.format.split("-")[0]):
                name = f"{problem.rule} ({problem.act})" if problem.act else problem.rule
                told[name] = told.get(name, 0) + 1
        items = "refused" if result.framework is None else str(len(result.framework.items))
        names = ", ".join(f"{name}: {n}" for name, n in sorted(told.items())) or "nothing"
        rows.append(f"| {path.relative_to(folder)} | {detect(data, path.name)} | {items} | {names} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    found = samples()
    if found is None:
        raise SystemExit("the samples are not here: nothing was written")
    PAGE.write_text(page(found), encoding="utf-8")
