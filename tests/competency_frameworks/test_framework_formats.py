"""Every format: what it can hold comes back, what it cannot is listed, hostile bytes get an answer, size costs its price once."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections import Counter
from datetime import UTC, datetime

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import DCTERMS, RDF, SKOS

from competency_frameworks import library
from competency_frameworks.formats.case import stream_case
from competency_frameworks.formats.registry import FORMATS, detect, read_any
from competency_frameworks.model import Competency, Framework
from competency_frameworks.text import Translated
from tests.competency_frameworks.framework_strategies import frameworks
from tests.competency_frameworks.samples import SAMPLES, needs_samples

WRITTEN = [one for one in FORMATS.values() if one.writer is not None]
WHOLE = ["yaml", "case1.1", "case1.0", "skos-ttl", "skos-jsonld"]
CHANGED = datetime(2026, 1, 15, 10, tzinfo=UTC)


def round_trip(name: str, framework: Framework):
    pieces, told = FORMATS[name].write(framework, CHANGED)
    result = FORMATS[name].read(b"".join(pieces), "", framework.language)
    assert result.framework is not None, [problem.text("en") for problem in result.errors]
    return result.framework, [problem.rule for problem in told]


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda one: "@".join(one.key))
def test_formats_that_can_hold_everything_give_bundled_frameworks_back_equal(name, framework):
    assert round_trip(name, framework)[0] == framework


@pytest.mark.parametrize("name", ["case1.0", "skos-ttl", "skos-jsonld"])
@given(framework=frameworks())
def test_formats_that_can_hold_everything_give_any_framework_back_equal(name, framework):
    assert round_trip(name, framework)[0] == framework


@pytest.mark.parametrize("name", ["xlsx", "csv", "canvas-csv"])
@given(framework=frameworks())
def test_tables_give_back_codes_places_and_trimmed_texts(name, framework):
    back, told = round_trip(name, framework)
    assert {item.code for item in back.items} == {item.code for item in framework.items}
    assert told or not framework.items
    for item in framework.items:
        found = back.find(item.code)
        assert found.parent == (
            item.parent if any(one.parent for one in framework.items) or name == "canvas-csv" else found.parent
        )
        if name != "canvas-csv":
            said = {lang: text.strip() for lang, text in item.statement.items()}
            assert dict(found.statement) == said
            assert {lang: text.strip() for lang, text in item.notes.items()} == dict(found.notes)
            assert (found.kind, found.order) == (item.kind, item.order)


@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda one: "@".join(one.key))
def test_a_workbook_gives_back_all_but_what_it_lists(framework):
    back, told = round_trip("xlsx", framework)
    assert (back.id, back.version, back.title, back.licence, back.source) == (
        framework.id, framework.version, framework.title, framework.licence, framework.source,
    )  # fmt: skip
    assert back.audiences == framework.audiences
    assert [(level.id, level.title, level.points) for level in back.levels] == [
        (level.id, level.title, level.points) for level in framework.levels
    ]
    assert Counter(map(str, (link.destination for link in back.associations))) == Counter(
        map(str, (link.destination for link in framework.associations))
    )
    assert "table-lost-verification" in told
    assert ("table-lost-scales" in told) == bool(framework.scales)


@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda one: "@".join(one.key))
def test_canvas_would_take_our_file(framework):
    # csv_importer.rb: known headers, ratings last and falling; import.rb: no space in a guid, parents above their children
    text = b"".join(FORMATS["canvas-csv"].write(framework)[0]).decode("utf-8-sig")
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    header, *rows = list(csv.reader(io.StringIO(text)))
    assert header[11] == "ratings"
    assert not any(header[12:])
    seen: set[str] = set()
    groups: set[str] = set()
    for row in rows:
        guid, kind, title, parents = row[0], row[1], row[2], row[6].split()
        assert guid not in seen
        assert not any(sign.isspace() for sign in guid)
        assert title
        assert set(parents) <= groups
        ratings = [cell for cell in row[11:] if cell]
        points = [float(cell) for cell in ratings[::2]]
        assert points == sorted(points, reverse=True)
        if kind == "group":
            groups.add(guid)
            assert not any(row[7:10])
            assert not ratings
        seen.add(guid)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_canvas_is_read_with_bom_semicolons_and_any_line_ends(line_end, delimiter):
    rows = [
        ["vendor_guid", "object_type", "title", "parent_guids", "calculation_method", "calculation_int", "mastery_points", "ratings"],
        ["g", "group", "Domaine"], ["o", "outcome", "Faire", "g", "n_mastery", "3", "3", "4", "Expert", "3", "Acquis", "0", "Rien"],
        ["z", "outcome", "Seul", "nowhere"], ["g", "outcome", "Encore"], ["d", "outcome", "Parti", "", "", "", ""],
    ]  # fmt: skip
    data = b"\xef\xbb\xbf" + line_end.join(delimiter.join(row) for row in rows).encode()
    result = FORMATS["canvas-csv"].read(data)
    framework = result.framework
    assert [(item.code, item.parent) for item in framework.items] == [
        ("g", ""),
        ("o", "g"),
        ("z", ""),
        ("g-2", ""),
        ("d", ""),
    ]
    assert (framework.find("o").rating.method, framework.find("o").rating.parameter) == ("n_mastery", 3)
    assert [(level.title.text(), level.points, level.proficient) for level in framework.levels] == [
        ("Rien", 0, False), ("Acquis", 3, True), ("Expert", 4, True),
    ]  # fmt: skip
    assert {"canvas-csv-orphan", "canvas-csv-duplicate-id"} <= {problem.rule for problem in result.changes}


# -- SKOS as others read it --------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own JSON-LD reader still uses it
@pytest.mark.parametrize(("name", "rdf"), [("skos-ttl", "turtle"), ("skos-jsonld", "json-ld")])
@pytest.mark.parametrize("key", [("mediateur-numerique-poste-type", "2022"), ("digcomp", "2.2"), ("pix", "2019")])
def test_rdflib_reads_our_skos_as_we_mean_it(name, rdf, key):
    framework = library.get(*key)
    graph = rdflib.Graph().parse(data=b"".join(FORMATS[name].write(framework)[0]), format=rdf)
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert str(scheme) == framework.uri()
    assert {(title.language, str(title)) for title in graph.objects(scheme, DCTERMS.title)} == set(
        framework.title.items()
    )
    assert set(graph.subjects(RDF.type, SKOS.Concept)) == {
        rdflib.URIRef(framework.uri(item.code)) for item in framework.items
    }
    tops = set(graph.objects(scheme, SKOS.hasTopConcept))
    assert tops == {rdflib.URIRef(framework.uri(item.code)) for item in framework.roots()}
    for item in framework.items:
        concept = rdflib.URIRef(framework.uri(item.code))
        assert {(label.language, str(label)) for label in graph.objects(concept, SKOS.prefLabel)} == set(
            item.statement.items()
        )
        assert str(graph.value(concept, SKOS.notation)) == item.code
        assert set(graph.objects(concept, SKOS.narrower)) == {
            rdflib.URIRef(framework.uri(child.code)) for child in framework.children(item.code)
        }
        above = graph.value(concept, SKOS.broader)
        assert (str(above) if above else "") == (framework.uri(item.parent) if item.parent else "")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")
@given(frameworks())
def test_rdflib_finds_the_same_triples_in_both_spellings(framework):
    turtle, jsonld = (
        rdflib.Graph().parse(data=b"".join(FORMATS[name].write(framework)[0]), format=rdf)
        for name, rdf in (("skos-ttl", "turtle"), ("skos-jsonld", "json-ld"))
    )
    assert len(set(turtle.subjects(RDF.type, SKOS.Concept))) == len(framework.items)
    told = rdflib.URIRef("urn:bouquet:terms:data")
    plain = [{triple for triple in graph if triple[1] != told} for graph in (turtle, jsonld)]
    assert plain[0] == plain[1]


# -- any bytes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [one for one in FORMATS.values() if one.reader], ids=lambda one: one.name)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_an_answer_and_never_an_exception(one, data):
    result = one.read(data, "x" + one.suffix)
    assert (result.framework is None) == bool(result.errors)
    assert read_any(data, "x").format == detect(data, "x")


HOSTILE = {
    "nested json": b"[" * 200_000,
    "nested ld": b'{"@context":{},"@graph":' + b'[{"@graph":' * 20_000,
    "remote context": b'{"@context": "https://example.org/c.jsonld", "@id": "urn:x:y"}',
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><FICHES><FICHE><INTITULE>&b;</INTITULE></FICHE></FICHES>',
    "outside entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><FICHES><FICHE><INTITULE>&a;</INTITULE></FICHE></FICHES>',
    "open quote": b'Parent,"' + b"\\" * 50_001,
    "deep html": b'vendor_guid,object_type,title,description\na,outcome,t,"' + b"<b>" * 20_000 + b'"',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_answered_in_time(name):
    start = time.process_time()
    results = [one.read(HOSTILE[name], "x") for one in FORMATS.values() if one.reader]
    assert time.process_time() - start < 20
    assert all((result.framework is None) == bool(result.errors) for result in results)
    for result in results:
        assert "root:" not in (result.framework.title.text() if result.framework else "")


# -- size --------------------------------------------------------------------------------------------------------------


def big(count: int) -> Framework:
    def said(text: str) -> Translated:
        return Translated({"fr": text}, "fr")

    items = (
        Competency(f"C{n}", said(f"Énoncé de la compétence numéro {n}, assez long pour être vrai"), parent=f"C{(n - 1) // 12}" if n else "", order=n % 12 + 1)
        for n in range(count)
    )  # fmt: skip
    return Framework("big", "1", said("Grand"), items=tuple(items))


@pytest.mark.parametrize("name", ["yaml", "case1.1", "moodle-csv", "canvas-csv", "skos-ttl", "skos-jsonld", "csv"])
def test_reading_costs_in_proportion_to_the_items(name):
    costs = []
    for count in (500, 4_000):
        data = b"".join(FORMATS[name].write(big(count), CHANGED)[0])
        best = []
        for _ in range(4):  # the least of them: what else the machine does only adds
            start = time.process_time()
            assert len(FORMATS[name].read(data).framework.items) == count
            best.append(time.process_time() - start)
        costs.append(min(best) / count)
    assert costs[1] / costs[0] < 4  # quadratic would be 8


def test_a_case_package_is_written_in_little_memory():
    framework = big(3_000)
    framework.find("C1")
    framework.children("C1")  # the index is the framework's, not the writer's
    tracemalloc.start()
    size = sum(map(len, stream_case(framework, CHANGED)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 3_000_000
    assert peak < size / 8


# -- RNCP, DigComp, tables ---------------------------------------------------------------------------------------------


@needs_samples
def test_rncp_text_is_cut_into_proposals_and_kept_raw():
    result = read_any((SAMPLES / "rncp" / "minimal_v4-1_structure.xml").read_bytes(), "rncp.xml")
    framework = result.framework
    assert (framework.id, framework.licence) == ("rncp37275", "etalab-2.0")
    assert [(item.code, item.parent) for item in framework.items] == [
        ("BC01", ""),
        ("BC01.1", "BC01"),
        ("BC01.2", "BC01"),
        ("BC02", ""),
    ]
    assert framework.find("BC01.2").statement.text() == "Concevoir un scénario & un accompagnement"
    assert framework.find("BC01").notes.text().startswith("- Elaborer la progression pédagogique\n- Concevoir")
    assert {"rncp-xml-cut", "rncp-xml-version"} <= {problem.rule for problem in result.changes}


def test_a_flow_of_many_certifications_is_read_one_at_a_time_in_little_memory(tmp_path):
    from competency_frameworks.formats.rncp_xml import stream_rncp_xml  # noqa: PLC0415

    fiche = (
        "<FICHE><NUMERO_FICHE>RNCP{n}</NUMERO_FICHE><INTITULE>Titre {n}</INTITULE><OBJECTIFS_CONTEXTE>" + "texte " * 300 + "</OBJECTIFS_CONTEXTE>"
        "<BLOCS_COMPETENCES><BLOC_COMPETENCES><CODE>RNCP{n}BC01</CODE><LIBELLE>Bloc</LIBELLE>"
        "<LISTE_COMPETENCES>C1. Faire\nC2. Dire</LISTE_COMPETENCES></BLOC_COMPETENCES></BLOCS_COMPETENCES></FICHE>"
    )  # fmt: skip
    path = tmp_path / "flux.xml"
    path.write_text(
        "<FICHES>" + "".join(fiche.replace("{n}", str(n)) for n in range(400)) + "</FICHES>", encoding="utf-8"
    )
    tracemalloc.start()
    with path.open("rb") as source:
        codes = [result.framework.id for result in stream_rncp_xml(source)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert codes == [f"rncp{n}" for n in range(400)]
    assert peak < path.stat().st_size / 2
    with path.open("rb") as source:
        (only,) = stream_rncp_xml(source, only="RNCP150")
    assert [item.statement.text() for item in only.framework.items] == ["Bloc", "Faire", "Dire"]


@needs_samples
@pytest.mark.parametrize("suffix", ["jsonld", "xlsx"])
def test_digcomp_is_read_from_both_official_files(suffix):
    path = SAMPLES / "digcomp-3.0" / f"DigComp 3.0 Data Supplement 24 Nov 2025.{suffix}"
    framework = read_any(path.read_bytes(), path.name).framework
    assert Counter(item.kind for item in framework.items) == {
        "domain": 5, "competency": 21, "statement": 362, "knowledge": 217, "skill": 199, "attitude": 107,
    }  # fmt: skip
    assert (len(framework.levels), len(framework.scales[0].levels), len(framework.glossary)) == (8, 4, 126)
    outcome = framework.find("LO1.1.01")
    assert (outcome.parent, outcome.scale, outcome.level, outcome.keywords) == (
        "1.1",
        "four",
        "basic",
        ("AI-Implicit",),
    )


@needs_samples
def test_the_bundled_digcomp_is_what_the_script_makes_of_the_official_file():
    import importlib.util  # noqa: PLC0415

    path = next(
        parent / ".ci" / "digcomp.py"
        for parent in __import__("pathlib").Path(__file__).parents
        if (parent / ".ci").is_dir()
    )
    spec = importlib.util.spec_from_file_location("digcomp_script", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    data = (SAMPLES / "digcomp-3.0" / "DigComp 3.0 Data Supplement 24 Nov 2025.jsonld").read_bytes()
    assert script.build(data) == library.get("digcomp", "3.0")


def test_a_table_filled_by_hand_is_read():
    text = "Code;Énoncé;Rangé sous;Type;Niveau : Débutant;Niveau : Autonome;Couleur\nA;Accueillir;;domain;;;rouge\nA1;'=Écouter;A;skill;Je suis une trame;Je reformule;\n;Sans code;Z;;;;\n;;;;;;\nA;Encore;;;;;\n"
    result = read_any(text.encode("cp1252"), "fiche.csv")
    framework = result.framework
    assert [(item.code, item.parent, item.kind) for item in framework.items] == [
        ("A", "", "domain"), ("A1", "A", "skill"), ("item-3", "", "competency"), ("A-2", "", "competency"),
    ]  # fmt: skip
    assert framework.find("A1").statement.text() == "=Écouter"
    assert [(entry.level, entry.description.text()) for entry in framework.find("A1").levels] == [
        ("debutant", "Je suis une trame"), ("autonome", "Je reformule"),
    ]  # fmt: skip
    rules = {problem.rule: problem.act for problem in result.changes}
    assert rules["table-encoding"] == "guessed"
    assert rules["table-orphan"] == "moved"
    assert rules["table-duplicate-id"] == "renamed"
    assert rules["table-column"] == "dropped"


def test_no_cell_of_a_workbook_is_a_formula():
    import io  # noqa: PLC0415

    from openpyxl import load_workbook  # noqa: PLC0415

    framework = Framework(
        "x", "1", Translated({"fr": "=1+1"}), items=(Competency("=A", Translated({"fr": "=HYPERLINK(1)"})),)
    )
    book = load_workbook(io.BytesIO(b"".join(FORMATS["xlsx"].write(framework)[0])))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    csv_text = b"".join(FORMATS["csv"].write(framework)[0]).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in csv_text
    assert json.dumps(csv_text).count(";=") == 0
