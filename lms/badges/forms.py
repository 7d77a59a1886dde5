"""Forms of badges."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from lms.catalog.forms import RefsField
from lms.web.forms import Form, TextField, choices, strip


class BadgeForm(Form):
    name = TextField(_l("Name of the badge"), validators=[DataRequired(), Length(max=60)])
    description = TextAreaField(
        _l("What it attests"), description=_l("One or two sentences, for somebody who hires or funds."),
        validators=[DataRequired(), Length(max=1000)], filters=[strip],
    )  # fmt: skip
    criteria = TextAreaField(
        _l("How it is earned"), description=_l("What a person has to do and to show."),
        validators=[DataRequired(), Length(max=2000)], filters=[strip],
    )  # fmt: skip
    language = SelectField(
        _l("Language of the badge"),
        choices=choices([("fr", _l("French")), ("en", _l("English"))]),
        validators=[DataRequired()],
    )
    refs = RefsField(_l("Competencies it stands for"))
    threshold = IntegerField(
        _l("Share to be shown, in %"), description=_l("Of what final test and course work asked, for each competency."),
        default=70, validators=[InputRequired(), NumberRange(1, 100)],
    )  # fmt: skip
    least_items = IntegerField(
        _l("On how many questions or criteria at least"),
        description=_l("A level that rests on one question proves little."),
        default=3, validators=[InputRequired(), NumberRange(1, 100)],
    )  # fmt: skip
    needed = IntegerField(
        _l("How many of the competencies"), description=_l("Leave empty for all of them."),
        validators=[Optional(), NumberRange(1, 60)],
    )  # fmt: skip

    def validate_refs(self, field: RefsField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one competency: a badge that stands for none proves nothing."))

    def validate_needed(self, field: IntegerField) -> None:
        if field.data and self.refs.data and field.data > len(self.refs.data):
            raise ValidationError(_("The badge has fewer competencies than that."))


class WithdrawForm(Form):
    because = TextField(
        _l("Why it is withdrawn"), description=_l("Kept in the record; not shown to the public."),
        validators=[DataRequired(), Length(min=5, max=300)],
    )  # fmt: skip


class CheckForm(Form):
    file = FileField(_l("Image of the badge (SVG or PNG)"))
    credential = TextAreaField(_l("Or its text"), filters=[strip], validators=[Optional(), Length(max=100_000)])
