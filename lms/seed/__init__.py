"""The demo: two hubs, real courses, and a season played through the real services with a fixed seed."""

from __future__ import annotations

from lms.seed.season import seed_demo

__all__ = ["seed_demo"]
