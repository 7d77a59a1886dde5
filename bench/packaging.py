"""How fast packages are made, beside the bare minimum of the same machine: ``python bench/packaging.py``.

One function a measure; each gives rows of a figure, a yardstick measured in the same run, and a target. See
``bench/README.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if Path(sys.path[0]).resolve() == ROOT / "bench":
    sys.path[0] = str(ROOT)  # started as a script, this file would hide the standard library's http

import argparse  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import resource  # noqa: E402
import shutil  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import zipfile  # noqa: E402
from dataclasses import asdict, dataclass  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

import zipstream  # noqa: E402
from flask import Flask, Response  # noqa: E402

from bench.imports import import_apart, import_package, unzip, write_zip  # noqa: E402
from courses.files import FolderFiles  # noqa: E402
from courses.loader import load_course  # noqa: E402
from courses.packaging import Provenance, pack  # noqa: E402
from lms.learning.package_files import member_response  # noqa: E402
from scorm.check import check_package  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRIES = 5
MOST_MEMORY = 150.0  # MiB


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: ``seconds`` (the best of some tries), the ``yardstick``'s, and what is asked of them."""

    name: str
    seconds: float
    yardstick: str = ""
    bare_seconds: float = 0.0
    most_seconds: float = 0.0
    most_ratio: float = 0.0
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.seconds / self.bare_seconds if self.bare_seconds else 0.0

    @property
    def missed(self) -> bool:
        slow = bool(self.most_seconds) and self.seconds > self.most_seconds
        return slow or (bool(self.most_ratio) and self.ratio > self.most_ratio)


def best(action: Callable[[], object]) -> float:
    """Seconds of processor time of the quickest of some tries: the machine may be busy with something else."""
    times = []
    for _ in range(TRIES):
        before = time.process_time()
        action()
        times.append(time.process_time() - before)
    return min(times)


def memory() -> float:
    """The most that this process ever had in memory, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- making packages ------------------------------------------------------------------------------------------------

PAGES, PICTURES, FILMS = 60, 232, 6
PICTURE_BYTES, FILM_BYTES = 107_000, 4_000_000


def write_big_course(folder: Path) -> None:
    """A course of 300 files and 49 MB: pages to read, pictures, films and texts (media is noise, as compressed media is)."""
    noise = random.Random(7)
    words = [
        "former",
        "accueillir",
        "écouter",
        "proposer",
        "montrer",
        "essayer",
        "refaire",
        "garder",
        "protéger",
        "choisir",
        "demander",
        "expliquer",
    ]
    module = folder / "modules" / "01"
    (folder / "media").mkdir(parents=True)
    module.mkdir(parents=True)
    for n in range(PICTURES):
        (folder / "media" / f"photo-{n}.jpg").write_bytes(noise.randbytes(PICTURE_BYTES))
    for n in range(FILMS):
        (folder / "media" / f"film-{n}.mp4").write_bytes(noise.randbytes(FILM_BYTES))
    lines = ["id: m", "title: Grand module", "summary: Beaucoup à lire.", "activities:"]
    for n in range(PAGES):
        text = "\n\n".join(" ".join(noise.choices(words, k=80)).capitalize() + "." for _ in range(6))
        shown = "\n\n".join(f"![Photo {k}](../../media/photo-{k}.jpg)" for k in range(n, PICTURES, PAGES))
        page = f"---\nid: p{n}\ntitle: Page {n}\nminutes: 5\n---\n## Partie {{#p{n}-a}}\n\n{text}\n\n{shown}\n"
        (module / f"p{n}.md").write_text(page, encoding="utf-8")
        lines.append(f"  - page: p{n}.md")
    (module / "module.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "course.yaml").write_text(
        "format: 1\nid: grand\ntitle: Un grand cours\nlanguage: fr\nsummary: Beaucoup.\nlicence: CC-BY-4.0\n"
        "authors: [Hub fictif]\nmodules: ['01']\n",
        encoding="utf-8",
    )


def measure_pack(work: Path) -> Iterator[Row]:
    """A course of 300 files and 49 MB packed, beside zipstream-ng that stores the same files."""
    folder = work / "course"
    write_big_course(folder)
    files = FolderFiles(folder)
    course = load_course(files).course
    if course is None:
        raise SystemExit("the course of the bench cannot be read")
    provenance = Provenance("Hub fictif", "1")
    size = sum(files.size(path) for path in files) / 1e6
    note = f"{len(files)} files, {size:.0f} MB"

    def store() -> None:
        archive = zipstream.ZipStream()
        for path in files:
            archive.add_path(files.path(path), path)
        drain(archive)

    def drain(chunks: Iterator[bytes]) -> None:
        with Path(work / "out.zip").open("wb") as target:
            target.writelines(chunks)

    before = memory()
    for package_format in ("scorm12", "scorm2004-4", "html"):
        yield Row(
            f"pack, {package_format}",
            best(lambda f=package_format: drain(pack(course, files, format=f, provenance=provenance))),  # type: ignore[misc]
            "zipstream-ng, stored", best(store), most_seconds=0.5, most_ratio=2.0,
            note=f"{note}; {memory() - before:.0f} MiB more in memory",
        )  # fmt: skip


# -- packages coming in ---------------------------------------------------------------------------------------------


def measure_check(work: Path) -> Iterator[Row]:
    """A package of 300 files and 49 MB checked, beside reading all its members."""
    package = work / "check.zip"
    write_zip(package, pages=60, scripts=8, media=232, media_bytes=210_000)
    note = f"300 files, {package.stat().st_size / 1e6:.0f} MB"
    yield Row(
        "check", best(lambda: check_package(package)), "plain unzip", best(lambda: unzip(package, work / "out")),
        most_seconds=1.0, note=note,
    )  # fmt: skip


def measure_import(work: Path) -> Iterator[Row]:
    """Packages imported, from the pieces that have arrived to an activity that can be opened, beside a plain unzip.

    Each in a process of its own, whose whole memory is said.
    """
    shapes = {
        "import, 200 MB": {"pages": 20, "scripts": 5, "media": 20, "media_bytes": 10_000_000},
        "import, 200 MB deflated": {
            "pages": 20, "scripts": 5, "media": 20, "media_bytes": 10_000_000, "deflate_media": True,
        },
        "import, 3,000 files": {"pages": 1500, "scripts": 1480, "media": 20, "media_bytes": 50_000},
    }  # fmt: skip
    for name, shape in shapes.items():
        package = work / "package.zip"
        write_zip(package, **shape)  # type: ignore[arg-type]
        figures = [import_apart(work / f"try-{n}", package) for n in range(3)]
        seconds, most = min(one[0] for one in figures), max(one[1] for one in figures)
        bare = best(lambda: unzip(package, work / "out"))  # noqa: B023 - called at once
        with zipfile.ZipFile(package) as archive:
            count = len(archive.namelist())
        yield Row(
            name, seconds, "plain unzip", bare, most_seconds=1.5,
            note=f"{count} files, {package.stat().st_size / 1e6:.0f} MB; {most:.0f} MiB in memory{'' if most < MOST_MEMORY else ': TOO MUCH'}",
        )  # fmt: skip
        shutil.rmtree(work / "out", ignore_errors=True)


def measure_serve(work: Path) -> Iterator[Row]:
    """Every file of a package of 3,000 served once out of its ZIP, beside reading as many unpacked files."""
    package = work / "package.zip"
    write_zip(package, pages=1500, scripts=1480, media=20, media_bytes=50_000)
    house, ready = import_package(work / "data", package)
    ready()
    sha256 = hashlib.sha256(package.read_bytes()).hexdigest()
    app = Flask("bench")
    unzip(package, work / "out")
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()

    def serve() -> None:
        for name in names:
            with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
                answer = member_response(house.files, sha256, name, "text/html")
                if answer is None or not answer.get_data():
                    raise SystemExit(f"{name} is not served")

    def bare() -> None:
        for name in names:
            with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
                Response((work / "out" / name).read_bytes()).get_data()

    yield Row("serve 3,000 files", best(serve), "unpacked files", best(bare), most_ratio=3.0)


MEASURES: tuple[Callable[[Path], Iterator[Row]], ...] = (
    measure_pack, measure_check, measure_import, measure_serve,
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="part of the name of the measures to take")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows: list[Row] = []
    for measure in MEASURES:
        if asked.only in measure.__name__:
            with tempfile.TemporaryDirectory() as work:
                rows += measure(Path(work))
    if asked.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio, "missed": row.missed} for row in rows], indent=1))
    else:
        for row in rows:
            beside = f"  {row.ratio:5.2f} x {row.yardstick} ({row.bare_seconds:.3f} s)" if row.yardstick else ""
            mark = "  MISSED" if row.missed else ""
            print(f"{row.name:<28} {row.seconds:6.3f} s{beside}{mark}  {row.note}")
    if any(row.missed for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
