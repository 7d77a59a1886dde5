"""What forms have in common: messages in the reader's language, times in the installation's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import get_translations
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.web.i18n import TIMEZONE

if TYPE_CHECKING:
    from collections.abc import Iterable

ZONE = ZoneInfo(TIMEZONE)


@lru_cache(maxsize=8)
def _form_texts(language: str) -> Any:
    return get_translations([language])


class Form(FlaskForm):
    """A form whose built-in messages are WTForms' own translations."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:  # noqa: ARG002
            return _form_texts(str(get_locale()))


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return (value, text) pairs as WTForms wants them."""
    return [SelectChoice(value, text) for value, text in pairs]


class ManyField(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def strip(value: str | None) -> str | None:
    """Filter of text fields: spaces around a text are never meant."""
    return value.strip() if value else value


class TextField(StringField):
    """A line of text, its ends cleaned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=(*kwargs.pop("filters", ()), strip), **kwargs)


class InstantField(DateTimeLocalField):
    """A local date and time typed by a person, kept as an instant."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: datetime | None
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = self.data.replace(tzinfo=ZONE).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        if isinstance(self.data, datetime):
            return self.data.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
        return ""


class After:
    """Validator: this field is later than another one of the form."""

    def __init__(self, other: str) -> None:
        self.other = other

    def __call__(self, form: Any, field: Any) -> None:
        first = form[self.other].data
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError(gettext("This is before “%(label)s”.", label=str(form[self.other].label.text)))
