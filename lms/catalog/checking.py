"""From the files of a draft to activities that can be shown, or to every problem that prevents it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from courses.check import check_files
from courses.loader import load_course
from courses.model import PluginContent
from courses.problems import Problem, has_errors
from lms.contracts import Refusal
from scorm.messages import ScormError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.check import Known
    from courses.model import Activity, Course
    from lms.contracts import ActivityType


class CourseError(ValueError):
    """A course that cannot be created or published; ``problems`` says why, where and what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems if problem.severity == "error"))
        self.problems = problems


def read_draft(files: Mapping[str, bytes], known: Known) -> tuple[Course, tuple[Problem, ...]]:
    """The model of a draft and what may be improved in it; CourseError when an error stops the publication.

    ``known`` says whether a framework has the item that a reference names.
    """
    course = load_course(files).course
    problems = check_files(files, known)
    if course is None or has_errors(problems):
        raise CourseError(problems)
    return course, problems


def prepare_activities(
    course: Course, files: Mapping[str, bytes], activity_types: Mapping[str, ActivityType]
) -> dict[str, dict[str, Any]]:
    """What each activity's type makes of it, by activity id; CourseError names those that cannot be."""
    prepared: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for activity in course.activities:
        try:
            prepared[activity.id] = prepare_activity(activity, course, files, activity_types)
        except CourseError as error:
            problems += error.problems
    if problems:
        raise CourseError(tuple(problems))
    return prepared


def prepare_activity(
    activity: Activity, course: Course, files: Mapping[str, bytes], activity_types: Mapping[str, ActivityType]
) -> dict[str, Any]:
    """One activity ready to be shown; CourseError when its kind is not installed or its content is refused."""
    kind = activity_types.get(activity.kind)
    if kind is None:
        raise CourseError((_unknown_kind(activity, sorted(activity_types)),))
    try:
        if isinstance(activity.content, PluginContent):  # only its plugin knows what its settings must be
            activity = replace(activity, content=PluginContent(kind.settings_from(activity.content.settings)))
        return kind.prepare(activity, course, files)
    except Refusal as error:
        message = {"fr": error.fr, "en": error.en}
    except ScormError as error:
        message = {"fr": error.fr, "en": error.text("en")}
    raise CourseError((Problem("activity-refused", "error", activity.place, message, {"fr": "", "en": ""}),))


def _unknown_kind(activity: Activity, known: list[str]) -> Problem:
    return Problem(
        "activity-kind-unknown",
        "error",
        activity.place,
        {
            "fr": f"Le type d'activité « {activity.kind} » n'est pas installé ici.",
            "en": f"The kind of activity “{activity.kind}” is not installed here.",
        },
        {
            "fr": f"Choisissez parmi : {', '.join(known)}.",
            "en": f"Choose among: {', '.join(known)}.",
        },
    )
