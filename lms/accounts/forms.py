"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, HiddenField, PasswordField, SelectField
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length, Optional

from lms.web.forms import Form, ManyField, TextField, choices, strip

PASSWORD_LENGTH = 12


class SignInForm(Form):
    email = EmailField(
        _l("Email address"), validators=[DataRequired(), Length(max=320)], filters=[strip],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )  # fmt: skip
    password = PasswordField(
        _l("Password"), validators=[DataRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class CodeForm(Form):
    code = TextField(
        _l("6-digit code"), description=_l("Shown by your authentication app."), validators=[DataRequired(), Length(max=10)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )  # fmt: skip


class AskResetForm(Form):
    email = EmailField(
        _l("Email address"), validators=[DataRequired(), Email(), Length(max=320)], filters=[strip],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )  # fmt: skip


class NewPasswordForm(Form):
    password = PasswordField(
        _l("New password"),
        description=_l("At least 12 characters. Three or four words in a row make a good one."),
        validators=[DataRequired(), Length(min=PASSWORD_LENGTH, max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same, once more"),
        validators=[DataRequired(), EqualTo("password", message=_l("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Present password"), validators=[DataRequired()], render_kw={"autocomplete": "current-password"}
    )


class ProfileForm(Form):
    given_name = TextField(
        _l("First name"), validators=[DataRequired(), Length(max=80)], render_kw={"autocomplete": "given-name"}
    )
    family_name = TextField(
        _l("Last name"), validators=[DataRequired(), Length(max=80)], render_kw={"autocomplete": "family-name"}
    )
    locale = SelectField(_l("Language"), choices=choices([("fr", "Français"), ("en", "English")]))


class ConsentForm(Form):
    terms = BooleanField(
        _l("I have read how my data is used and accept the terms of use."), validators=[InputRequired()]
    )
    cold_survey = BooleanField(
        _l("I agree to be contacted two to three months after the training to say what I use of it.")
    )


class EraseForm(Form):
    confirmation = EmailField(
        _l("Type your email address to confirm"),
        validators=[DataRequired()],
        filters=[strip],
        render_kw={"autocomplete": "off"},
    )


ROLE_CHOICES = [
    ("learner", _l("Learner")),
    ("trainer", _l("Trainer")),
    ("lead", _l("Training lead")),
    ("hub_admin", _l("Hub administrator")),
    ("auditor", _l("Auditor (read only, until a date)")),
]


class MemberForm(Form):
    email = EmailField(_l("Email address"), validators=[DataRequired(), Email(), Length(max=320)], filters=[strip])
    given_name = TextField(_l("First name"), validators=[DataRequired(), Length(max=80)])
    family_name = TextField(_l("Last name"), validators=[DataRequired(), Length(max=80)])
    roles = ManyField(
        _l("What this person does in the hub"), choices=choices(ROLE_CHOICES),
        validators=[InputRequired(message=_l("Choose at least one role."))],
    )  # fmt: skip
    expires_on = DateField(
        _l("Access until"), description=_l("Needed for an auditor; empty for the others."), validators=[Optional()]
    )
