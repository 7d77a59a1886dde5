"""How fast packages come in: the measures of ``bench/packaging.py`` that check, import and serve."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from lms.app import create_installation
from lms.catalog.package_uploads import adopt, examine_upload
from lms.catalog.uploads import PACKAGE, begin_upload, receive_part
from lms.config import load_settings, prepare_data_folder
from lms.db import unscoped
from lms.hubs.models import Hub
from lms.jobs import Job
from lms.schema import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.web.state import Installation

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="bench" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="org"><organization identifier="org"><title>Grand module</title>
    <item identifier="item" identifierref="res"><title>Grand module</title></item></organization></organizations>
  <resources><resource identifier="res" type="webcontent" adlcp:scormtype="sco" href="page-0.html">{files}</resource></resources>
</manifest>
"""
PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Page</title></head><body>{text}'
    '<script>API.LMSSetValue("cmi.core.lesson_status", "completed")</script></body></html>'
)


def write_zip(
    path: Path, *, pages: int, scripts: int, media: int, media_bytes: int, deflate_media: bool = False
) -> None:
    """A SCORM 1.2 package of so many pages, scripts and media files (noise, as compressed media is)."""
    noise = random.Random(11)
    files: dict[str, bytes] = {}
    for n in range(pages):
        text = "".join(
            f"<p>{' '.join(noise.choices(['apprendre', 'faire', 'lire', 'écrire'], k=40))}</p>" for _ in range(8)
        )
        files[f"page-{n}.html"] = PAGE.format(text=text).encode()
    for n in range(scripts):
        files[f"js/script-{n}.js"] = ("".join(f"var v{k} = {noise.random()};\n" for k in range(30))).encode()
    listed = [*files, *(f"media/film-{n}.mp4" for n in range(media))]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", MANIFEST.format(files="".join(f'<file href="{name}"/>' for name in listed)))
        for name, data in files.items():
            archive.writestr(name, data)
        for n in range(media):
            method = zipfile.ZIP_DEFLATED if deflate_media else zipfile.ZIP_STORED
            archive.writestr(f"media/film-{n}.mp4", noise.randbytes(media_bytes), method, 0 if deflate_media else None)


def unzip(path: Path, folder: Path) -> None:
    """What unpacking costs and no more: every member to a file of its own."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)


PROGRAM = """
import resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from bench.imports import import_package
_house, ready = import_package(Path(sys.argv[2]), Path(sys.argv[3]))
before = time.process_time()
ready()
print(time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def import_package(data: Path, package: Path) -> tuple[Installation, Callable[[], None]]:
    """An installation that holds the pieces of a package, and the work from there to a package that can be played."""

    settings = prepare_data_folder(load_settings(data, environ={}))
    house = create_installation(settings)
    upgrade(house.engine)
    with house.sessions() as session, unscoped(session):
        hub = Hub(slug="bench", name="Bench")
        session.add(hub)
        session.flush()
        upload = begin_upload(
            session, house.files, settings, kind=PACKAGE, name=package.name, size=package.stat().st_size,
            hub_id=hub.id, person_id=None, course="", module="", replaces="", modified="",
        )  # fmt: skip
        with package.open("rb") as stream:
            while chunk := stream.read(settings.upload_chunk_mb << 20):
                receive_part(session, house.files, settings, upload, offset=upload.done, data=chunk, sha256=None)
        upload_id, hub_id = upload.id, hub.id
        session.commit()

    house.queue.huey.flush()  # the work is done here, where it is measured

    def ready() -> None:
        examine_upload(house.queue.worker, str(upload_id))
        with house.sessions() as session, unscoped(session):
            upload = session.get_one(Job, upload_id)
            if upload.status != "held":
                raise SystemExit(f"the package was not taken: {upload.arguments}")
            adopt(session, house.files, upload, hub_id=hub_id, person_id=None)
            session.commit()

    return house, ready


def import_apart(work: Path, package: Path) -> tuple[float, float]:
    """The same in a process of its own: seconds of its processor time, and the most it had in memory, in MiB."""
    root = str(Path(__file__).resolve().parent.parent)
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM, root, str(work), str(package)], check=True, capture_output=True, text=True
    )
    seconds, most = made.stdout.split()
    return float(seconds), float(most)
