"""Forms of courses: creation, facts, modules, publication, import."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    widgets,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Length

from competency_frameworks.model import ItemRef
from lms.web.forms import Form, TextField, choices, strip

LANGUAGES = (("fr", _l("French")), ("en", _l("English")))
LICENCES = (
    ("CC-BY-SA-4.0", _l("CC BY-SA 4.0: reuse with credit, same licence")),
    ("CC-BY-4.0", _l("CC BY 4.0: reuse with credit")),
    ("CC-BY-NC-SA-4.0", _l("CC BY-NC-SA 4.0: no commercial use")),
    ("CC0-1.0", _l("CC0: no condition")),
    ("LicenseRef-all-rights-reserved", _l("All rights reserved")),
)
KINDS = (
    ("page", _l("Page"), "file-text"),
    ("quiz", _l("Quiz"), "checkbox"),
    ("assignment", _l("Work to hand in"), "writing"),
    ("survey", _l("Questionnaire of opinion"), "message-question"),
    ("live_session", _l("Half-day together"), "users"),
)


class AreaField(TextAreaField):
    """Several lines, their ends cleaned and their line breaks made plain."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=(strip, _plain_breaks), **kwargs)


def _plain_breaks(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").replace("\r", "\n")


class CheckboxListField(SelectMultipleField):
    """Boxes to tick; what is posted and not offered is passed over."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validate_choice=False, **kwargs)

    def chosen(self) -> tuple[str, ...]:
        offered = {str(choice.value if hasattr(choice, "value") else choice[0]) for choice in self.choices or ()}
        return tuple(value for value in self.data or () if value in offered)


class RefsField(Field):
    """Competencies chosen by search; ``data`` is a tuple of ItemRef."""

    def process_data(self, value: Any) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        refs = []
        for text in valuelist[:60]:
            try:
                refs.append(ItemRef.parse(str(text)[:200]))
            except ValueError:
                continue
        self.data = tuple(dict.fromkeys(refs))


class PickField(SelectField):
    """A choice in a list made for the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validate_choice=False, **kwargs)
        self.type = "SelectField"  # drawn as one


class NewCourseForm(Form):
    title = TextField(_l("Title of the course"), validators=[DataRequired(), Length(max=200)])
    language = SelectField(_l("Language"), choices=choices(LANGUAGES))
    start = RadioField(
        _l("Begin with"),
        choices=choices(
            (("guided", _l("an example to replace: a module, a page, a quiz")), ("blank", _l("an empty page")))
        ),
        default="guided",
    )


class ObjectiveForm(PlainForm):
    id = HiddenField()
    text = TextField(_l("What one can do afterwards, with a verb that can be observed"), validators=[Length(max=400)])
    competencies = RefsField(_l("Competencies"))


class FactsForm(Form):
    revision = HiddenField()
    title = TextField(_l("Title of the course"), validators=[DataRequired(), Length(max=200)])
    language = SelectField(_l("Language"), choices=choices(LANGUAGES), validate_choice=False)
    summary = AreaField(
        _l("Summary"),
        description=_l("One paragraph: what one can do at the end, and why it matters."),
        validators=[Length(max=4000)],
    )
    audience = AreaField(
        _l("For whom"), description=_l("People and their situation, not a category."), validators=[Length(max=4000)]
    )
    prerequisites = AreaField(_l("What one must be able to do before"), validators=[Length(max=4000)])
    methods = AreaField(_l("How one learns"), validators=[Length(max=4000)])
    assessment = AreaField(_l("How learning is assessed"), validators=[Length(max=4000)])
    accessibility = AreaField(_l("What is adapted, and whom to ask"), validators=[Length(max=4000)])
    licence = SelectField(_l("Licence"), choices=[], validate_choice=False)
    authors = AreaField(
        _l("Authors"), description=_l("One a line: people or organisations."), validators=[Length(max=4000)]
    )
    objectives = FieldList(FormField(ObjectiveForm), max_entries=60)


class ModuleForm(Form):
    title = TextField(_l("Title of the module"), validators=[DataRequired(), Length(max=200)])
    summary = AreaField(
        _l("Summary"), description=_l("One or two sentences: what this module brings."), validators=[Length(max=2000)]
    )
    objectives = CheckboxListField(_l("Objectives of the course it works on"), choices=[])
    requires = CheckboxListField(
        _l("Modules to finish first"),
        description=_l(
            "In a package, learners are told so; in SCORM 2004 by module the platform holds this one back until then."
        ),
        choices=[],
    )


class NewActivityForm(Form):
    module = PickField(_l("In the module"), choices=[])
    kind = SelectField(_l("Kind of activity"), choices=choices([(kind, label) for kind, label, _icon in KINDS]))
    title = TextField(_l("Title"), validators=[DataRequired(), Length(max=200)])


class SourceForm(Form):
    revision = HiddenField()
    text = TextAreaField(_l("Source"), validators=[Length(max=1_000_000)], filters=[_plain_breaks])


class PublishForm(Form):
    notes = AreaField(
        _l("What changes"),
        description=_l("A sentence for those who will read the history of versions."),
        validators=[Length(max=2000)],
    )


class UploadForm(Form):
    file = FileField(_l("File"), validators=[FileRequired(message=_l("Choose a file first."))])


class ImportForm(Form):
    as_copy = RadioField(
        _l("This course is in your hub already"),
        choices=choices(
            (
                ("copy", _l("Make a separate copy of it")),
                ("update", _l("Replace its draft (what it held can be brought back)")),
            )
        ),
        default="copy",
        validate_choice=False,
    )


class PackageForm(Form):
    course = PickField(_l("In the course"), choices=[], validators=[DataRequired()])
    module = PickField(_l("In the module"), choices=[], validators=[DataRequired()])
    title = TextField(_l("Title"), validators=[DataRequired(), Length(max=200)])


class ShareForm(Form):
    shared = BooleanField(_l("Offer this course to the other hubs"))
