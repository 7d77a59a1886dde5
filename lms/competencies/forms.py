"""Forms of frameworks: import, items, facts, publication, documents."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import URL, DataRequired, Length, Optional, Regexp

from competency_frameworks.formats.tree_values import ID, VERSION
from lms.web.forms import Form, TextField, choices, strip

KINDS = (
    ("domain", _l("Part: it holds others")),
    ("competency", _l("Competency")),
    ("knowledge", _l("Knowledge")),
    ("skill", _l("Skill")),
    ("attitude", _l("Attitude")),
    ("transversal", _l("Transversal competency")),
)
LANGUAGES = (("fr", _l("French")), ("en", _l("English")))
_needed = DataRequired(message=_l("Write something here."))
_id_shape = Regexp(f"^{ID.pattern}$", message=_l("Lower-case letters, digits, dots and hyphens; 2 to 64 of them."))
_version_shape = Regexp(f"^{VERSION.pattern}$", message=_l("Letters, digits, dots and hyphens, 32 at most: 2026, 1.2…"))


class AreaField(TextAreaField):
    """Several lines, their ends cleaned."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, filters=(strip,), **kwargs)


class FrameworkUploadForm(Form):
    file = FileField(_l("File"), validators=[FileRequired(message=_l("Choose a file first."))])


class FrameworkImportForm(Form):
    key = TextField(_l("Identifier"), validators=[_needed, _id_shape])
    version = TextField(_l("Version"), validators=[_needed, _version_shape])
    gone = RadioField(
        _l("Items of the draft that the file does not have"),
        choices=choices((("remove", _l("Take them out of the draft")), ("keep", _l("Leave them in the draft")))),
        default="remove",
    )


class NewFrameworkForm(Form):
    title = TextField(_l("Title"), validators=[_needed, Length(max=200)])
    key = TextField(
        _l("Identifier"),
        validators=[_needed, _id_shape],
        description=_l(
            "A short name that never changes: courses and evidence refer to it. For example: accueil-numerique."
        ),
    )
    version = TextField(_l("Version"), validators=[_needed, _version_shape], default="1")
    language = SelectField(_l("Language of its texts"), choices=choices(LANGUAGES))
    who = TextField(_l("For whom"), validators=[_needed, Length(max=300)])
    purpose = TextField(_l("What for"), validators=[_needed, Length(max=300)])


class FactsForm(Form):
    title = TextField(_l("Title"), validators=[_needed, Length(max=200)])
    title_other = TextField(_l("Title in the other language"), validators=[Length(max=200)])
    version = TextField(_l("Version"), validators=[_needed, _version_shape])
    description = AreaField(_l("Description"), validators=[Length(max=2000)])
    description_other = AreaField(_l("Description in the other language"), validators=[Length(max=2000)])
    licence = TextField(
        _l("Licence"), validators=[Length(max=200)], description=_l("For example CC-BY-SA-4.0, or a short sentence.")
    )
    source_title = TextField(_l("Publication it is taken from"), validators=[Length(max=300)])
    source_publisher = TextField(_l("Its publisher"), validators=[Length(max=200)])
    source_url = TextField(
        _l("Its address"), validators=[Optional(), URL(message=_l("An address begins with https://"))]
    )
    source_date = TextField(
        _l("Its date"),
        validators=[
            Optional(), Regexp(r"^\d{4}(-\d{2}(-\d{2})?)?$", message=_l("A year, or a date such as 2026-03-31."))
        ],
    )  # fmt: skip
    audiences = AreaField(
        _l("For whom and what for"),
        description=_l(
            "One line an audience: for whom, a colon, what for. For example: Trainers: to situate themselves."
        ),
        validators=[Length(max=3000)],
    )
    levels = AreaField(
        _l("Scale of levels"),
        description=_l("One line a level, the lowest first: its title, a colon, what it means."),
        validators=[Length(max=3000)],
    )


class ItemForm(Form):
    code = TextField(_l("Code"), validators=[_needed, Length(max=64)], description=_l("Without spaces, # or @."))
    kind = SelectField(_l("Kind"), choices=choices(KINDS), validate_choice=False)
    statement = AreaField(_l("Statement"), validators=[_needed, Length(max=2000)])
    statement_other = AreaField(_l("Statement in the other language"), validators=[Length(max=2000)])
    notes = AreaField(_l("Notes"), validators=[Length(max=4000)])
    notes_other = AreaField(_l("Notes in the other language"), validators=[Length(max=4000)])
    seen = HiddenField()


class PublishFrameworkForm(Form):
    notes = AreaField(_l("What changes, in your words"), validators=[Length(max=2000)])


class DocumentForm(Form):
    title = TextField(_l("Title"), validators=[_needed, Length(max=300)])
    note = TextField(_l("What it is good for"), validators=[Length(max=500)])
    url = TextField(
        _l("Address"), validators=[Optional(), URL(message=_l("An address begins with https://")), Length(max=500)]
    )
    file = FileField(_l("Or a file"))
