"""Reading what a session proves: facts, board, figures."""

from lms.quality.queries.facts import SessionUnknownError, session_facts

__all__ = ["SessionUnknownError", "session_facts"]
