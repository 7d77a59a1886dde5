"""A course or a module becomes a package that other LMSs take, and comes back from it whole."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from courses.check import check_files
from courses.files import FolderFiles
from courses.loader import load_course
from courses.package_source import module_source
from courses.packaging import FORMATS, Ancestor, PackError, Provenance, pack, plan, read_source
from courses.problems import has_errors
from scorm.check import check_package
from scorm.manifest import read_manifest
from scorm.schemas import lom_schema, schema_files

FOLDER = Path(__file__).parent.parent / "data" / "premiers-pas"
SCORM = [name for name in FORMATS if name != "html"]
HERE = Provenance(
    hub="Hub fictif des Trois Rivières",
    version="2",
    based_on=(
        Ancestor("Hub fictif du Val", "premiers-pas", "1", "Premiers pas", "CC-BY-SA-4.0", ("Hub fictif du Val",)),
    ),
)


@pytest.fixture
def files():
    return dict(FolderFiles(FOLDER))


@pytest.fixture
def course(files):
    loaded = load_course(files)
    assert loaded.problems == ()
    return loaded.course


def read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(course, files, package_format="scorm12", provenance=HERE, **options) -> dict[str, bytes]:
    return read(b"".join(pack(course, files, format=package_format, provenance=provenance, **options)))


def player_data(members) -> dict:
    text = members["data.js"].decode()
    return json.loads(text.removeprefix("window.bouquetCourse=").removesuffix(";\n"))


def lom_texts(members, path: str) -> list[str]:
    """Texts of the metadata at a path of local names, white space folded, whatever the binding."""
    root = etree.fromstring(members["imsmanifest.xml"])
    steps = "/".join(
        f"*[translate(local-name(),'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')='{one}']"
        for one in path.split("/")
    )
    return [" ".join("".join(node.itertext()).split()) for node in root.xpath(f"//*[local-name()='lom']/{steps}")]


def but_their_words(activities):
    """The activities, pages without their text: a module's pages lose their links to the other modules."""
    return [replace(one, content=None) if one.kind == "page" else one for one in activities]


@pytest.mark.parametrize("package_format", FORMATS)
@pytest.mark.parametrize("module", [None, "mod-accueillir"])
def test_a_course_comes_back_equal_from_its_package_and_again_after_an_edit(course, files, package_format, module):
    source, found = read_source(packed(course, files, package_format, module=module))
    loaded = load_course(source)
    assert not has_errors(loaded.problems)
    if module is None:
        assert source == files
        assert loaded.course == course
    else:
        assert replace(loaded.course.modules[0], activities=()) == replace(course.modules[0], activities=())
        assert but_their_words(loaded.course.activities) == but_their_words(course.modules[0].activities)
    page = "modules/01-accueillir/ecouter.md"
    edited = source | {page: source[page] + b"\nUne phrase de plus.\n"}
    second = load_course(edited).course
    again, after = read_source(packed(second, edited, package_format, found.derived("Hub fictif du Val", "1")))
    assert again == edited
    assert load_course(again).course == second
    assert [one.version for one in after.based_on] == ["2", "1"]
    assert after.based_on[0].authors == course.authors
    changed = {key for key in after.blocks if after.blocks[key] != found.blocks.get(key)}
    assert changed == {"page-ecouter", "trace"}


@pytest.mark.parametrize("package_format", SCORM)
def test_the_conformance_report_is_empty(course, files, package_format, tmp_path):
    if not schema_files("4th"):
        pytest.skip("the schemas of the standards are not built")
    for module in (None, "mod-proteger"):
        target = tmp_path / f"{module}.zip"
        target.write_bytes(b"".join(pack(course, files, module=module, format=package_format, provenance=HERE)))
        assert check_package(target).problems == ()


@pytest.mark.parametrize("package_format", FORMATS)
def test_the_same_course_gives_the_same_bytes(course, files, package_format):
    again = dict(reversed(files.items()))
    digests = {
        hashlib.sha256(b"".join(pack(load_course(one).course, one, format=package_format, provenance=HERE))).hexdigest()
        for one in (files, again)
    }
    assert len(digests) == 1


@pytest.mark.parametrize("module", [None, "mod-accueillir"])
def test_a_package_never_stands_in_memory(files, tmp_path, module):
    for path, data in (files | {"modules/01-accueillir/film.mp4": bytes(40_000_000)}).items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    folder = FolderFiles(tmp_path)
    course = load_course(folder).course
    tracemalloc.start()
    size = sum(len(chunk) for chunk in pack(course, folder, format="scorm12", provenance=HERE, module=module))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 40_000_000
    assert peak < 8_000_000


@pytest.mark.parametrize("package_format", SCORM)
def test_the_manifest_lists_every_file_and_one_sco_with_its_pass_mark(course, files, package_format):
    members = packed(course, files, package_format)
    manifest = read_manifest(members["imsmanifest.xml"])
    (sco,) = manifest.scos()
    assert sco.is_sco
    assert sco.path == "index.html"
    assert sco.item.title == course.title
    listed = {file.href for file in sco.resource.files}
    assert listed == {name for name in members if not name.endswith((".xsd", ".dtd")) and name != "imsmanifest.xml"}
    mark = sco.item.mastery_score if package_format == "scorm12" else sco.item.scaled_passing_score
    assert mark == (70 if package_format == "scorm12" else 0.7)
    assert "numérique".encode() in members["imsmanifest.xml"]


@pytest.mark.parametrize("package_format", SCORM)
def test_the_metadata_says_who_what_under_which_licence_from_whom_and_for_which_competencies(
    course, files, package_format
):
    members = packed(course, files, package_format)
    assert lom_texts(members, "general/title") == [course.title]
    assert lom_texts(members, "general/language") == ["fr"]
    assert lom_texts(members, "lifecycle/version") == ["2"]
    assert any("Hub fictif des Trois Rivières" in text for text in lom_texts(members, "lifecycle/contribute"))
    assert lom_texts(members, "rights/description") == ["CC-BY-SA-4.0"]
    assert [text.lower() for text in lom_texts(members, "relation/kind/value")] == ["isbasedon"]
    assert "CC-BY-SA-4.0" in lom_texts(members, "relation/resource/description")[0]
    purposes = [text.lower() for text in lom_texts(members, "classification/purpose/value")]
    assert purposes == ["competency", "educational objective"]
    taxa = lom_texts(members, "classification/taxonpath/taxon/id")
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}#(SF1|CP1)", taxon) for taxon in taxa)
    assert len(taxa) == 4


@pytest.mark.parametrize("package_format", ["scorm2004-3", "scorm2004-4"])
def test_the_metadata_of_2004_is_valid_against_the_schema_the_package_names_and_carries(course, files, package_format):
    members = packed(course, files, package_format)
    root = etree.fromstring(members["imsmanifest.xml"])
    assert members["lom.xsd"] == lom_schema()["lom.xsd"].read_bytes()
    locations = root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation").split()
    assert set(locations[1::2]) <= members.keys()
    schema = etree.XMLSchema(etree.fromstring(members["lom.xsd"]))
    (lom,) = root.iter("{http://ltsc.ieee.org/xsd/LOM}lom")
    schema.assertValid(lom)
    etree.SubElement(lom, "{http://ltsc.ieee.org/xsd/LOM}invented")
    assert not schema.validate(lom)


def test_names_are_plain_ascii_and_an_awkward_one_comes_back_as_it_was(course, files):
    page = "modules/01-accueillir/ecouter.md"
    renamed = dict(files) | {"media/Schéma n°1.svg": files["media/accueil.svg"], "media/accueil.SVG": b"autre"}
    renamed[page] = renamed[page].replace(b"media/accueil.svg", "media/Schéma%20n°1.svg".encode())
    renamed[page] = (
        renamed[page]
        .replace("Schéma%20n°1.svg".encode(), '"../../media/Schéma n°1.svg"'.encode())
        .replace(b'src=../../media/"', b'src="')
    )
    other = load_course(renamed).course
    members = packed(other, renamed)
    assert all(re.fullmatch(r"[a-z0-9_./-]+", name) for name in members)
    source, _ = read_source(members)
    assert source == renamed
    html = player_data(members)["activities"][0]["html"]
    picture = re.search(r'<img src="([^"]+)"', html)[1]
    assert members[picture] == renamed["media/Schéma n°1.svg"]
    assert {note.subject for note in plan(other, renamed).notes if note.rule == "renamed"} >= {"media/Schéma n°1.svg"}


def test_without_its_source_a_package_still_holds_its_media(course, files):
    members = packed(course, files, include_source=False)
    assert not any(name.startswith("source/") for name in members)
    assert sorted(re.sub(r"-[0-9a-f]{8}", "", name) for name in members if name.startswith("media/")) == [
        "media/accueil.svg",
        "media/fiche.txt",
    ]
    assert read_source(members) is None


def test_a_link_to_a_page_that_stays_behind_becomes_its_words(course, files):
    module = course.modules[0]
    assert "](../02-proteger/donnees.md)" in files["modules/01-accueillir/ecouter.md"].decode()
    source = module_source(course, module, files)
    text = source["modules/01-accueillir/ecouter.md"].decode()
    assert "La suite est dans la page sur les données ; un site extérieur : [exemple](https://example.org/)." in text
    assert [one for one in check_files(source, lambda _ref: True) if one.severity == "error"] == []


def test_a_module_takes_only_what_it_uses(course, files):
    source, found = read_source(packed(course, files, module="mod-accueillir"))
    part = load_course(source).course
    assert found.module == "mod-accueillir"
    assert [objective.id for objective in part.objectives] == ["obj-accueillir"]
    assert list(part.frameworks) == ["med"]
    assert [term.id for term in part.glossary] == ["mediation"]
    assert part.sources == course.sources
    assert not any(path.startswith("modules/02") for path in source)
    other, _ = read_source(packed(course, files, module="mod-proteger"))
    assert not any(path.startswith("media/") for path in other)


def test_what_needs_the_lms_becomes_a_page_and_is_announced(course, files):
    noted = plan(course, files)
    assert [(note.rule, note.subject) for note in noted.notes] == [
        ("explained", "atelier-accueil"),
        ("explained", "devoir-charte"),
        ("explained", "avis-fin"),
    ]
    assert [one.treatment for one in noted.activities] == [
        "page",
        "quiz",
        "explained",
        "page",
        "explained",
        "explained",
        "quiz",
    ]
    shown = {one["id"]: one.get("html", "") for one in player_data(packed(course, files))["activities"]}
    assert "une situation" in shown["atelier-accueil"]
    assert "réservé à la personne qui anime" not in shown["atelier-accueil"]
    assert "Des mots de tous les jours" in shown["devoir-charte"]
    assert "utile" in shown["avis-fin"]


def test_a_scorm_activity_is_left_out_of_the_player_kept_in_the_source_and_announced(files):
    path = "modules/02-proteger/module.yaml"
    files |= {
        path: files[path] + b"  - scorm: paquet.zip\n",
        "modules/02-proteger/paquet.zip": b"PK\x05\x06" + bytes(18),
    }
    course = load_course(files).course
    assert [note.subject for note in plan(course, files).notes if note.rule == "left_out"] == ["paquet"]
    members = packed(course, files)
    assert "paquet" not in {one["id"] for one in player_data(members)["activities"]}
    assert read_source(members)[0] == files


def test_the_trainers_plan_never_reaches_the_player(course, files):
    members = packed(course, files)
    assert "réservé" not in members["data.js"].decode()


@pytest.mark.parametrize(
    ("options", "named"), [({"module": "mod-absent"}, "mod-accueillir"), ({"format": "cd-rom"}, "scorm12")]
)
def test_what_cannot_be_packed_is_said_in_both_languages_before_anything_is_written(course, files, options, named):
    with pytest.raises(PackError) as refused:
        pack(course, files, **({"format": "scorm12", "provenance": HERE} | options))
    assert named in refused.value.fr
    assert named in refused.value.en
    assert refused.value.fr != refused.value.en


def test_a_course_with_nothing_to_read_is_refused(files):
    path = "modules/01-accueillir/module.yaml"
    files[path] = (
        b"id: mod-accueillir\ntitle: Accueillir\nsummary: Rien.\nactivities:\n  - live_session: atelier.yaml\n"
    )
    with pytest.raises(PackError, match="nothing to read"):
        pack(load_course(files).course, files, module="mod-accueillir", format="html", provenance=HERE)


def test_markup_in_a_course_cannot_leave_the_data(files):
    files["course.yaml"] = files["course.yaml"].replace(b"Premiers pas", b"</script><script>alert(1)</script>")
    members = packed(load_course(files).course, files)
    assert b"</script" not in members["data.js"]
    assert b"<script>alert" not in members["index.html"]


@pytest.mark.parametrize(
    "archive",
    [
        {},
        {"bouquet.json": b"{"},
        {"bouquet.json": b"[]"},
        {"bouquet.json": b'{"format": 1}'},
        {"bouquet.json": b'{"format": 9}', "source/course.yaml": b""},
        {"imsmanifest.xml": b"<manifest/>"},
    ],
)
def test_another_package_has_no_source_of_ours(archive):
    assert read_source(archive) is None


def test_a_forged_source_gives_nothing_outside_the_course():
    forged = {
        "bouquet.json": json.dumps(
            {"format": 1, "renamed": {"source/a": "../../etc/passwd", "source/b": "/etc/passwd"}}
        ).encode(),
        "source/course.yaml": b"",
        "source/a": b"x",
        "source/b": b"x",
        "source/../c": b"x",
    }
    assert list(read_source(forged)[0]) == ["course.yaml"]


def test_the_bundled_courses_pack_whole_and_module_by_module(tmp_path):
    folder = Path(__file__).parent.parent.parent / "courses" / "data"
    for place in sorted(path for path in folder.iterdir() if (path / "course.yaml").is_file()):
        bundled = FolderFiles(place)
        course = load_course(bundled).course
        source, _ = read_source(packed(course, bundled, "scorm2004-4"))
        assert load_course(source).course == course
        for module in course.modules:
            part, _ = read_source(packed(course, bundled, "html", module=module.id))
            assert but_their_words(load_course(part).course.activities) == but_their_words(module.activities)
