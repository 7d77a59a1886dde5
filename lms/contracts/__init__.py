"""What a plugin must be, and how plugins are found: ``docs/plugins.md`` is the guide, this is the law."""

from lms.contracts.activity import ActivityType, Context, OfflineWork, Outcome, Refusal, Response, Shown
from lms.contracts.exchange import Exporter, Importer
from lms.contracts.html import HtmlWriter, show_html
from lms.contracts.plugin import GROUPS, Plugin, PluginError, load_plugins
from lms.contracts.question import QuestionType
from lms.contracts.report import Report, Table

__all__ = [
    "GROUPS",
    "ActivityType",
    "Context",
    "Exporter",
    "HtmlWriter",
    "Importer",
    "OfflineWork",
    "Outcome",
    "Plugin",
    "PluginError",
    "QuestionType",
    "Refusal",
    "Report",
    "Response",
    "Shown",
    "Table",
    "load_plugins",
    "show_html",
]
