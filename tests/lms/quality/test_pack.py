"""The evidence pack: the same bytes for the same state, and a verifier that finds every change."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date, timedelta

import pytest

from lms.plugins.evidence_zip import verifier
from lms.quality.queries import session_facts
from lms.quality.rnq import load_rnq, version_for
from scorm.package import write_package
from tests.lms.quality.conftest import LATER, make_season

AUDIT = date(2026, 11, 20)
FOLDER = "04_sessions/S-2026-01"


@pytest.fixture
def facts(session, season):
    return session_facts(session, season.run.id, now=LATER)


def export(house, facts, **options) -> bytes:
    exporter = house.plugins.exporters["evidence_zip"]
    return b"".join(exporter.export(facts, audit_on=AUDIT, **options).chunks)


@pytest.fixture
def pack(house, facts, tmp_path):
    path = tmp_path / "dossier.zip"
    path.write_bytes(export(house, facts))
    return path


def members(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path, files: dict[str, bytes]):
    path.write_bytes(b"".join(write_package(files.items())))
    return verifier.verify(path)


def test_the_same_state_gives_the_same_bytes(session, season, house, facts):
    again = session_facts(session, season.run.id, now=LATER + timedelta(days=2))
    assert export(house, facts) == export(house, again)


def test_a_fresh_pack_is_intact(pack):
    report = verifier.verify(pack)
    assert report.problems == []
    assert report.rows > 100
    assert report.events >= 3
    assert verifier.verify(pack, report.digest).problems == []
    assert verifier.verify(pack, "00" * 32).problems


def test_the_pack_holds_no_name(pack):
    for name, data in members(pack).items():
        if not name.endswith(".pdf"):
            assert not re.search(rb"Nom\d|@example.org", data), name


def test_the_key_is_apart_and_only_when_asked(house, facts, tmp_path):
    people = [
        {"code": one["code"], "given_name": "Prénom", "family_name": "=Nom", "email": "a@example.org", "employer": ""}
        for one in facts["learners"]
    ]
    path = tmp_path / "nominatif.zip"
    path.write_bytes(export(house, facts, identities=people, documents={}, reason="Contrôle du financeur"))
    files = members(path)
    assert b"'=Nom" in files["90_nominatif/correspondance.csv"]
    assert "Contrôle du financeur" in files["00_perimetre/perimetre.json"].decode()
    assert verifier.verify(path).problems == []


def test_tables_are_safe_for_spreadsheets(pack):
    files = members(pack)
    table = files[f"{FOLDER}/emargement.csv"].decode("utf-8-sig")
    assert table.splitlines()[0].startswith("stagiaire;demi_journee;titre")
    assert "signé" in table
    for name, data in files.items():
        if name.endswith(".csv"):
            assert not re.search(rb"(^|;)[=+@]", data, re.MULTILINE), name


@pytest.mark.parametrize("name", [f"{FOLDER}/emargement.csv", f"{FOLDER}/acquis.csv", "01_index/indicateurs.csv"])
def test_an_altered_row_is_named(pack, name):
    files = members(pack)
    rows = files[name].split(b"\r\n")
    rows[3] = rows[3] + b"x"
    files[name] = b"\r\n".join(rows)
    assert f"{name}, ligne 4" in [problem.place for problem in rewrite(pack, files).problems]


def test_a_removed_row_is_named(pack):
    files = members(pack)
    rows = files[f"{FOLDER}/foad.csv"].split(b"\r\n")
    del rows[2]
    files[f"{FOLDER}/foad.csv"] = b"\r\n".join(rows)
    assert f"{FOLDER}/foad.csv, ligne 3" in [problem.place for problem in rewrite(pack, files).problems]


def test_an_altered_byte_is_placed(pack):
    files = members(pack)
    data = bytearray(files[f"{FOLDER}/emargement.pdf"])
    data[5000] ^= 1
    files[f"{FOLDER}/emargement.pdf"] = bytes(data)
    (problem,) = rewrite(pack, files).problems
    assert problem.place == f"{FOLDER}/emargement.pdf, octets 4096 à 8191"


def test_a_renamed_file_is_named_twice(pack):
    files = members(pack)
    files["00_perimetre/autre.json"] = files.pop("00_perimetre/organisme.json")
    places = [problem.place for problem in rewrite(pack, files).problems]
    assert places == ["00_perimetre/autre.json", "00_perimetre/organisme.json"]


def test_an_added_file_is_named(pack):
    files = members(pack) | {"04_sessions/S-2026-01/ajout.pdf": b"%PDF"}
    assert [problem.place for problem in rewrite(pack, files).problems] == ["04_sessions/S-2026-01/ajout.pdf"]


def test_an_altered_event_breaks_the_chain_at_its_place_even_when_sums_are_made_again(pack):
    files = members(pack)
    lines = files[verifier.JOURNAL].split(b"\n")
    row = json.loads(lines[1])
    row["event"]["action"] = "session.invented"
    lines[1] = verifier.canonical(row)
    files[verifier.JOURNAL] = b"\n".join(lines)
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["files"]:
        data = files[entry["path"]]
        entry["sha256"] = verifier.sha256(data)
        if "blocks" in entry:
            entry["blocks"] = verifier.block_digests(data)
    files["manifest.json"] = json.dumps(manifest).encode()
    del files["SHA256SUMS"]
    files["SHA256SUMS"] = "".join(f"{verifier.sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    report = rewrite(pack, files)
    assert [problem.place for problem in report.problems] == [f"{verifier.JOURNAL}, ligne 2"]


def test_a_removed_last_event_shows_at_the_head(pack):
    files = members(pack)
    files[verifier.JOURNAL] = b"\n".join(files[verifier.JOURNAL].split(b"\n")[:-2]) + b"\n"
    assert verifier.HEAD in [problem.place for problem in rewrite(pack, files).problems]


@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS"])
def test_the_lists_themselves_are_checked(pack, name):
    files = members(pack)
    files[name] = files[name].replace(b"a", b"b", 1)
    assert rewrite(pack, files).problems


def test_bytes_changed_in_the_archive_itself_are_seen(pack):
    """Unless they are padding of the compression, which no content depends on: the digest noted sees those too."""
    whole, contents, digest = pack.read_bytes(), members(pack), verifier.verify(pack).digest
    unseen = 0
    for at in range(0, len(whole), max(len(whole) // 300, 1)):
        changed = bytearray(whole)
        changed[at] ^= 0x40
        pack.write_bytes(bytes(changed))
        try:
            assert verifier.verify(pack, digest).problems, at
            if not verifier.verify(pack).problems:
                unseen += 1
                assert members(pack) == contents, at
        except verifier.NotAPackError:
            continue
    assert unseen < 3


@pytest.mark.parametrize("extra", ["before", "after"])
def test_bytes_added_around_the_archive_are_seen(pack, extra):
    whole = pack.read_bytes()
    pack.write_bytes(b"hidden" + whole if extra == "before" else whole + b"hidden")
    assert verifier.verify(pack).problems


def test_the_verifier_in_the_pack_runs_alone(pack, tmp_path):
    script = tmp_path / "verifier.py"
    script.write_bytes(members(pack)["99_verifier/verifier.py"])
    ran = subprocess.run(
        [sys.executable, "-I", str(script), str(pack)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Dossier intact" in ran.stdout
    (tmp_path / "autre.zip").write_bytes(b"PK")
    ran = subprocess.run(
        [sys.executable, "-I", str(script), "autre.zip"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 2


def test_the_first_page_links_to_files_that_are_there(pack):
    files = members(pack)
    page = files["LISEZMOI.html"].decode()
    links = set(re.findall(r'href="([^"#]+)"', page))
    assert links <= files.keys()
    assert f"{FOLDER}/emargement.pdf" in links
    assert "http" not in page
    assert "conforme" not in page


def test_the_version_follows_the_day_of_the_audit():
    assert version_for(date(2026, 10, 31))["id"] == "RNQ-2019"
    assert version_for(date(2026, 11, 1))["id"] == "RNQ-2026"
    assert version_for(date(2026, 11, 1))["provisional"]
    assert sum(one["in_2019"] for one in load_rnq()["indicators"]) == 32
    assert len(load_rnq()["indicators"]) == 33


def test_suppressed_figures_are_marked_not_removed(house, world, session, tmp_path):
    few = make_season(session, house, world, learners=4, reference="S-2026-01")
    files = zipfile.ZipFile(io.BytesIO(export(house, session_facts(session, few.run.id, now=LATER))))
    surveys = json.loads(files.read(f"{FOLDER}/satisfaction_agregats.json"))
    assert all(item["masque"] for item in surveys["enquetes"][0]["items"])
