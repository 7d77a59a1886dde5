"""Packages that break each rule of the catalogue, and packages that do not."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from scorm.archive import Limits
from scorm.report import MAX_PER_RULE
from tests.scorm.builders import MANIFEST_12, MANIFEST_2004, PAGE, SCRIPT_12, files_12, files_2004, zip_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

Files = dict[str, bytes | str]
SMALL = Limits(max_members=4, max_total=60_000, max_member=30_000, ratio_floor=20_000)


class Case(NamedTuple):
    """A package that breaks a rule, one that does not, and what the place of the problem must be."""

    bad: Files | bytes
    good: Files | bytes
    file: str | None = None  # where the problem is, when it is one file
    element: str = ""
    limits: Limits | None = None


def change(source: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source, old
        source = source.replace(old, new)
    return source


def case_12(*pairs: str, element: str = "", good: Files | None = None, **files: bytes | str) -> Case:
    """SCORM 1.2 with these changes in the manifest, and these files."""
    bad = files_12(imsmanifest_xml=change(MANIFEST_12, *pairs), **files)
    return Case(bad, good or files_12(), "imsmanifest.xml" if pairs else None, element)


def case_2004(*pairs: str, element: str = "", good: Files | None = None, **files: bytes | str) -> Case:
    bad = files_2004(imsmanifest_xml=change(MANIFEST_2004, *pairs), **files)
    return Case(bad, good or files_2004(), "imsmanifest.xml" if pairs else None, element)


def only_12(*pairs: str) -> Files:
    return files_12(imsmanifest_xml=change(MANIFEST_12, *pairs))


def only_2004(*pairs: str) -> Files:
    return files_2004(imsmanifest_xml=change(MANIFEST_2004, *pairs))


def sequenced(content: str, good: str, *, element: str = "", extra: str = "") -> Case:
    """2004 whose item is sequenced by ``content``, against one sequenced by ``good``."""
    start = MANIFEST_2004.index("<imsss:sequencing>")
    end = MANIFEST_2004.index("</imsss:sequencing>")
    before, after = MANIFEST_2004[: start + len("<imsss:sequencing>")], MANIFEST_2004[end:]
    spaced = before.replace("<manifest ", '<manifest xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" ')
    after = after.replace("</manifest>", f"{extra}</manifest>")
    bad, well = (files_2004(imsmanifest_xml=spaced + text + after) for text in (content, good))
    return Case(bad, well, "imsmanifest.xml", element)


def cluster(control: str, good: str, element: str) -> Case:
    """2004 whose organization, with one item, is sequenced so."""
    end = "</organization>"
    made = [only_2004(end, f"<imsss:sequencing>{text}</imsss:sequencing>{end}") for text in (control, good)]
    return Case(made[0], made[1], "imsmanifest.xml", element)


def lom_12(content: str, good: str, element: str = "", root: str = "lom") -> Case:
    made = [
        only_12(
            "</metadata>", f'<{name} xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1">{text}</{name}></metadata>'
        )
        for name, text in ((root, content), ("lom", good))
    ]
    return Case(made[0], made[1], "imsmanifest.xml", element)


def lom_file(content: bytes, good: bytes) -> Case:
    manifest = change(MANIFEST_12, "</metadata>", "<adlcp:location>meta.xml</adlcp:location></metadata>")
    files = files_12(imsmanifest_xml=manifest)
    return Case(files | {"meta.xml": content}, files | {"meta.xml": good}, "meta.xml")


def page(body: str, good: str = "", head: str = "<title>x</title>") -> Case:
    made = [
        f'<!DOCTYPE html><html lang="fr"><head>{top}<script src="api.js"></script></head><body>{text}</body></html>'
        for top, text in ((head, body), ("<title>x</title>", good))
    ]
    return Case(files_12(index_html=made[0]), files_12(index_html=made[1]), "index.html")


def script(content: bytes, good: bytes = b"", *, file: str | None = "api.js") -> Case:
    return Case(files_12(api_js=content), files_12(api_js=good or SCRIPT_12), file)


def marked(name: str, mode: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, b"x")
    return target.getvalue()


def encrypted() -> bytes:
    data = bytearray(zip_bytes(files_12()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def spoiled() -> bytes:
    data = bytearray(zip_bytes(files_12(), zipfile.ZIP_STORED))
    data[data.index(b"LMSInitialize")] = ord("Z")
    return bytes(data)


def recoded(name: str, encoding: str) -> bytes:
    """A package with a member whose name is in ``encoding`` and not flagged as UTF-8."""
    data = zip_bytes(files_12() | {"x" * len(name.encode(encoding)): b"1"})
    return data.replace(b"x" * len(name.encode(encoding)), name.encode(encoding))


def overlapping() -> bytes:
    data = bytearray(zip_bytes(files_12() | {"z.txt": b"z" * 50}, zipfile.ZIP_STORED))
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 42, 0)
    return bytes(data)


NOISE = f"<!-- {' '.join(str(number) for number in range(160_000))} -->"
MANY: Files = files_12() | {f"{n}.txt": b"x" for n in range(9)}
LONG = "Un titre " * 30
SECOND_SCO = (
    "</organization>",
    '<item identifier="I2" identifierref="R2"><title>Two</title></item></organization>',
    "</resources>",
    '<resource identifier="R2" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource></resources>',
)
MAPPED = """<imsss:objectives><imsss:primaryObjective objectiveID="P" satisfiedByMeasure="true">
<imsss:mapInfo targetObjectiveID="{}"/></imsss:primaryObjective></imsss:objectives>"""
RULE = """<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>
<imsss:ruleCondition referencedObjective="{}" condition="{}"/></imsss:ruleConditions>
<imsss:ruleAction action="skip"/></imsss:preConditionRule></imsss:sequencingRules>
<imsss:objectives><imsss:primaryObjective objectiveID="P"/></imsss:objectives>"""
PLAIN = '<imsss:objectives><imsss:primaryObjective objectiveID="P"/></imsss:objectives>'
COLLECTION = "<imsss:sequencingCollection><imsss:sequencing {}/></imsss:sequencingCollection>"
WORDS = "<educational><difficulty><source>{}</source><value>{}</value></difficulty></educational>"

WHOLE_RECORD = """<general><title/><catalogentry/><description/><keyword/></general>
<lifecycle><version/><status><source>LOMv1.0</source><value>final</value></status></lifecycle>
<metametadata><metadatascheme>ADL SCORM 1.2</metadatascheme></metametadata><technical><format/><location/></technical>
<rights><cost/><copyrightandotherrestrictions/></rights>
<classification><purpose/><description/><keyword/></classification>"""

CASES: dict[str, Case | Callable[[], Case]] = {
    # the archive
    "not-a-zip": Case(b"not a zip", zip_bytes(files_12()), ""),
    "empty": Case(zip_bytes({}), zip_bytes(files_12()), ""),
    "encrypted": Case(encrypted(), files_12(), "imsmanifest.xml"),
    "damaged": Case(spoiled(), zip_bytes(files_12(), zipfile.ZIP_STORED), "api.js"),
    "compression": Case(zip_bytes(files_12(), zipfile.ZIP_BZIP2), zip_bytes(files_12()), "imsmanifest.xml"),
    "link": Case(marked("a", 0o120777), marked("a", 0o100644), "a"),
    "path-traversal": Case(files_12() | {"../x": b""}, files_12() | {"..x": b""}, "../x"),
    "absolute-path": Case(files_12() | {"/x": b""}, files_12() | {"x/y": b""}, "/x"),
    "bad-name": Case(files_12() | {"a\nb": b""}, files_12() | {"ab": b""}, "a\nb"),
    "name-collision": Case(files_12() | {"API.js": b""}, files_12() | {"API2.js": b""}, "API.js"),
    "too-many-members": Case(MANY, files_12(), "", limits=SMALL),
    "member-too-large": Case(
        files_12() | {"a": bytes(range(256)) * 150}, files_12() | {"a": bytes(range(256)) * 90}, "a", limits=SMALL
    ),
    "too-large": Case(files_12() | {"a": b"x" * 70_000}, files_12(), "", limits=Limits(max_total=60_000)),
    "zip-bomb": Case(overlapping(), zip_bytes(files_12(), zipfile.ZIP_STORED)),
    "system-files": Case(files_12() | {"__MACOSX/._a": b""}, files_12(), ""),
    "files-outside": Case(
        {f"c/{name}": data for name, data in files_12().items()} | {"readme.txt": b""},
        {f"c/{name}": data for name, data in files_12().items()},
        "",
    ),
    "name-backslash": Case(files_12() | {"img\\a.png": b""}, files_12() | {"img/a.png": b""}, ""),
    "name-encoding": Case(recoded("été.txt", "cp850"), files_12() | {"été.txt": b""}, ""),
    "name-fragile": Case(files_12() | {"mon cours.txt": b""}, files_12() | {"mon-cours.txt": b""}, "mon cours.txt"),
    "manifest-missing": Case({"index.html": PAGE}, files_12(), ""),
    "manifest-in-folder": Case(
        {f"c/{name}": data for name, data in files_12().items()}, files_12(), "c/imsmanifest.xml"
    ),
    "manifest-case": Case(
        {name.replace("ims", "IMS"): data for name, data in files_12().items()}, files_12(), "IMSmanifest.xml"
    ),
    "other-kind": Case({"cmi5.xml": b"<x/>"}, files_12(), ""),
    "more-of-the-same": Case(files_12() | {f"{n}.txt": b"" for n in range(MAX_PER_RULE + 1)}, MANY, ""),
    # XML
    "xml-too-large": lambda: Case(
        files_12(imsmanifest_xml=MANIFEST_12 + NOISE * 17), files_12(imsmanifest_xml=MANIFEST_12 + NOISE), "imsmanifest.xml"
    ),
    "xml-not-well-formed": case_12("</resources>", ""),
    "xml-entities": case_12("<manifest ", '<!DOCTYPE manifest [<!ENTITY a "b">]><manifest ', good=only_12("<manifest ", "<!DOCTYPE manifest><manifest ")),
    "xml-encoding": Case(files_12(imsmanifest_xml=MANIFEST_12.encode("latin-1")), files_12(), "imsmanifest.xml"),
    "xml-not-utf8": Case(
        files_12(imsmanifest_xml=change(MANIFEST_12, "UTF-8", "ISO-8859-1").encode("latin-1")), files_12(), "imsmanifest.xml"
    ),
    "xml-bom": Case(files_12(imsmanifest_xml=b"\xef\xbb\xbf" + MANIFEST_12.encode()), files_12(), "imsmanifest.xml"),
    "prefix-undeclared": case_12(
        'version="1"', 'version="1" xsi:schemaLocation="a b"',
        good=only_12('version="1"', 'version="1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a http://b"'),
    ),
    "not-a-manifest": Case(files_12(imsmanifest_xml="<html/>"), files_12(), "imsmanifest.xml"),
    "items-too-deep": case_12(
        "</organization>", '<item identifier="D">' * 45 + "</item>" * 45 + "</organization>",
        good=only_12("</organization>", '<item identifier="D"><item identifier="E"/></item></organization>'),
    ),
    "schema-invalid": case_12("</organizations>", "<surprise/></organizations>", element="surprise"),
    "schema-unchecked": Case(files_12(), files_2004()),  # see test_schemas_that_are_not_installed_are_said_to_be_missing
    "schema-file-missing": case_12(
        'version="1"', 'version="1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a gone.xsd"',
        element="manifest",
        good=only_12('version="1"', 'version="1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a here.xsd"') | {"here.xsd": b"<x/>"},
    ),
    "schemaversion-guessed": case_12("<schemaversion>1.2</schemaversion>", "", element="metadata"),
    "schemaversion-odd": case_2004("2004 4th Edition", "SCORM 2004 4th Edition", element="schemaversion"),
    "schema-name": case_12("ADL SCORM", "My SCORM", element="schema"),
    "namespace-mismatch": case_2004("2004 4th Edition", "1.2", element="schemaversion"),
    # identifiers, organizations, items
    "identifier-missing": case_12('<item identifier="I1"', "<item", element="item"),
    "identifier-duplicate": case_12('<item identifier="I1"', '<item identifier="R1"', element="item"),
    "identifier-invalid": case_12('<item identifier="I1"', '<item identifier="1 I"', element="item"),
    "identifier-white-space": case_12('identifier="R1" type', 'identifier=" R1" type', element="resource"),
    "organizations-missing": case_12(
        MANIFEST_12[MANIFEST_12.index("<organization ") : MANIFEST_12.index("</organizations>")], "", element="organizations"
    ),
    "organization-empty": case_12(
        MANIFEST_12[MANIFEST_12.index("<item ") : MANIFEST_12.index("</item>") + 7], "", element="organization"
    ),
    "default-missing": case_12(' default="ORG"', "", element="organizations"),
    "default-unresolved": case_12('default="ORG"', 'default="NONE"', element="organizations"),
    "title-missing": case_12("<title>Première leçon</title>", "<title> </title>", element="item"),
    "title-long": case_12("Première leçon", "x" * 210, element="item", good=only_12("Première leçon", "x" * 200)),
    "identifierref-unresolved": case_12('identifierref="R1"', 'identifierref="R9"', element="item"),
    "identifierref-missing": case_2004(' identifierref="R1"', "", element="item", good=only_12(' identifierref="R1"', "")),
    "item-nested-resource": case_2004(
        "<title>Lesson</title>", '<title>Lesson</title><item identifier="I2" identifierref="R1"><title>x</title></item>',
        element="item",
        good=only_12("<title>Première leçon</title>", '<title>x</title><item identifier="I2" identifierref="R1"><title>x</title></item>'),
    ),
    "sub-manifest": case_12("</manifest>", '<manifest identifier="M2"><organizations/><resources/></manifest></manifest>', element="manifest"),
    "parameters-format": case_12("?page=1", "?page=une leçon", element="item", good=only_12("?page=1", "?page=une%20le%C3%A7on&amp;x#y")),
    "parameters-alone": case_12(' identifierref="R1"', "", element="item"),
    "text-too-long": case_12("niveau=2", "x" * 300, element="item", good=only_12("niveau=2", "x" * 255)),
    "number-ignored": case_12("masteryscore>80", "masteryscore>800", element="masteryscore"),
    "value-unknown": case_2004(">continue<", ">forward<", element="item", good=only_2004(">continue<", ">suspendAll<")),
    "duration-format": case_12("01:00:00", "1 heure", element="item", good=only_12("01:00:00", "0001:00:00.50")),
    "prerequisite-unresolved": case_12(
        "<adlcp:maxtime", '<adlcp:prerequisites type="aicc_script">I9</adlcp:prerequisites><adlcp:maxtime', element="item",
        good=only_12("<adlcp:maxtime", '<adlcp:prerequisites type="aicc_script">I1="completed"</adlcp:prerequisites><adlcp:maxtime'),
    ),
    "prerequisite-syntax": case_12(
        "<adlcp:maxtime", '<adlcp:prerequisites type="aicc_script">I1 AND I1</adlcp:prerequisites><adlcp:maxtime', element="item",
        good=only_12("<adlcp:maxtime", '<adlcp:prerequisites type="aicc_script">I1&amp;I1</adlcp:prerequisites><adlcp:maxtime'),
    ),
    "sco-only": case_2004(
        'scormType="sco"', 'scormType="asset"', "<imsss:sequencing>", "<adlcp:dataFromLMS>x</adlcp:dataFromLMS><imsss:sequencing>", element="item",
        good=only_2004("<imsss:sequencing>", "<adlcp:dataFromLMS>x</adlcp:dataFromLMS><imsss:sequencing>"),
    ),
    "threshold-form": case_2004("4th Edition", "3rd Edition", element="completionThreshold"),
    "attribute-removed": case_2004(' href="index.html">', ' href="index.html" adlcp:persistState="true">', element="resource"),
    "data-map-duplicate": case_2004(
        "<imsss:sequencing>", '<adlcp:data><adlcp:map targetID="a"/><adlcp:map targetID="a"/></adlcp:data><imsss:sequencing>', element="item",
        good=only_2004("<imsss:sequencing>", '<adlcp:data><adlcp:map targetID="a"/><adlcp:map targetID="b"/></adlcp:data><imsss:sequencing>'),
    ),
    # resources and files
    "dependency-unresolved": case_12("</resource>", '<dependency identifierref="R9"/></resource>', element="resource"),
    "dependency-loop": case_12("</resource>", '<dependency identifierref="R1"/></resource>', element="resource"),
    "resource-unused": case_12("</resources>", '<resource identifier="R2" type="webcontent"/></resources>', element="resource"),
    "launch-missing": case_12(' href="index.html">', ">", element="resource"),
    "launch-file-missing": case_12('href="index.html">', 'href="gone.html">', element="resource"),
    "launch-external": case_12('href="index.html">', 'href="https://example.org/x">', element="resource"),
    "launch-unlisted": case_2004('<file href="index.html"/>', "", element="resource", good=only_12('<file href="index.html"/>', "")),
    "resource-type": case_12('type="webcontent"', 'type="text/html"', element="resource"),
    "scormtype-missing": case_12(' adlcp:scormtype="sco"', "", element="resource"),
    "scormtype-spelling": case_12("adlcp:scormtype", "adlcp:scormType", element="resource"),
    "scormtype-value": case_12('scormtype="sco"', 'scormtype="SCO"', element="resource"),
    "file-missing": case_12('<file href="api.js"/>', '<file href="api.js"/><file href="gone.css"/>', element="file"),
    "file-case": case_12('<file href="api.js"/>', '<file href="API.js"/>', element="file"),
    "file-unlisted": Case(files_12() | {"b.txt": b""}, only_12("</resource>", '<file href="b.txt"/></resource>') | {"b.txt": b""}, "b.txt"),
    "path-outside": case_12('<file href="api.js"/>', '<file href="api.js"/><file href="../x.js"/>', element="file"),
    "path-backslash": Case(
        only_12("</resource>", '<file href="img\\a.png"/></resource>') | {"img/a.png": b""},
        only_12("</resource>", '<file href="img/a.png"/></resource>') | {"img/a.png": b""}, "imsmanifest.xml", "file",
    ),
    "base-format": case_12('type="webcontent"', 'type="webcontent" xml:base="/x"', element="resource", good=only_12('type="webcontent"', 'type="webcontent" xml:base="x/"')),
    "metadata-file-missing": case_12("</metadata>", "<adlcp:location>gone.xml</adlcp:location></metadata>", element="location"),
    # sequencing
    "seq-idref-unresolved": case_2004(
        "<imsss:sequencing>", '<imsss:sequencing IDRef="S9">', element="sequencing",
        good=only_2004("<imsss:sequencing>", '<imsss:sequencing IDRef="S1">', "</manifest>", COLLECTION.format('ID="S1"') + "</manifest>"),
    ),
    "seq-id-missing": case_2004("</manifest>", COLLECTION.format("") + "</manifest>", element="sequencing"),
    "seq-id-misplaced": case_2004("<imsss:sequencing>", '<imsss:sequencing ID="S1">', element="sequencing"),
    "seq-objective-unresolved": sequenced(RULE.format("Q", "satisfied"), RULE.format("P", "satisfied"), element="ruleCondition"),
    "seq-objective-duplicate": sequenced(
        '<imsss:objectives><imsss:primaryObjective objectiveID="P"/><imsss:objective objectiveID="P"/></imsss:objectives>',
        '<imsss:objectives><imsss:primaryObjective objectiveID="P"/><imsss:objective objectiveID="Q"/></imsss:objectives>',
        element="objective",
    ),
    "seq-objective-nameless": sequenced(MAPPED.format("g").replace('objectiveID="P" ', ""), MAPPED.format("g"), element="primaryObjective"),
    "seq-map-blank": sequenced(MAPPED.format(" "), MAPPED.format("g"), element="mapInfo"),
    "seq-read-twice": sequenced(
        MAPPED.format("g").replace("</imsss:primary", '<imsss:mapInfo targetObjectiveID="h"/></imsss:primary'),
        MAPPED.format("g").replace("</imsss:primary", '<imsss:mapInfo targetObjectiveID="h" readSatisfiedStatus="false" readNormalizedMeasure="false"/></imsss:primary'),
        element="mapInfo",
    ),
    "seq-write-twice": sequenced(
        *(MAPPED.format("g").replace("<imsss:mapInfo ", '<imsss:mapInfo writeSatisfiedStatus="true" ').replace(
            "</imsss:objectives>",
            f'<imsss:objective objectiveID="Q"><imsss:mapInfo targetObjectiveID="{target}" writeSatisfiedStatus="true"/></imsss:objective></imsss:objectives>',
        ) for target in ("g", "h")),
        element="mapInfo",
    ),
    "seq-number": sequenced('<imsss:limitConditions attemptLimit="-1"/>' + PLAIN, '<imsss:limitConditions attemptLimit="2"/>' + PLAIN, element="limitConditions"),
    "seq-select-count": cluster('<imsss:randomizationControls selectCount="3"/>', '<imsss:randomizationControls selectCount="1"/>', "randomizationControls"),
    "seq-unreachable": cluster('<imsss:controlMode choice="false"/>', '<imsss:controlMode choice="false" flow="true"/>', "controlMode"),
    "seq-organization-rule": cluster(
        *(f'<imsss:sequencingRules><imsss:postConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="completed"/></imsss:ruleConditions>'
          f'<imsss:ruleAction action="{action}"/></imsss:postConditionRule></imsss:sequencingRules>' for action in ("exitParent", "exitAll")),
        "ruleAction",
    ),
    "seq-caution": sequenced(RULE.format("P", "timeLimitExceeded"), RULE.format("P", "completed"), element="ruleCondition"),
    "seq-in-12": case_12("<adlcp:maxtime", '<s:sequencing xmlns:s="http://www.imsglobal.org/xsd/imsss"/><adlcp:maxtime', element="sequencing"),
    # metadata
    "lom-unreadable": lom_file(b"<lom", b'<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"/>'),
    "lom-root": lom_file(b"<record/>", b'<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"/>'),
    "lom-unknown": lom_12("<general><titel/></general>", "<general><title/></general>", "titel"),
    "lom-order": lom_12("<technical/><general/>", "<general/><technical/>", "general"),
    "lom-repeated": lom_12("<general/><general/>", "<general/>", "general"),
    "lom-vocabulary": lom_12(WORDS.format("LOMv1.0", "dur"), WORDS.format("LOMv1.0", "Difficult"), "difficulty"),
    "lom-source": lom_12(WORDS.format("chez nous", "dur"), WORDS.format("LOMv1.0", "difficult"), "difficulty"),
    "lom-language": lom_12("<general><language>français</language></general>", "<general><language>fr-FR</language></general>", "language"),
    "lom-schema": lom_12(
        "<metametadata><metadatascheme>LOM</metadatascheme></metametadata>",
        "<metametadata><metadatascheme>ADL SCORM 1.2</metadatascheme></metametadata>", "metadatascheme",
    ),
    "lom-mandatory": lom_12("<general/>", WHOLE_RECORD, "lom"),
    # run time
    "runtime-missing": script(b"let x = 1;", file=""),
    "runtime-other": script(b"window.API_1484_11.Initialize('')", file=""),
    "runtime-initialize-missing": script(SCRIPT_12.replace(b"LMSInitialize", b"start"), file=""),
    "runtime-finish-missing": script(SCRIPT_12.replace(b"LMSFinish", b"stop"), file=""),
    "completion-missing": script(SCRIPT_12.replace(b"lesson_status", b"lesson_location"), file=""),
    "completion-by-platform": Case(
        files_2004(api_js=b"API_1484_11.Initialize(''); API_1484_11.Terminate('')"), files_2004(), ""
    ),
    "runtime-unload-only": script(SCRIPT_12.replace(b"pagehide", b"unload"), SCRIPT_12 + b"onunload = finish"),
    "runtime-sync-request": script(SCRIPT_12 + b"\nx.open('POST', '/a', false)", SCRIPT_12 + b"\nx.open('POST', '/a', true)"),
    "runtime-depth": script(SCRIPT_12 + b"\nif (findAPITries > 7) return", SCRIPT_12 + b"\nif (findAPITries > 500) return"),
    "runtime-plugin": page('<applet code="a.class"></applet>', '<object type="image/svg+xml"></object>'),
    "content-unread": lambda: Case(files_12(api_js=SCRIPT_12 + b"/*" + bytes(range(97, 123)) * 180_000 + b"*/"), files_12(), ""),
    # content
    "language-missing": Case(files_12(index_html=PAGE.replace(b' lang="fr"', b"")), files_12(), "index.html"),
    "page-title-missing": page("", head="<title> </title>"),
    "image-without-alt": page('<img src="a.png">', '<img src="a.png" alt="">'),
    "frame-without-title": page('<iframe src="a.html"></iframe>', '<iframe src="a.html" title="Carte"></iframe>'),
    "video-without-captions": page('<video src="a.mp4"></video>', '<video src="a.mp4"><track kind="captions" src="a.vtt"></video>'),
    "external-address": page('<img alt="" src="https://example.org/a.png">', '<a href="https://example.org/">x</a>'),
    "external-insecure": page('<img alt="" src="http://example.org/a.png">', '<img alt="" src="https://example.org/a.png">'),
    "package-heavy": lambda: Case(zip_bytes(files_12() | {"a.mp4": b"x" * (101 * 2**20)}, zipfile.ZIP_STORED), files_12(), ""),
    "file-heavy": lambda: Case(files_12() | {"a.png": bytes(range(256)) * 5000}, files_12() | {"a.png": bytes(range(256)) * 3000}, "a.png"),
    "page-heavy": lambda: Case(
        page('<img alt="" src="a.bin">').bad | {"a.bin": bytes(range(256)) * 16_000},
        page('<a href="a.bin">x</a>').bad | {"a.bin": bytes(range(256)) * 16_000}, "index.html",
    ),
    # other platforms
    "moodle-character-entity": case_12("Première", "Premi&#232;re"),
    "moodle-white-space": case_12("Première leçon", "Première\n leçon", element="title"),
    "moodle-title": case_12("Première leçon", LONG, element="item"),
    "moodle-map-info": sequenced(MAPPED.format("g"), PLAIN, element="mapInfo"),
    "moodle-prefix": case_12("adlcp:", "a:", "xmlns:adlcp", "xmlns:a", element="maxtimeallowed"),
    "moodle-base": case_12("<resources>", '<resources xml:base="./">', element="resources", good=only_12('type="webcontent"', 'type="webcontent" xml:base="./"')),
    "moodle-encoded-path": Case(
        only_12("</resource>", '<file href="a%20b.png"/></resource>') | {"a b.png": b""},
        only_12("</resource>", '<file href="a-b.png"/></resource>') | {"a-b.png": b""}, "imsmanifest.xml", "file",
    ),
    "moodle-sequencing": sequenced(RULE.format("P", "completed"), PLAIN, element="sequencingRules"),
    "several-scos": case_12(*SECOND_SCO, element="organizations"),
    "several-organizations": case_12(
        "</organizations>", '<organization identifier="O2"><title>x</title><item identifier="I2" identifierref="R1"><title>y</title></item></organization></organizations>',
        element="organizations",
    ),
    "prerequisites-ignored": case_12(
        "<adlcp:maxtime", '<adlcp:prerequisites type="aicc_script">I1</adlcp:prerequisites><adlcp:maxtime', element="item"
    ),
}  # fmt: skip
