"""What can be launched in a package, as plain data to keep beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scorm.model import is_external, package_path

if TYPE_CHECKING:
    from scorm.archive import SafeArchive
    from scorm.model import Manifest, Sco


def launchable_scos(manifest: Manifest, archive: SafeArchive) -> list[Sco]:
    """What can really be opened: the SCOs and assets whose start page is in the archive or at an external address.

    Empty: the package cannot be played and is refused; its conformance report says why.
    """
    found = []
    for sco in manifest.scos():
        url = sco.resource.url
        if is_external(url) or archive.find(package_path(url)) or archive.find(url):
            found.append(sco)
    return found


def package_outline(manifest: Manifest) -> dict[str, Any]:
    """``standard``, ``edition``, ``title`` and ``scos`` in reading order.

    Each SCO: ``id``, ``title``, ``url`` (relative to the package root, with parameters), ``is_sco``, ``mastery``
    (0..100 in 1.2, -1..1 in 2004, or None), ``completion_threshold`` (None unless the measure decides: 2004 4th RTE
    4.2.5), ``launch_data``, ``max_time_allowed`` and ``time_limit_action``.
    """
    return {
        "standard": manifest.standard,
        "edition": manifest.edition,
        "title": manifest.title,
        "scos": [
            {
                "id": sco.item.identifier,
                "title": sco.item.title or manifest.title,
                "url": sco.url,
                "is_sco": sco.is_sco,
                "mastery": sco.item.mastery_score if manifest.standard == "1.2" else sco.item.scaled_passing_score,
                "completion_threshold": sco.item.completion_threshold if sco.item.completed_by_measure else None,
                "launch_data": sco.item.launch_data,
                "max_time_allowed": sco.item.max_time_allowed,
                "time_limit_action": sco.item.time_limit_action,
            }
            for sco in manifest.scos()
        ],
    }
