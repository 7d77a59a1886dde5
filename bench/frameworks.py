"""How fast frameworks are written, read and searched, beside bare inserts of the same rows in the same run.

.venv/bin/python bench/frameworks.py            # some 20 seconds
.venv/bin/python bench/frameworks.py --json
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if Path(sys.path[0]).resolve() == ROOT / "bench":
    sys.path[0] = str(ROOT)  # started as a script, http.py beside it would hide the standard library's

import argparse  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import sqlite3  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from competency_frameworks.formats.case import read_case, stream_case, write_case  # noqa: E402
from competency_frameworks.model import Competency, Framework  # noqa: E402
from competency_frameworks.text import Translated  # noqa: E402
from lms.accounts.models import Role  # noqa: E402
from lms.accounts.services import add_person, give_consents, grant_role  # noqa: E402
from lms.accounts.views.consent import TERMS_VERSION  # noqa: E402
from lms.app import create_app, create_installation  # noqa: E402
from lms.config import load_settings, prepare_data_folder  # noqa: E402
from lms.db import new_id, scope_to_hub, unscoped, utc_now  # noqa: E402
from lms.frameworks import store  # noqa: E402
from lms.frameworks.models import FrameworkItem, FrameworkVersion  # noqa: E402
from lms.frameworks.rows import framework_rows  # noqa: E402
from lms.frameworks.services.importing import import_framework  # noqa: E402
from lms.frameworks.services.publishing import publish_version  # noqa: E402
from lms.frameworks.services.writing import write_version  # noqa: E402
from lms.frameworks.store import load_version  # noqa: E402
from lms.hubs.models import Hub  # noqa: E402
from lms.schema import create_tables  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.web.state import Installation

SMALL, LARGE = 2_000, 18_000
WORDS = [
    "accueillir",
    "écouter",
    "une",
    "personne",
    "dans",
    "ses",
    "démarches",
    "en",
    "ligne",
    "avec",
    "méthode",
    "et",
    "bienveillance",
    "repérer",
    "proposer",
    "vérifier",
]


def framework(n: int, name: str) -> Framework:
    """A framework of ``n`` items: parts of 20 competencies, ten parts a domain, texts in two languages."""
    items = []
    for number in range(n):
        group, place = divmod(number, 21)
        code = f"P{group}" if place == 0 else f"P{group}.{place}"
        said = " ".join(WORDS[(number * k) % len(WORDS)] for k in range(1, 12)) + f" {number}"
        items.append(
            Competency(
                code, Translated({"fr": said.capitalize(), "en": f"Item {number} about {WORDS[number % 7]}"}),
                kind="domain" if place == 0 else "competency", parent="" if place == 0 else f"P{group}",
                order=group + 1 if place == 0 else place, notes=Translated({"fr": "Une note d'une phrase, comme souvent."}),
            )
        )  # fmt: skip
    return Framework(name, "1", Translated({"fr": "Banc", "en": "Bench"}), items=tuple(items), licence="CC0-1.0")


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of this process and what the act gave; garbage is collected before, not during."""
    gc.collect()
    gc.disable()
    begun = time.process_time()
    found = act()
    seconds = time.process_time() - begun
    gc.enable()
    return seconds, found


def bare_inserts(folder: Path, model: Framework) -> float:
    """The same columns of the same rows, as text, through the database module of Python alone, with the same pragmas."""
    rows, _links = framework_rows(model, version_id=new_id(), hub_id=new_id())
    plain = [
        [
            value if isinstance(value, int) else json.dumps(value) if isinstance(value, dict | list) else str(value)
            for value in row.values()
        ]
        for row in rows
    ]
    connection = sqlite3.connect(folder / f"bare-{len(rows)}.sqlite3")
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"pragma {pragma}")
    names = ", ".join(rows[0])
    connection.execute(f"create table item ({names}, primary key (id), unique (version_id, code))")
    for index in ("version_id, parent, position", "identifier", "hub_id"):
        connection.execute(f"create index ix_{index.split(',')[-1].strip()} on item ({index})")

    def act() -> None:
        connection.executemany(f"insert into item values ({', '.join('?' * len(rows[0]))})", plain)
        connection.commit()

    seconds, _ = timed(act)
    connection.close()
    return seconds


def imports(house: Installation, hub: Any, person: Any, folder: Path) -> dict[str, Any]:
    """Both sizes written as drafts, from the model and from a CASE file; then the same again, and published."""
    found: dict[str, Any] = {}
    for n in (SMALL, LARGE):
        model = framework(n, f"banc-{n}")
        bare = min(bare_inserts(Path(tempfile.mkdtemp(dir=folder)), model) for _ in range(3))
        with house.sessions() as session:
            scope_to_hub(session, hub)

            def act(model: Framework = model, session: Any = session) -> FrameworkVersion:
                version = import_framework(session, model, hub_id=hub, person_id=person).version
                session.commit()
                return version

            seconds, version = timed(act)
            again, written = timed(
                lambda model=model, session=session, version=version: write_version(session, version, model)
            )
            assert written.nothing, "the same framework changes nothing"
            publish_version(session, version, person_id=person)
            session.commit()
        data = write_case(model, utc_now())
        reading, result = timed(lambda data=data: read_case(data, "banc.json"))
        assert result.framework is not None
        assert len(result.framework.items) == n
        found[str(n)] = {
            "import": seconds, "bare inserts": bare, "ratio": seconds / bare, "again, nothing changed": again,
            "reading the CASE file": reading, "megabytes of CASE": len(data) / 1e6,
        }  # fmt: skip
    small, large = found[str(SMALL)], found[str(LARGE)]
    found["ratio of ratios"] = large["ratio"] / small["ratio"]
    found["times slower for nine times more"] = large["import"] / small["import"]
    return found


def pages(house: Installation, person: Any) -> dict[str, float]:
    """Milliseconds of this process for pages of the large framework, the median of nine, the first left out."""
    client = create_app(house.settings, house).test_client()
    with client.session_transaction() as cookie:
        cookie.update(
            {"_user_id": str(person), "_fresh": True, "since": time.time() + 1, "terms": {"banc": TERMS_VERSION}}
        )
    base = f"/h/banc/frameworks/banc-{LARGE}/1"
    wanted = {
        "tree": base, "one branch": f"{base}/children?of=P400", "deep link": f"{base}?item=P400.7",
        "search, rare words": f"{base}?q=repérer+17123", "search, frequent word": f"{base}?q=accueillir",
        "search, nothing": f"{base}?q=introuvable", "item": f"{base}/items/P400.7",
        "picker over all frameworks": "/h/banc/competencies/search?q=bienveillance+demarches",
    }  # fmt: skip
    found = {}
    for name, path in wanted.items():
        runs = []
        for _ in range(10):
            seconds, answer = timed(lambda path=path: client.get(path))
            assert answer.status_code == 200, (path, answer.status_code)
            runs.append(seconds * 1000)
        found[name] = sorted(runs[1:])[4]
    return found


def case_memory(house: Installation, hub: Any) -> dict[str, float]:
    """Megabytes at most while the large framework is read from the database and sent as a CASE package, piece by piece."""
    store.forget_models()
    with house.sessions() as session:
        scope_to_hub(session, hub)
        version = session.query(FrameworkVersion).where(FrameworkVersion.item_count == LARGE).one()
        session.query(FrameworkItem).first()
        gc.collect()
        tracemalloc.start()
        size = sum(len(piece) for piece in stream_case(load_version(session, version), utc_now()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    store.forget_models()
    with house.sessions() as session:
        scope_to_hub(session, hub)
        version = session.query(FrameworkVersion).where(FrameworkVersion.item_count == LARGE).one()
        seconds, _ = timed(lambda: sum(len(piece) for piece in stream_case(load_version(session, version), utc_now())))
    return {"megabytes in memory at most": peak / 1e6, "megabytes sent": size / 1e6, "seconds": seconds}


def missed(found: dict[str, Any]) -> list[str]:
    """The targets that were not reached."""
    checks = {
        "2,000 items under 0.4 s": found["import"][str(SMALL)]["import"] < 0.4,
        "18,000 items under 4 s": found["import"][str(LARGE)]["import"] < 4,
        "linear: ratio of ratios under 1.3": found["import"]["ratio of ratios"] < 1.3,
        "every page under 50 ms": max(found["pages (ms)"].values()) < 50,
        "CASE package under 100 MB": found["CASE package of 18,000"]["megabytes in memory at most"] < 100,
    }
    return [name for name, reached in checks.items() if not reached]


def main() -> int:
    """Run everything on a fresh SQLite installation and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bouquet-bench-") as place:
        folder = Path(place)
        settings = prepare_data_folder(load_settings(folder / "data", {"BOUQUET_URL": "http://127.0.0.1:8000"}))
        house = create_installation(settings, immediate_jobs=True)
        create_tables(house.engine)
        with house.sessions() as session, unscoped(session):
            hub = Hub(slug="banc", name="Banc", contact_email="banc@example.org")
            session.add(hub)
            session.flush()
            person = add_person(session, email="banc@example.org", given_name="Banc", family_name="Essai")
            grant_role(session, person_id=person.id, role=Role.LEAD, hub_id=hub.id)
            give_consents(
                session, hub_id=hub.id, person_id=person.id, kinds={"terms": True}, text_version=TERMS_VERSION
            )
            session.commit()
            hub_id, person_id = hub.id, person.id
        found: dict[str, Any] = {"import": imports(house, hub_id, person_id, folder)}
        found["pages (ms)"] = pages(house, person_id)
        found["CASE package of 18,000"] = case_memory(house, hub_id)
        house.close()
    found["missed"] = missed(found)
    print(
        json.dumps(found, indent=2, ensure_ascii=False, default=lambda value: round(value, 3))
        if options.json
        else show(found)
    )
    return 1 if found["missed"] else 0


def show(found: Any, depth: int = 0) -> str:
    """Figures as indented lines."""
    if isinstance(found, dict):
        lines = []
        for name, value in found.items():
            nested = isinstance(value, dict)
            lines.append("  " * depth + f"{name}:" + ("" if nested else f" {show(value)}"))
            if nested:
                lines.append(show(value, depth + 1))
        return "\n".join(lines)
    return f"{found:.3f}" if isinstance(found, float) else str(found)


if __name__ == "__main__":
    sys.exit(main())
