"""Every sample of other systems imports, with a report that names its traps; the page about them is up to date."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest

from competency_frameworks import library
from competency_frameworks.formats.registry import FORMATS, read_any
from tests.competency_frameworks.samples import SAMPLES, needs_samples
from tests.competency_frameworks.test_framework_formats import CHANGED

ROOT = Path(__file__).parents[2]
NO_FRAMEWORK = {
    "case-v1p0-cfpackage-schema.json",
    "imscasev1p1_openapi3_v1p0.json",
    "pix_to_digcomp2.csv",
    "edge_php_backslash_escape.csv",
}


@needs_samples
def test_the_page_about_samples_is_what_the_samples_give():
    spec = importlib.util.spec_from_file_location(
        "build_framework_samples", ROOT / "docs" / "build_framework_samples.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs" / "reference" / "framework-samples.md").read_text(encoding="utf-8") == script.page(SAMPLES)


@needs_samples
def test_every_sample_framework_imports_and_only_what_is_none_is_refused():
    files = [path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix != ".md" and path.name != "LICENSE"]
    assert len(files) > 25
    refused = {path.name for path in files if read_any(path.read_bytes(), path.name).framework is None}
    assert refused == NO_FRAMEWORK


@needs_samples
@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda one: "@".join(one.key))
@pytest.mark.parametrize(
    ("name", "schema"), [("case1.0", "case-v1p0-cfpackage-schema.json"), ("case1.1", "imscasev1p1_openapi3_v1p0.json")]
)
def test_case_packages_have_no_schema_error(framework, name, schema):
    root = json.loads((SAMPLES / "case-spec" / schema).read_text(encoding="utf-8"))
    if name == "case1.1":
        root |= {"$ref": "#/components/schemas/CFPackageDType"}
    checker = jsonschema.Draft7Validator(root, format_checker=jsonschema.FormatChecker())
    package = json.loads(b"".join(FORMATS[name].write(framework, CHANGED)[0]))
    assert [fault.message for fault in checker.iter_errors(package)] == []
    package["CFItems"][0].pop("uri")
    assert list(checker.iter_errors(package))


def test_a_wrapped_package_with_nulls_and_stray_fields_is_read():
    package = {
        "CFDocument": {"identifier": "d0000000-0000-4000-8000-000000000000", "title": "Essai", "language": "fr", "creator": None, "notes": "x"},
        "CFItems": [{"identifier": "a", "fullStatement": "A", "humanCodingScheme": None, "educationLevel": ["09"], "stray": {"x": 1}}, None],
        "CFAssociations": None,
        "CFRubrics": [{"identifier": "r"}],
    }  # fmt: skip
    for wrapped in (package, {"CFPackage": package}, {"data": package}, [package]):
        result = read_any(json.dumps(wrapped).encode(), "x.json", "case1.1")
        assert [item.code for item in result.framework.items] == ["a"]
        told = " ".join(problem.message["en"] for problem in result.changes)
        assert all(name in told for name in ("educationLevel", "stray", "CFRubrics", "notes"))
