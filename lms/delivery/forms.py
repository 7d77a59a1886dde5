"""Forms of delivery."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional

from lms.web.forms import ZONE, After, Form, InstantField, ManyField, TextField, choices, strip

MODALITIES = [("on_site", _l("On site")), ("remote", _l("Remote"))]


class SessionForm(Form):
    version_id = SelectField(
        _l("Course"), description=_l("The published version that this group will follow."), validators=[DataRequired()]
    )
    title = TextField(
        _l("Title"), description=_l("The same words on every document."), validators=[DataRequired(), Length(max=300)]
    )
    reference = TextField(
        _l("Reference"), description=_l("Short, unique in the hub: for example 2026-04-LYON."),
        validators=[DataRequired(), Length(max=40)],
    )  # fmt: skip
    starts_on = DateField(_l("First day"), validators=[DataRequired()])
    ends_on = DateField(_l("Last day"), validators=[DataRequired(), After("starts_on")])
    place = TextField(_l("Place"), description=_l("Name and postal address."), validators=[Length(max=300)])
    access_notes = TextAreaField(
        _l("How to come"), description=_l("Transport, step-free access, what to bring."), validators=[Length(max=2000)],
        filters=[strip],
    )  # fmt: skip
    capacity = IntegerField(
        _l("Number of places"),
        description=_l("0: no limit."),
        default=0,
        validators=[InputRequired(), NumberRange(0, 5000)],
    )
    funder = TextField(_l("Funder"), validators=[Length(max=200)])
    trainers = ManyField(_l("Trainers"))
    lead_id = SelectField(_l("Training lead"))


class HalfDayForm(Form):
    title = TextField(_l("Title"), validators=[DataRequired(), Length(max=300)])
    day = DateField(_l("Date"), validators=[DataRequired()])
    start = TimeField(_l("Starts at"), validators=[DataRequired()])
    end = TimeField(_l("Ends at"), validators=[DataRequired()])
    modality = RadioField(
        _l("How it is held"), choices=choices(MODALITIES), default="on_site", validators=[InputRequired()]
    )
    place = TextField(_l("Place"), description=_l("Empty: the place of the session."), validators=[Length(max=300)])
    join_url = URLField(
        _l("Link of the call"), description=_l("Learners see it 15 minutes before the start."),
        validators=[Length(max=500)], filters=[strip],
    )  # fmt: skip
    trainer_id = SelectField(_l("Trainer of this half-day"), description=_l("Empty: the trainers of the session."))

    def values(self) -> dict[str, Any]:
        """The fields as the service wants them."""
        starts_at, ends_at = span(self.day.data, self.start.data, self.end.data)
        return {
            "title": self.title.data, "starts_at": starts_at, "ends_at": ends_at, "modality": self.modality.data,
            "place": self.place.data or "", "join_url": self.join_url.data or "",
        }  # fmt: skip


def span(day: Any, start: Any, end: Any) -> tuple[datetime, datetime]:
    """A day and two times of the installation's zone as instants."""
    return tuple(datetime.combine(day, moment, ZONE).astimezone(UTC) for moment in (start, end))  # type: ignore[return-value]


class ProposedForm(PlainForm):
    """One proposed half-day: kept or not, its day and hours to correct."""

    activity_key = HiddenField(validators=[DataRequired(), Length(max=64)])
    keep = BooleanField(_l("Add it to the calendar"), default=True)
    day = DateField(_l("Date"), validators=[DataRequired()])
    start = TimeField(_l("Starts at"), validators=[DataRequired()])
    end = TimeField(_l("Ends at"), validators=[DataRequired()])


class ProposedHalfDaysForm(Form):
    half_days = FieldList(FormField(ProposedForm))


class DeadlineForm(PlainForm):
    """When one activity is due; empty: no deadline."""

    activity_key = HiddenField(validators=[DataRequired(), Length(max=64)])
    due_at = InstantField(_l("To do before"), validators=[Optional()])


class DeadlinesForm(Form):
    deadlines = FieldList(FormField(DeadlineForm))


class LearnerForm(Form):
    email = EmailField(_l("Email address"), validators=[DataRequired(), Email(), Length(max=320)], filters=[strip])
    given_name = TextField(_l("First name"), validators=[DataRequired(), Length(max=80)])
    family_name = TextField(_l("Last name"), validators=[DataRequired(), Length(max=80)])
    employer = TextField(_l("Employer"), validators=[Length(max=200)])
    job_title = TextField(_l("Job"), validators=[Length(max=200)])


class RosterForm(Form):
    file = FileField(
        _l("CSV file"), description=_l("UTF-8 or Windows, separated by semicolons, commas or tabs; 2,000 lines at most."),
        validators=[FileRequired()],
    )  # fmt: skip


class LeaveForm(Form):
    status = RadioField(
        _l("What happened"), validators=[InputRequired()],
        choices=choices([("cancelled", _l("Cancelled before starting")), ("dropped", _l("Left on the way"))]),
    )  # fmt: skip
    reason = TextField(
        _l("Reason"),
        description=_l("Only what is needed for the file; nothing about health."),
        validators=[Length(max=200)],
    )


class AbsenceForm(Form):
    reason = TextField(
        _l("Reason of the absence"),
        description=_l("As it was told to you; nothing about health."),
        validators=[Length(max=200)],
    )


class MissedForm(Form):
    minutes = IntegerField(_l("Minutes missed"), validators=[InputRequired(), NumberRange(0, 720)])
    reason = TextField(_l("Reason"), description=_l("Came late, left early…"), validators=[Length(max=200)])


class SignatureForm(Form):
    signature = HiddenField()
    code = HiddenField()
    via = HiddenField()


class CodeForm(Form):
    code = TextField(
        _l("Code"), description=_l("8 letters and digits, in capitals or not."), validators=[DataRequired(), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )  # fmt: skip


class JoinForm(Form):
    given_name = TextField(
        _l("First name"), validators=[DataRequired(), Length(max=80)], render_kw={"autocomplete": "given-name"}
    )
    family_name = TextField(
        _l("Last name"), validators=[DataRequired(), Length(max=80)], render_kw={"autocomplete": "family-name"}
    )
    email = EmailField(
        _l("Email address"), validators=[DataRequired(), Email(), Length(max=320)], filters=[strip],
        render_kw={"autocomplete": "email"},
    )  # fmt: skip
