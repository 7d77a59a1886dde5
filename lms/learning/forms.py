"""Forms of learning."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.web.forms import Form, strip


class MarkForm(Form):
    """The feedback that goes with the marks; the rubric's own fields are ``level.<criterion>``."""

    feedback = TextAreaField(
        lazy_gettext("Your answer to the learner"),
        filters=[strip],
        validators=[Length(max=8000)],
        description=lazy_gettext("What is achieved, what is to be redone, where to begin."),
    )


class BringForm(Form):
    """The file that offline pages gave."""

    file = FileField(
        lazy_gettext("Results file"),
        description=lazy_gettext("Its name begins with “resultat-” and ends with “.json”; look in your downloads."),
        validators=[FileRequired(message=lazy_gettext("Choose a file first."))],
    )


class BringForForm(BringForm):
    """The same, for a learner of the session."""

    learner = SelectField(
        lazy_gettext("Whose results are they?"),
        description=lazy_gettext("The file holds no name: make sure of whose it is."),
        validators=[DataRequired(message=lazy_gettext("Choose a learner."))],
    )
