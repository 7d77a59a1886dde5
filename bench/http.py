"""How fast the installation answers, beside the bare minimum of the same machine: ``python bench/http.py``.

A real embedded installation (SQLite, ``bouquet run``) is filled through the services, its learners sign in, and each
page is loaded with one and with eight connections, by turns with a bare Flask application that does next to nothing,
served by the same server with the same settings. The ratio is what to look at: it does not depend on the
machine. See ``bench/README.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if Path(sys.path[0]).resolve() == ROOT / "bench":
    sys.path[0] = str(ROOT)  # started as a script, this file would hide the standard library's http

import argparse  # noqa: E402
import asyncio  # noqa: E402
import json  # noqa: E402
import tempfile  # noqa: E402
from dataclasses import asdict, dataclass  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from bench.client import AnswerError, Browser, Load, measure  # noqa: E402
from bench.seed import Seeded, seed  # noqa: E402
from bench.servers import BOUQUET, WORKERS, YARDSTICK, free_port, memory, running  # noqa: E402
from bench.statements import count_statements  # noqa: E402
from bench.visits import Learner  # noqa: E402
from lms.app import create_installation  # noqa: E402
from lms.config import Settings, load_settings, prepare_data_folder  # noqa: E402
from lms.schema import upgrade  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CONNECTIONS = (1, 8)
ROUNDS = 3
MOST_MEMORY = 200.0
MOST_P95 = 50.0
LEAST_RATIO = 0.5
LEAST_COMMITS = 800.0
YARDSTICK_PAGE = "/h/hub/learn/0190163d-8694-739b-aea5-966c26f8ad91/activity-1"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to load: what a learner does, and the yardstick it is compared with (none: a whole procedure)."""

    name: str
    do: Callable[[Learner], Awaitable[object]]
    yardstick: str = "page"
    path: Callable[[Learner], str] | None = None  # counted in SQL statements


ACTIONS = (
    Action("sign-in page", Learner.see_sign_in, path=lambda _: "/sign-in"),
    Action("home", lambda learner: learner.open(learner.hub + "/"), path=lambda learner: learner.hub + "/"),
    Action("course page", lambda learner: learner.open(learner.course), path=lambda learner: learner.course),
    Action(
        "module page",
        lambda learner: learner.open(f"{learner.course}/{learner.seeded.page}"),
        path=lambda learner: f"{learner.course}/{learner.seeded.page}",
    ),
    Action(
        "SCORM player page",
        lambda learner: learner.open(f"{learner.course}/{learner.seeded.package}"),
        path=lambda learner: f"{learner.course}/{learner.seeded.package}",
    ),
    Action("SCORM commit, score changed", Learner.commit, "commit"),
    Action("whole sign-in", Learner.sign_in, ""),
    Action("whole quiz attempt", Learner.answer_quiz, ""),
)


@dataclass(frozen=True, slots=True)
class Side:
    """A load beside its yardstick: that of the middle round, by ratio."""

    load: Load
    bare: Load | None

    @property
    def ratio(self) -> float | None:
        return self.load.rate / self.bare.rate if self.bare else None


Steps = list["Callable[[], Awaitable[object]]"]
YARDSTICKS = {"page": YARDSTICK_PAGE, "page, short rule": "/short/1", "commit": "/core/", "commit, sqlite3": "/driver/"}
COMMIT = json.dumps({"data": {"cmi.core.score.raw": "50", "cmi.suspend_data": "x" * 200}}).encode()


def bare_steps(name: str, port: int, connections: int) -> Steps:
    """The steps of a yardstick: a page that is read, a row that is written."""

    def step(number: int) -> Callable[[], Awaitable[object]]:
        browser, path = Browser("127.0.0.1", port), YARDSTICKS[name]

        async def ask() -> None:
            answer = (
                await browser.get(path)
                if name.startswith("page")
                else await browser.send("POST", f"{path}{number}", COMMIT, "application/json")
            )
            if answer.status != 200:  # an error is quicker than an answer: it measures nothing
                raise AnswerError(f"yardstick {path}: {answer.status}")

        return ask

    return [step(number) for number in range(connections)]


async def beside(steps: Steps, bare: Steps, seconds: float) -> Side:
    """Load both by turns, so that what else the machine does falls on both; the round with the middle ratio counts."""
    rounds = []
    for _ in range(ROUNDS):
        below = await measure(bare, seconds / ROUNDS)
        rounds.append(Side(await measure(steps, seconds / ROUNDS), below))
    return sorted(rounds, key=lambda one: one.ratio or 0.0)[ROUNDS // 2]


async def load_actions(
    seeded: Seeded, ports: tuple[int, int], seconds: float, only: str
) -> tuple[dict[str, dict[int, Side]], dict[str, dict[int, Load]], Learner]:
    """Sign the learners in, then load each action beside its yardstick, and the yardsticks that are there to be read."""
    port, bare_port = ports
    learners = [Learner(Browser("127.0.0.1", port), email, enrolment, seeded) for email, enrolment in seeded.learners]
    for learner in learners:
        await learner.sign_in()
    for learner in learners[: max(CONNECTIONS)]:
        await learner.open_package()
    found: dict[str, dict[int, Side]] = {}

    def step(action: Action, learner: Learner) -> Callable[[], Awaitable[object]]:
        return lambda: action.do(learner)

    for action in ACTIONS:
        if only not in action.name:
            continue
        found[action.name] = {}
        for connections in CONNECTIONS:
            steps = [step(action, learner) for learner in learners[:connections]]
            found[action.name][connections] = (
                await beside(steps, bare_steps(action.yardstick, bare_port, connections), seconds)
                if action.yardstick
                else Side(await measure(steps, seconds), None)
            )
    bare = {
        name: {n: await measure(bare_steps(name, bare_port, n), seconds / ROUNDS) for n in CONNECTIONS}
        for name in YARDSTICKS
    }
    return found, bare, learners[0]


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Fill, serve, load; return all that was found."""
    with tempfile.TemporaryDirectory(prefix="bouquet-bench-") as folder:
        settings = prepare_data_folder(load_settings(Path(folder), {}))
        seeded = _fill(settings, options.learners)
        port, bare_port = free_port(), free_port()
        url = f"http://127.0.0.1:{port}"
        command = ("run", "--data", folder, "--port", str(port), "--workers", str(WORKERS))
        bare = (YARDSTICK, folder, str(bare_port), str(WORKERS))
        with running(BOUQUET, *command, port=port, BOUQUET_URL=url, BOUQUET_PROXIES="1") as pid:
            before = memory(pid)
            with running(*bare, port=bare_port, BENCH_DATABASE=f"{folder}/yardstick.sqlite3"):
                loads, yardsticks, learner = asyncio.run(
                    load_actions(seeded, (port, bare_port), options.seconds, options.only)
                )
            weight = memory(pid)  # once the other server is gone: memory that both map would be halved
        statements = count_statements(
            load_settings(Path(folder), {}, url=url, secret_key=settings.secret_key), learner,
            {action.name: action.path(learner) for action in ACTIONS if action.path},
        )  # fmt: skip
    rows = [_row(action, loads[action.name], statements.get(action.name)) for action in ACTIONS if action.name in loads]
    return {
        "learners": options.learners, "seconds": options.seconds, "memory_started": before, "memory_loaded": weight, "actions": rows,
        "yardsticks": {name: {str(n): asdict(load) for n, load in by.items()} for name, by in yardsticks.items()},
    }  # fmt: skip


def _fill(settings: Settings, learners: int) -> Seeded:
    house = create_installation(settings)
    upgrade(house.engine)
    seeded = seed(house, learners)
    house.engine.dispose()
    return seeded


def _row(action: Action, loads: dict[int, Side], statements: int | None) -> dict[str, Any]:
    return {
        "name": action.name, "yardstick": action.yardstick, "statements": statements,
        "loads": {str(n): asdict(side.load) | {"ratio": side.ratio} for n, side in loads.items()},
    }  # fmt: skip


def failures(found: dict[str, Any]) -> list[str]:
    """The targets that are not reached, in words."""
    missed = []
    for row in found["actions"]:
        crowd = row["loads"][str(max(CONNECTIONS))]
        if crowd["ratio"] is not None and crowd["ratio"] < LEAST_RATIO:
            missed.append(f"{row['name']}: {crowd['ratio']:.0%} of its yardstick, wanted {LEAST_RATIO:.0%}")
        if row["yardstick"] and crowd["p95"] > MOST_P95:
            missed.append(f"{row['name']}: p95 {crowd['p95']:.0f} ms, wanted {MOST_P95:.0f}")
        if row["yardstick"] == "commit" and crowd["rate"] < LEAST_COMMITS:
            missed.append(f"{row['name']}: {crowd['rate']:.0f}/s, wanted {LEAST_COMMITS:.0f}")
    if found["memory_loaded"]["pss"] > MOST_MEMORY:
        missed.append(f"memory: {found['memory_loaded']['pss']:.0f} MiB, wanted {MOST_MEMORY:.0f}")
    return missed


def show(found: dict[str, Any]) -> None:
    """The table."""
    head = f"{'':<28}{'1 connection':^32}{'8 connections':^32}"
    print(head)
    print(f"{'':<28}" + f"{'req/s':>8}{'p50 ms':>8}{'p95 ms':>8}{'ratio':>8}" * 2 + f"{'SQL':>6}")
    for name, loads in found["yardsticks"].items():
        print(f"{'bare ' + name:<28}" + "".join(_cells(loads[str(n)]) for n in CONNECTIONS))
    for row in found["actions"]:
        sql = "" if row["statements"] is None else row["statements"]
        print(f"{row['name']:<28}" + "".join(_cells(row["loads"][str(n)]) for n in CONNECTIONS) + f"{sql:>6}")
    for name in ("started", "loaded"):
        weight = found[f"memory_{name}"]
        print(f"memory {name}: {weight['pss']:.0f} MiB (PSS) in {weight['processes']} processes")
    for line in failures(found):
        print(f"not reached: {line}")


def _cells(load: dict[str, Any]) -> str:
    ratio = f"{load['ratio']:.0%}" if load.get("ratio") else ""
    return f"{load['rate']:>8.1f}{load['p50']:>8.1f}{load['p95']:>8.1f}{ratio:>8}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each load lasts (default: 4)")
    parser.add_argument("--learners", type=int, default=100)
    parser.add_argument("--only", default="", help="only the actions whose name contains this")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = run(options)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return 1 if failures(found) else 0


if __name__ == "__main__":
    sys.exit(main())
