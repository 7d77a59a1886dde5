"""The templates' environment: Flask's, without what it looks up anew at each use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask.templating import Environment

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class PageEnvironment(Environment):
    """Templates share the globals of the application.

    Jinja lays a map of its own over them for each template, which nobody fills here and which makes every page, include and
    import copy them one by one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # -1: keep all templates; the bounded cache searches its whole queue at each use
        super().__init__(*args, **kwargs | {"cache_size": -1})

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
