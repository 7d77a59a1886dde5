"""What answers and evidence say of a session: the same figures for screens, exports, reports and proofs."""

from lms.evaluations.queries.competencies import CompetencyFigure, Progression, competency_figures, progression
from lms.evaluations.queries.questions import ChoiceCount, QuestionFigure, question_figures
from lms.evaluations.queries.surveys import ItemFigure, SurveyFigure, ValueCount, survey_figures
from lms.evaluations.queries.texts import list_questions, list_surveys

__all__ = [
    "ChoiceCount",
    "CompetencyFigure",
    "ItemFigure",
    "Progression",
    "QuestionFigure",
    "SurveyFigure",
    "ValueCount",
    "competency_figures",
    "list_questions",
    "list_surveys",
    "progression",
    "question_figures",
    "survey_figures",
]
