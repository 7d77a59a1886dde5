"""Profiles of people, and what courses do for each competency."""

from lms.competencies.queries.coverage import (
    CourseUse,
    CoverageRow,
    FrameworkCoverage,
    course_coverage,
    list_course_uses,
)
from lms.competencies.queries.profiles import (
    EvidenceRow,
    GroupProfile,
    ItemProfile,
    KindLevel,
    Profile,
    get_learner,
    get_profile,
    list_evidence,
)

__all__ = [
    "CourseUse",
    "CoverageRow",
    "EvidenceRow",
    "FrameworkCoverage",
    "GroupProfile",
    "ItemProfile",
    "KindLevel",
    "Profile",
    "course_coverage",
    "get_learner",
    "get_profile",
    "list_course_uses",
    "list_evidence",
]
