"""What can be launched in a package, as plain data to keep beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scorm.model import is_external, package_path
from scorm.sequencing import activity_tree, is_sequenced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scorm.archive import SafeArchive
    from scorm.model import Item, Manifest, Sco


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
    """``standard``, ``edition``, ``title``, ``scos`` in reading order, ``contents``, ``tree`` and ``sequenced``.

    Each SCO: ``id``, ``title``, ``url`` (relative to the package root, with parameters), ``is_sco``, ``mastery``
    (0..100 in 1.2, -1..1 in 2004, or None), ``completion_threshold`` (None unless the measure decides: 2004 4th RTE
    4.2.5), ``launch_data``, ``max_time_allowed``, ``time_limit_action`` and ``prerequisites`` (1.2). ``contents`` is the table of contents: ``id``, ``title``,
    ``visible``, ``children``. ``tree`` is ``scorm.sequencing.activity_tree``, ``sequenced`` whether its author wrote
    any sequencing.
    """
    tree = activity_tree(manifest)
    limits = {node["id"]: node.get("attemptAbsoluteDurationLimit", "") for node in _walk(tree)} if tree else {}
    organization = manifest.default_organization
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
                "max_time_allowed": sco.item.max_time_allowed or limits.get(sco.item.identifier, ""),
                "time_limit_action": sco.item.time_limit_action,
                "prerequisites": sco.item.prerequisites if manifest.standard == "1.2" else "",
            }
            for sco in manifest.scos()
        ],
        "contents": [_line(item) for item in organization.items] if organization else [],
        "tree": tree,
        "sequenced": is_sequenced(manifest),
    }


def _line(item: Item) -> dict[str, Any]:
    return {
        "id": item.identifier, "title": item.title, "visible": item.isvisible,
        "children": [_line(child) for child in item.children],
    }  # fmt: skip


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from _walk(child)
