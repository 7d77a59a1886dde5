"""What a version says of itself: enough for the programme, the player and the documents, without reading its files."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from courses.model import Course


def course_facts(course: Course) -> dict[str, Any]:
    """Plain data: audience, prerequisites, methods, assessment, accessibility, licence, authors, language, summary,
    frameworks (``[id, version]`` by alias), objectives (id, text, competencies), modules (id, title, summary, minutes,
    objectives), glossary (id, term, definition), sources (title, author, year, url, licence), minutes.
    """
    return {
        "key": course.id,
        "language": course.language,
        "summary": course.summary,
        "audience": course.audience,
        "prerequisites": course.prerequisites,
        "methods": course.methods,
        "assessment": course.assessment,
        "accessibility": course.accessibility,
        "licence": course.licence,
        "authors": list(course.authors),
        "frameworks": {alias: list(framework) for alias, framework in course.frameworks.items()},
        "objectives": [
            {"id": one.id, "text": one.text, "competencies": [str(ref) for ref in one.competencies]}
            for one in course.objectives
        ],
        "modules": [
            {
                "id": module.id,
                "title": module.title,
                "summary": module.summary,
                "minutes": module.minutes,
                "objectives": list(module.objectives),
            }
            for module in course.modules
        ],
        "glossary": [asdict(term) for term in course.glossary],
        "sources": [asdict(source) for source in course.sources],
        "minutes": course.minutes,
    }
