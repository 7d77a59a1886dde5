"""Everything that must hold, in the order of what fails fastest; what is missing on the machine is said or installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
DOMAIN = ("scorm", "courses", "competency_frameworks")
FLOOR = 95
# What touches the database: every service and page, the whole walk and learners at work in a browser, and several servers
# side by side on PostgreSQL, Redis and S3.
ON_POSTGRESQL = (
    "tests/lms",
    "tests/plugins",
    "tests/browser/test_keyboard.py",
    "tests/browser/test_two_windows.py",
    "tests/browser/test_walk.py",
    "tests/browser/test_walk_on_a_phone.py",
    "tests/services",
)
TESTS = (
    "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder",
    # A browser that waited half a minute for nothing is tried once more, and only that: on a shared machine Chromium
    # itself is now and then stopped for as long. What a test asserts is never tried twice, and the summary names (RERUN)
    # what needed it: one that comes back there has a race, to be found and mended.
    "--reruns", "1", "--only-rerun", r"Timeout \d+ms exceeded", "-rR",
)  # fmt: skip


def main() -> int:
    os.chdir(ROOT)
    database = os.environ.get("BOUQUET_TEST_DATABASE", "")
    if not ensure_chromium():
        return 1
    if database:
        return run("tests on PostgreSQL", BIN / TESTS[0], *TESTS[1:], *ON_POSTGRESQL)
    steps = [
        ("ruff", [BIN / "ruff", "check", "."]),
        ("format", [BIN / "ruff", "format", "--check", "."]),
        ("import contracts", [BIN / "lint-imports"]),
        ("types", [BIN / "mypy"]),
        ("tests", [BIN / TESTS[0], *TESTS[1:], *coverage_options(), *long_ones_first()]),
    ]
    for name, command in steps:
        code = run(name, *command)
        if code:
            return code
    return 0


def long_ones_first() -> list[str]:
    """Every folder and file of tests, the browser's first: a long file at the end would leave a core with nothing to do."""
    tests = Path("tests")
    first = [tests / "browser", tests / "services"]
    found = [
        one for one in tests.iterdir() if one.name.startswith("test_") or (one.is_dir() and any(one.rglob("test_*.py")))
    ]
    return [str(one) for one in (*first, *sorted(set(found) - set(first)))]


def coverage_options() -> list[str]:
    """Measure the domain packages, which must stay above the floor."""
    return [
        *(f"--cov={name}" for name in DOMAIN),
        "--cov-branch",
        "--cov-report=term:skip-covered",
        f"--cov-fail-under={FLOOR}",
    ]


def run(name: str, *command: str | Path) -> int:
    print(f"== {name}", flush=True)
    start = time.monotonic()
    code = subprocess.run([str(part) for part in command], check=False).returncode
    print(f"   {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
    return code


def ensure_chromium() -> bool:
    """Say where Chromium is, installing Debian's when allowed; False (with the reason) when there is none."""
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return True
    apt = shutil.which("apt-get")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if apt and prefix is not None:
        print("== installing Debian's chromium for the browser tests", flush=True)
        subprocess.run([*prefix, apt, "update"], check=False, stdout=subprocess.DEVNULL)
        subprocess.run(
            [*prefix, apt, "install", "-y", "--no-install-recommends", "chromium"],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if shutil.which("chromium"):
            return True
    print(
        "The browser tests need Chromium, which is not here and could not be installed.\n"
        "Install it (Debian, Ubuntu: apt install chromium) and run `make test` again.",
        file=sys.stderr,
    )
    return False


if __name__ == "__main__":
    sys.exit(main())
