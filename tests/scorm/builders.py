"""Small packages to test with."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

SHARED = Path(os.environ.get("BOUQUET_SHARED") or Path(__file__).parents[3] / "shared")
SAMPLES = SHARED / "samples" / "scorm"

MANIFEST_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="ORG">
    <organization identifier="ORG">
      <title>Été à la médiathèque</title>
      <item identifier="I1" identifierref="R1" parameters="?page=1">
        <title>Première leçon</title>
        <adlcp:maxtimeallowed>01:00:00</adlcp:maxtimeallowed>
        <adlcp:timelimitaction>exit,message</adlcp:timelimitaction>
        <adlcp:datafromlms>niveau=2</adlcp:datafromlms>
        <adlcp:masteryscore>80</adlcp:masteryscore>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="R1" type="webcontent" adlcp:scormtype="sco" href="index.html">
      <file href="index.html"/>
      <file href="api.js"/>
    </resource>
  </resources>
</manifest>
"""

MANIFEST_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
  xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="ORG">
    <organization identifier="ORG">
      <title>Course</title>
      <item identifier="I1" identifierref="R1">
        <title>Lesson</title>
        <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/>
        <imsss:sequencing>
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="P" satisfiedByMeasure="true">
              <imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>
            </imsss:primaryObjective>
          </imsss:objectives>
        </imsss:sequencing>
        <adlnav:presentation><adlnav:navigationInterface>
          <adlnav:hideLMSUI>continue</adlnav:hideLMSUI>
        </adlnav:navigationInterface></adlnav:presentation>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="R1" type="webcontent" adlcp:scormType="sco" href="index.html">
      <file href="index.html"/>
      <file href="api.js"/>
    </resource>
  </resources>
</manifest>
"""

PAGE = b'<!DOCTYPE html><html lang="fr"><head><title>x</title><script src="api.js"></script></head><body></body></html>'
SCRIPT_12 = b"""var a = window.API; a.LMSInitialize('');
a.LMSSetValue('cmi.core.lesson_status', 'completed'); addEventListener('pagehide', () => a.LMSFinish(''));
"""
SCRIPT_2004 = b"""var a = window.API_1484_11; a.Initialize('');
a.SetValue('cmi.completion_status', 'completed'); addEventListener('pagehide', () => a.Terminate(''));
"""


def files_12(**changes: bytes | str) -> dict[str, bytes | str]:
    """A sound SCORM 1.2 package; ``changes`` replace members (``imsmanifest_xml`` stands for imsmanifest.xml)."""
    files: dict[str, bytes | str] = {"imsmanifest.xml": MANIFEST_12, "index.html": PAGE, "api.js": SCRIPT_12}
    return files | {name.replace("_", ".", 1): content for name, content in changes.items()}


def files_2004(**changes: bytes | str) -> dict[str, bytes | str]:
    """A sound SCORM 2004 4th edition package, with changes as above."""
    files: dict[str, bytes | str] = {"imsmanifest.xml": MANIFEST_2004, "index.html": PAGE, "api.js": SCRIPT_2004}
    return files | {name.replace("_", ".", 1): content for name, content in changes.items()}


def zip_bytes(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def zip_file(folder: Path, files: dict[str, bytes | str]) -> Path:
    path = folder / "package.zip"
    path.write_bytes(zip_bytes(files))
    return path
