"""How often the same address may ask for some pages: those where guessing or flooding would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from flask_limiter import Limiter

if TYPE_CHECKING:
    from flask import Blueprint


class BlueprintLimiter(Limiter):
    """A limiter of whole blueprints; the pages of all others pass without its bookkeeping, a twentieth of their time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limited: set[str] = set()

    def limit_blueprint(self, blueprint: Blueprint, limits: str, *, methods: list[str] | None = None) -> None:
        """Allow so many requests of one address to these pages: ``"20 per minute;200 per hour"``."""
        self._limited.add(blueprint.name)
        self.limit(limits, methods=methods)(blueprint)

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:  # noqa: FBT001, FBT002 - as inherited
        if callable_name is not None or request.blueprint in self._limited:
            super()._check_request_limit(callable_name, in_middleware)
