"""Forms of quality."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.web.forms import Form, TextField, choices, strip

STATUSES = (
    ("open", _l("to be dealt with")), ("doing", _l("under way")), ("done", _l("done")), ("dropped", _l("given up")),
)  # fmt: skip


class ReasonForm(Form):
    """Names leave with a reason, which is recorded."""

    reason = TextField(
        _l("Why names are needed"),
        description=_l("It is recorded with your name and today’s date."),
        validators=[DataRequired(), Length(min=5, max=300)],
    )


class PackForm(Form):
    audit_on = DateField(
        _l("Day of the audit"), description=_l("It decides which version of the quality framework applies."),
        validators=[DataRequired()],
    )  # fmt: skip
    reason = TextField(
        _l("Add names and certificates, because"),
        description=_l("Leave empty to keep pseudonyms only. A reason is recorded with your name."),
        validators=[Optional(), Length(min=5, max=300)],
    )


class ImprovementForm(Form):
    finding = TextAreaField(
        _l("What was seen"), description=_l("The fact, in one or two sentences."),
        validators=[DataRequired(), Length(max=2000)], filters=[strip],
    )  # fmt: skip
    cause = TextAreaField(_l("Why, as far as you know"), validators=[Optional(), Length(max=2000)], filters=[strip])
    action = TextAreaField(_l("What will be done"), validators=[Optional(), Length(max=2000)], filters=[strip])
    owner_id = SelectField(_l("In charge"), validators=[Optional()])
    due_on = DateField(_l("By"), validators=[Optional()])


class ImprovementEditForm(ImprovementForm):
    status = SelectField(_l("Status"), choices=choices(STATUSES), validators=[DataRequired()])
    proof = TextAreaField(
        _l("Proof that it was done"), description=_l("A link, a document, a date: what an auditor could look at."),
        validators=[Optional(), Length(max=2000)], filters=[strip],
    )  # fmt: skip


class MeasureForm(Form):
    session_id = SelectField(_l("On which later session"), validators=[DataRequired()])


class VerifyForm(Form):
    """Sent by GET: nothing changes, nobody is signed in."""

    class Meta(Form.Meta):
        csrf = False

    e = TextField(
        _l("Digest printed on the document"), description=_l("The first twelve signs, beside the number."),
        validators=[DataRequired(), Length(max=64)],
    )  # fmt: skip
