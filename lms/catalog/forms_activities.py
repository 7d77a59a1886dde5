"""Forms of activities: what each kind lets its author set."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FloatField,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.catalog.forms import AreaField, CheckboxListField, PickField, RefsField, _plain_breaks
from lms.web.forms import Form, TextField
from lms.web.forms import choices as pairs

PURPOSES = (
    ("practice", _l("Practice: to learn")),
    ("positioning", _l("Positioning: where one stands before")),
    ("final", _l("Final: what was learned")),
)
FEEDBACK = (
    ("immediate", _l("after each answer")),
    ("end", _l("at the end")),
    ("none", _l("never")),
)
QUESTION_TYPES = (
    ("single", _l("One right choice")),
    ("multiple", _l("Several right choices")),
    ("ordering", _l("Put in order")),
    ("matching", _l("Match in pairs")),
    ("numeric", _l("A number")),
    ("text", _l("A word or a short text")),
)
LEVELS = (
    ("", _l("Not said")),
    ("1", _l("1. Remember")),
    ("2", _l("2. Understand")),
    ("3", _l("3. Apply")),
    ("4", _l("4. Analyse")),
    ("5", _l("5. Evaluate")),
    ("6", _l("6. Create")),
)
ITEM_TYPES = (
    ("scale", _l("Scale from 1 to 5")),
    ("nps", _l("Recommendation from 0 to 10")),
    ("single", _l("One choice")),
    ("multiple", _l("Several choices")),
    ("text", _l("Free text")),
)
SURVEY_PURPOSES = (
    ("hot", _l("At the end of the session")),
    ("cold", _l("Some months later")),
    ("positioning", _l("Before the session")),
    ("trainer", _l("To the trainers")),
    ("employer", _l("To the employers")),
    ("funder", _l("To the funders")),
)


class Percent(FloatField):  # type: ignore[misc]
    """A share 0..1 of the model, shown and typed as a number from 0 to 100."""

    def process_data(self, value: Any) -> None:
        self.data = None if value is None else round(float(value) * 100, 2)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([value.replace(",", ".") for value in valuelist])

    @property
    def share(self) -> float:
        return round((self.data or 0) / 100, 4)


class Number(FloatField):  # type: ignore[misc]
    """A number with a point or a comma."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([value.replace(",", ".").replace("\N{NO-BREAK SPACE}", "") for value in valuelist])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"


class ActivityForm(Form):
    """What every activity has."""

    revision = HiddenField()
    title = TextField(_l("Title"), validators=[InputRequired(), Length(max=200)])
    minutes = IntegerField(_l("Minutes"), validators=[Optional(), NumberRange(0, 10_000)])
    required = BooleanField(_l("Everybody must do it"))
    objectives = CheckboxListField(_l("Objectives of the course"), choices=[])
    competencies = RefsField(_l("Competencies"))


class PageForm(ActivityForm):
    body = TextAreaField(_l("Text of the page"), validators=[Length(max=500_000)], filters=[_plain_breaks])


class ChoiceForm(PlainForm):  # type: ignore[misc]
    id = HiddenField()
    text = AreaField(_l("Text"), validators=[Length(max=2000)])
    correct = BooleanField(_l("right"))
    match = AreaField(_l("Goes with"), validators=[Length(max=2000)])
    feedback = AreaField(_l("Said when it is chosen"), validators=[Length(max=4000)])


class QuestionForm(PlainForm):  # type: ignore[misc]
    id = HiddenField()
    type = HiddenField()
    prompt = AreaField(_l("Question"), validators=[Length(max=8000)])
    choices = FieldList(FormField(ChoiceForm), max_entries=40)
    value = Number(_l("Right number"), validators=[Optional()])
    tolerance = Number(_l("Give or take"), validators=[Optional(), NumberRange(min=0)])
    unit = TextField(_l("Unit"), validators=[Length(max=40)])
    accepted = AreaField(
        _l("Accepted answers"),
        description=_l("One a line; case, accents and punctuation do not count."),
        validators=[Length(max=4000)],
    )
    feedback_correct = AreaField(_l("Said when it is right"), validators=[Length(max=4000)])
    feedback_incorrect = AreaField(_l("Said when it is wrong"), validators=[Length(max=4000)])
    hint = AreaField(_l("Hint"), validators=[Length(max=2000)])
    points = Number(_l("Points"), validators=[Optional(), NumberRange(0, 1000)])
    objective = PickField(_l("Objective"), choices=[])
    level = SelectField(_l("What it asks of the mind"), choices=pairs(LEVELS), validate_choice=False)
    pair = TextField(
        _l("Same thing measured before and after"), description=_l("The same word on the positioning question and on the final one (“pair” in the source)."),
        validators=[Length(max=64)],
    )  # fmt: skip
    competencies = RefsField(_l("Competencies it assesses"))


class QuizForm(ActivityForm):
    purpose = SelectField(_l("What it is for"), choices=pairs(PURPOSES))
    intro = AreaField(_l("Introduction"), validators=[Length(max=8000)])
    pass_score = Percent(_l("Passed from (%)"), validators=[Optional(), NumberRange(0, 100)])
    max_attempts = IntegerField(
        _l("Tries allowed"), description=_l("0: as many as one wants."), validators=[Optional(), NumberRange(0, 100)]
    )
    feedback = SelectField(_l("Explanations are shown"), choices=pairs(FEEDBACK))
    shuffle = BooleanField(_l("Questions in another order each time"))
    allow_dont_know = BooleanField(_l("“I don't know” can be answered"))
    questions = FieldList(FormField(QuestionForm), max_entries=200)


class LevelForm(PlainForm):  # type: ignore[misc]
    id = HiddenField()
    label = TextField(_l("Level"), validators=[Length(max=120)])
    description = AreaField(_l("What one sees"), validators=[Length(max=2000)])
    points = Number(_l("Points"), validators=[Optional(), NumberRange(0, 1000)])


class CriterionForm(PlainForm):  # type: ignore[misc]
    id = HiddenField()
    title = TextField(_l("What is looked at"), validators=[Length(max=300)])
    competencies = RefsField(_l("Competencies it assesses"))
    levels = FieldList(FormField(LevelForm), max_entries=12)


class AssignmentForm(ActivityForm):
    deliverable = RadioField(
        _l("What is handed in"),
        choices=pairs((("file_or_text", _l("a file or a text")), ("file", _l("a file")), ("text", _l("a text")))),
    )
    instructions = TextAreaField(_l("Instructions"), validators=[Length(max=100_000)], filters=[_plain_breaks])
    pass_score = Percent(_l("Passed from (%)"), validators=[Optional(), NumberRange(0, 100)])
    criteria = FieldList(FormField(CriterionForm), max_entries=40)


class OptionForm(PlainForm):  # type: ignore[misc]
    id = HiddenField()
    text = TextField(_l("Choice"), validators=[Length(max=500)])


class ItemForm(PlainForm):  # type: ignore[misc]
    id = HiddenField()
    type = HiddenField()
    text = AreaField(_l("Question"), validators=[Length(max=2000)])
    options = FieldList(FormField(OptionForm), max_entries=40)
    low = TextField(_l("Words at 1"), validators=[Length(max=120)])
    high = TextField(_l("Words at 5"), validators=[Length(max=120)])
    required = BooleanField(_l("An answer is needed"))
    opt_out = BooleanField(_l("“Don't know” and “not concerned” are offered"))
    indicator = TextField(
        _l("Indicator it feeds"), description=_l("For example satisfaction or recommandation: the same word in all your questionnaires."),
        validators=[Length(max=64)],
    )  # fmt: skip


class SurveyForm(ActivityForm):
    purpose = SelectField(_l("When and to whom"), choices=[], validate_choice=False)
    anonymous = BooleanField(_l("Answers carry no name"))
    intro = AreaField(_l("Introduction"), validators=[Length(max=8000)])
    items = FieldList(FormField(ItemForm), max_entries=100)


class LiveSessionForm(ActivityForm):
    modality = RadioField(_l("Where"), choices=pairs((("on_site", _l("on site")), ("remote", _l("remote")))))
    before = TextAreaField(_l("To read before"), validators=[Length(max=100_000)], filters=[_plain_breaks])
    plan = TextAreaField(
        _l("The trainer's running sheet"),
        description=_l("Never shown to learners."),
        validators=[Length(max=100_000)],
        filters=[_plain_breaks],
    )
    materials = AreaField(_l("What to bring"), description=_l("One a line."), validators=[Length(max=8000)])


class PackageActivityForm(ActivityForm):
    """A SCORM package: only what every activity has."""
