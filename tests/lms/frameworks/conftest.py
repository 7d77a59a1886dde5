from tests.lms.quality.conftest import count_statements

__all__ = ["count_statements"]
