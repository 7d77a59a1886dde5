"""Finding plugins through entry points; a wrong class or a name taken twice stops the start with its reason."""

from __future__ import annotations

import sys
from abc import ABC
from importlib.metadata import entry_points
from pathlib import Path
from typing import ClassVar, TypeVar

GROUPS = {
    "activity_types": "bouquet.activity_types",
    "question_types": "bouquet.question_types",
    "exporters": "bouquet.exporters",
    "importers": "bouquet.importers",
    "reports": "bouquet.reports",
}


class PluginError(RuntimeError):
    """An installed plugin cannot be used; the message names it and says why."""


class Plugin(ABC):
    """A thing found through an entry point: one folder with its class, templates, static files and translations.

    A plugin gets plain data, never a request nor a database session, and never commits.
    """

    name: ClassVar[str]  # stable, a-z0-9_: it is written in courses and in the database
    label: ClassVar[dict[str, str]]  # by language, French and English at least
    description: ClassVar[dict[str, str]]

    @property
    def folder(self) -> Path:
        """The folder of the class: ``templates/``, ``static/`` and ``translations/`` are looked for there."""
        return Path(str(sys.modules[type(self).__module__].__file__)).parent

    def text(self, what: dict[str, str], language: str) -> str:
        """The text in this language, or in French, the first language of the house."""
        return what.get(language) or what["fr"]


P = TypeVar("P", bound=Plugin)


def load_plugins(group: str, contract: type[P]) -> dict[str, P]:
    """Return the plugins of one entry-point group by name, in alphabetical order; PluginError names what is wrong."""
    found: dict[str, P] = {}
    for entry_point in sorted(entry_points(group=group), key=lambda e: e.name):
        try:
            plugin = entry_point.load()()
        except Exception as error:
            raise PluginError(f"plugin {entry_point.value} ({group}) does not load: {error}") from error
        if not isinstance(plugin, contract):
            raise PluginError(f"plugin {entry_point.value} ({group}) is not a {contract.__name__}")
        if plugin.name in found:
            raise PluginError(f"two plugins of {group} are named {plugin.name!r}")
        for attribute in ("label", "description"):
            if not {"fr", "en"} <= set(getattr(plugin, attribute, {})):
                raise PluginError(f"plugin {entry_point.value} ({group}) needs a French and an English {attribute}")
        found[plugin.name] = plugin
    return found
