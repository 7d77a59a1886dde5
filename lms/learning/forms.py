"""Forms of learning."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import Length

from lms.web.forms import Form, strip


class MarkForm(Form):
    """The feedback that goes with the marks; the rubric's own fields are ``level.<criterion>``."""

    feedback = TextAreaField(
        lazy_gettext("Your answer to the learner"),
        filters=[strip],
        validators=[Length(max=8000)],
        description=lazy_gettext("What is achieved, what is to be redone, where to begin."),
    )
