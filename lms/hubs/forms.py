"""Forms of hubs."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import ColorField, EmailField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional, Regexp, ValidationError

from lms.hubs.colours import contrast
from lms.web.forms import Form, TextField, strip

PAPER = "#FBFAF7"


class HubForm(Form):
    name = TextField(_l("Name of the hub"), validators=[DataRequired(), Length(max=120)])
    accent = ColorField(_l("Accent colour"), description=_l("Buttons and links. It must stay readable on paper white."))
    contact_email = EmailField(
        _l("Contact address"), validators=[Optional(), Email(), Length(max=320)], filters=[strip]
    )
    accessibility_contact = EmailField(
        _l("Accessibility and disability contact"), validators=[Optional(), Email(), Length(max=320)], filters=[strip]
    )
    legal_name = TextField(_l("Legal name of the organisation"), validators=[Length(max=200)])
    address = TextAreaField(_l("Postal address"), validators=[Length(max=500)], filters=[strip])
    siret = TextField(_l("SIRET number"), validators=[Optional(), Regexp(r"^[0-9 ]{14,18}$", message=_l("14 digits."))])
    activity_number = TextField(_l("Activity declaration number (NDA)"), validators=[Length(max=20)])
    representative = TextField(_l("Legal representative, who signs the documents"), validators=[Length(max=120)])

    def validate_accent(self, field: Any) -> None:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", field.data or ""):
            raise ValidationError(gettext("A colour like #0F5C63."))
        ratio = contrast(field.data, PAPER)
        if ratio < 4.5:
            raise ValidationError(
                gettext(
                    "This colour is too pale: its contrast is %(ratio)s, at least 4.5 is needed. Darken it.",
                    ratio=f"{ratio:.1f}",
                )
            )


class NewHubForm(Form):
    name = TextField(_l("Name of the hub"), validators=[DataRequired(), Length(max=120)])
    slug = TextField(
        _l("Short name in addresses"), description=_l("Small letters, digits and hyphens."),
        validators=[DataRequired(), Regexp(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", message=_l("Small letters, digits and hyphens only."))],
    )  # fmt: skip
    admin_email = EmailField(
        _l("Address of its first administrator"), validators=[DataRequired(), Email()], filters=[strip]
    )
    given_name = TextField(_l("First name"), validators=[DataRequired(), Length(max=80)])
    family_name = TextField(_l("Last name"), validators=[DataRequired(), Length(max=80)])
