from tests.lms.evaluations.conftest import run, statements

__all__ = ["run", "statements"]
